"""Stopping the job of a step by its own Stop call."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pytest_smpipeline import SMPipelineMock, fail, hold
from pytest_smpipeline.values import JsonObject

Make = Callable[..., JsonObject]
Arn = Callable[..., str]


@pytest.mark.fidelity("JOB-012")
def test_stopping_the_job_of_a_running_step_stops_the_step(smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn) -> None:
    """As ``stopped()`` does in a script: the job was stopped outside the pipeline."""
    smpipeline.add("churn", step_of("Training"))
    smpipeline.script("churn", Step=hold())
    execution = smpipeline.start("churn")
    job = made_by().rpartition("/")[2]

    sagemaker.stop_training_job(TrainingJobName=job)

    assert execution.steps["Step"].status == "Stopped"
    assert execution.status == "Failed"
    assert sagemaker.describe_training_job(TrainingJobName=job)["TrainingJobStatus"] == "Stopped"


@pytest.mark.fidelity("JOB-013")
@pytest.mark.parametrize(
    ("kind", "operation", "member", "words"),
    [
        ("Training", "stop_training_job", "TrainingJobName", "training job"),
        ("Processing", "stop_processing_job", "ProcessingJobName", "processing job"),
        ("Transform", "stop_transform_job", "TransformJobName", "transform job"),
    ],
)
def test_a_job_that_has_ended_cannot_be_stopped(
    smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make, made_by: Arn, kind: str, operation: str, member: str, words: str
) -> None:
    """The service says in which status it is."""
    smpipeline.add("churn", step_of(kind))
    smpipeline.script("churn", Step=fail("no disk"))
    smpipeline.start("churn")

    with pytest.raises(ClientError) as caught:
        getattr(sagemaker, operation)(**{member: made_by().rpartition("/")[2]})

    assert caught.value.response.get("Error") == {
        "Code": "ValidationException",
        "Message": f"The request was rejected because the {words} is in status Failed.",
    }


def test_the_job_of_nobodys_step_is_stopped_by_moto(smpipeline: SMPipelineMock, sagemaker: Any, moto_has: Callable[[str], None]) -> None:
    """As far as moto can."""
    moto_has("stop_processing_job")
    assert smpipeline.executions == []
    sagemaker.create_processing_job(
        ProcessingJobName="mine",
        AppSpecification={"ImageUri": "image"},
        RoleArn="arn:aws:iam::123456789012:role/processes",
        ProcessingResources={"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}},
    )

    sagemaker.stop_processing_job(ProcessingJobName="mine")

    assert sagemaker.describe_processing_job(ProcessingJobName="mine")["ProcessingJobStatus"] == "Stopped"
