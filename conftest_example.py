"""What a project copies: the fixtures go into its ``conftest.py``, the tests show how they read.

Everything above the first line of dashes stands for your own code: unchanged, with plain boto3.
"""

import time
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from pytest_smpipeline import Pipeline, SMPipelineMock, fail, succeed


def handler(event: dict[str, str], _context: object) -> str:
    """Start the nightly training: a Lambda function that knows nothing of any test."""
    client = boto3.client("sagemaker")
    answer = client.start_pipeline_execution(
        PipelineName="churn",
        PipelineParameters=[{"Name": "Date", "Value": event["date"]}],
        PipelineExecutionDescription=f"nightly run for {event['date']}",
    )
    return answer["PipelineExecutionArn"]


def wait(arn: str, *, pause: float = 0.0) -> str:
    """Wait until an execution has ended, as a job in CI does."""
    client = boto3.client("sagemaker")
    while True:
        status = client.describe_pipeline_execution(PipelineExecutionArn=arn)["PipelineExecutionStatus"]
        if status not in {"Executing", "Stopping"}:
            return status
        time.sleep(pause)


# ------------------------------------------------------------------ conftest.py

# A definition is what your pipeline says of itself: a dict as here, JSON text, the path of a file, or an SDK Pipeline object.
ROLE = "arn:aws:iam::123456789012:role/Training"
MACHINE = {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30}

PREPARE: dict[str, Any] = {
    "Name": "Prepare",
    "Type": "Processing",
    "Arguments": {
        "RoleArn": ROLE,
        "ProcessingResources": {"ClusterConfig": MACHINE},
        "AppSpecification": {"ImageUri": "prepare:1", "ContainerArguments": ["--date", {"Get": "Parameters.Date"}]},
        "ProcessingOutputConfig": {
            "Outputs": [
                {
                    "OutputName": "train",
                    "S3Output": {"S3Uri": "s3://data/train", "LocalPath": "/opt/ml/processing/train", "S3UploadMode": "EndOfJob"},
                }
            ]
        },
    },
}

TRAIN: dict[str, Any] = {
    "Name": "Train",
    "Type": "Training",
    "Arguments": {
        "RoleArn": ROLE,
        "AlgorithmSpecification": {"TrainingImage": "train:1", "TrainingInputMode": "File"},
        "ResourceConfig": MACHINE,
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        "OutputDataConfig": {"S3OutputPath": "s3://models"},
        "InputDataConfig": [
            {
                "ChannelName": "train",
                "DataSource": {
                    "S3DataSource": {
                        "S3DataType": "S3Prefix",
                        "S3Uri": {"Get": "Steps.Prepare.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri"},
                    }
                },
            }
        ],
    },
}

GOOD_ENOUGH: dict[str, Any] = {
    "Name": "GoodEnough",
    "Type": "Condition",
    "Arguments": {
        "Conditions": [
            {
                "Type": "GreaterThanOrEqualTo",
                "LeftValue": {"Get": "Steps.Train.FinalMetricDataList['auc'].Value"},
                "RightValue": {"Get": "Parameters.MinimumAuc"},
            }
        ],
        "IfSteps": [{"Name": "Register", "Type": "RegisterModel", "Arguments": {"ModelPackageGroupName": "churn"}}],
        "ElseSteps": [{"Name": "Reject", "Type": "Fail", "Arguments": {"ErrorMessage": "the model is not good enough"}}],
    },
}

DEFINITION: dict[str, Any] = {
    "Version": "2020-12-01",
    "Parameters": [
        {"Name": "Date", "Type": "String"},
        {"Name": "MinimumAuc", "Type": "Float", "DefaultValue": 0.8},
    ],
    "Steps": [PREPARE, TRAIN, GOOD_ENOUGH],
}


@pytest.fixture
def churn(smpipeline: SMPipelineMock) -> Pipeline:
    """The churn pipeline, with a training that turns out well; tests script it otherwise, or start nothing: it is optional."""
    pipeline = smpipeline.add("churn", DEFINITION)
    smpipeline.script("churn", Train=succeed(metrics={"auc": 0.91}, optional=True))
    return pipeline


# ------------------------------------------------------------------ test_training.py


@pytest.mark.usefixtures("churn")
def test_the_handler_starts_the_pipeline_for_the_day(smpipeline: SMPipelineMock) -> None:
    """The call that matters, and what it was given."""
    handler({"date": "2026-11-22"}, None)

    smpipeline.assert_started("churn", parameters={"Date": "2026-11-22"}, times=1)


@pytest.mark.usefixtures("churn")
def test_a_good_model_is_registered(smpipeline: SMPipelineMock) -> None:
    """The definition really runs: the condition reads the metric, the training reads what was prepared."""
    handler({"date": "2026-11-22"}, None)

    run = smpipeline.executions.one("churn")
    run.assert_succeeded()
    assert run.order == ["Prepare", "Train", "GoodEnough", "Register"]
    assert run.branches == {"GoodEnough": "if"}


@pytest.mark.usefixtures("churn")
def test_a_bad_model_is_rejected(smpipeline: SMPipelineMock) -> None:
    """The other branch, with nothing changed but a number."""
    smpipeline.script("churn", Train=succeed(metrics={"auc": 0.5}))

    handler({"date": "2026-11-22"}, None)

    smpipeline.executions.last.assert_failed(step="Reject", reason="not good enough")


@pytest.mark.usefixtures("churn")
def test_nothing_is_registered_when_the_training_fails(smpipeline: SMPipelineMock) -> None:
    """A failed step fails the execution, and what depends on it never starts."""
    smpipeline.script("churn", Train=fail("CapacityError: no ml.p4d.24xlarge in us-east-1a"))

    run = smpipeline.start("churn", {"Date": "2026-11-22"})

    run.assert_failed(step="Train", reason="CapacityError")
    assert not run.ran("Register")


@pytest.mark.smpipeline(progress="poll")
@pytest.mark.usefixtures("churn")
def test_the_poller_waits_until_the_end(smpipeline: SMPipelineMock) -> None:
    """Each look moves the execution on, so the loop sees it running and ends, and nobody sleeps."""
    arn = handler({"date": "2026-11-22"}, None)

    assert wait(arn) == "Succeeded"
    assert len(smpipeline.calls.of("DescribePipelineExecution")) > 1


@pytest.mark.usefixtures("churn")
def test_a_misspelt_parameter_is_refused_as_on_aws() -> None:
    """What AWS refuses is refused here, before anything has been started."""
    client = boto3.client("sagemaker")

    with pytest.raises(ClientError, match="Unknown parameter 'Dat'"):
        client.start_pipeline_execution(PipelineName="churn", PipelineParameters=[{"Name": "Dat", "Value": "2026-11-22"}])
