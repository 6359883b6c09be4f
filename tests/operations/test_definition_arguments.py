"""CreatePipeline and UpdatePipeline hold the Arguments of job steps against the operations that the steps call."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from pytest_smpipeline import SMPipelineMock, UsageError
from pytest_smpipeline.values import Json, JsonObject

Create = Callable[..., Any]
Refusal = Callable[..., tuple[str, str]]

ROLE = "arn:aws:iam::123456789012:role/SageMakerRole"
PARAMETERS = [
    {"Name": "split_number", "Type": "Integer", "DefaultValue": 5},
    {"Name": "Subnet", "Type": "String", "DefaultValue": "subnet-1"},
    {"Name": "Rate", "Type": "Float", "DefaultValue": 0.5},
    {"Name": "Isolated", "Type": "Boolean", "DefaultValue": True},
]
ONE_OF_EACH: dict[str, Json] = {
    "Training": {
        "AlgorithmSpecification": {"TrainingImage": "image:1", "TrainingInputMode": "FastFile"},
        "HyperParameters": {"num_round": "50", "eta": {"Std:Join": {"On": "", "Values": [{"Get": "Parameters.Rate"}]}}},
        "ResourceConfig": {"InstanceCount": {"Get": "Parameters.split_number"}, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30},
        "EnableNetworkIsolation": {"Get": "Parameters.Isolated"},
        "ExperimentConfig": {"TrialComponentDisplayName": "train"},
        "RetryStrategy": {"MaximumRetryAttempts": 1},
        "DebugHookConfig": {"S3OutputPath": "s3://bucket", "CollectionConfigurations": []},
        "ProfilerRuleConfigurations": [
            {"RuleConfigurationName": "Report", "RuleEvaluatorImage": "rules:1", "RuleParameters": {"rule_to_invoke": "ProfilerReport"}}
        ],
        "ProfilerConfig": {"S3OutputPath": "s3://bucket", "DisableProfiler": False},
    },
    "Processing": {
        "ProcessingJobName": "prepare",
        "ProcessingInputs": [{"InputName": "code", "AppManaged": False, "S3Input": {"S3Uri": "s3://b", "S3InputMode": "File"}}],
        "ProcessingOutputConfig": {"Outputs": [{"OutputName": "train", "AppManaged": False, "S3Output": {"S3Uri": "s3://bucket/train"}}]},
        "NetworkConfig": {"VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": [{"Get": "Parameters.Subnet"}]}},
        "StoppingCondition": {"MaxRuntimeInSeconds": {"Get": "Parameters.split_number"}},
    },
    "Transform": {"ModelName": "churn", "TransformInput": {"CompressionType": "Gzip"}, "MaxPayloadInMB": 6},
    "Tuning": {
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 1},
            "ParameterRanges": {"ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0", "MaxValue": "1"}]},
        },
        "TrainingJobDefinition": {"AlgorithmSpecification": {"TrainingInputMode": "File", "EnableSageMakerMetricsTimeSeries": True}},
    },
    "AutoML": {"AutoMLJobName": "auto", "AutoMLJobObjective": {"MetricName": "F1"}, "ProblemType": "BinaryClassification"},
    "Model": {"ExecutionRoleArn": ROLE, "PrimaryContainer": {"Image": "image:1", "Environment": {}, "ModelDataUrl": "s3://bucket/model"}},
    "RegisterModel": {
        "ModelPackageGroupName": "churn",
        "ModelMetrics": {"ModelQuality": {"Statistics": {"ContentType": "application/json", "S3Uri": "s3://bucket"}}, "Bias": {}},
        "InferenceSpecification": {"Containers": [{"Image": "image:1", "Framework": "XGBOOST"}], "SupportedContentTypes": ["text/csv"]},
        "SkipModelValidation": "None",
    },
    "QualityCheck": {"ProcessingJobName": "check", "Environment": {"dataset_format": "{}"}},
    "ClarifyCheck": {"ProcessingJobName": "check", "Environment": {"dataset_format": "{}"}},
    "EndpointConfig": {
        "ProductionVariants": [{"VariantName": "all", "ModelName": "churn", "InitialVariantWeight": {"Get": "Parameters.Rate"}}]
    },
    "Endpoint": {"EndpointName": "churn", "EndpointConfigName": "churn"},
    "InferenceComponent": {"InferenceComponentName": "churn", "RuntimeConfig": {"CopyCount": 1}},
}


def text(kind: str, arguments: Json) -> str:
    """Return a definition of one step, with the parameters above."""
    checks = {"QualityCheck": "DATA_QUALITY", "ClarifyCheck": "MODEL_BIAS"}
    step = {"Name": "Step", "Type": kind, "Arguments": arguments} | ({"CheckType": checks[kind]} if kind in checks else {})
    return json.dumps({"Version": "2020-12-01", "Parameters": PARAMETERS, "Steps": [step]})


@pytest.mark.fidelity("ARG-017")
@pytest.mark.parametrize("kind", ONE_OF_EACH)
def test_arguments_such_as_the_sdk_writes_are_accepted(create: Create, smpipeline_client: Any, kind: str) -> None:
    """Literals, parameters where their type fits, and members that only some SDKs send."""
    definition = text(kind, ONE_OF_EACH[kind])

    create("churn", PipelineDefinition=definition)

    assert smpipeline_client.describe_pipeline(PipelineName="churn")["PipelineDefinition"] == definition


REFUSED: list[Any] = [
    pytest.param(
        "RegisterModel",
        {"ModelPackageName": "churn"},
        "Unable to parse pipeline definition. Unknown Argument member 'ModelPackageName'.",
        id="left out of the API",
    ),
    pytest.param(
        "Model",
        {"PrimaryContainer": {"AdditionalModelDataSources": []}},
        "Unable to parse pipeline definition. Unknown Argument member 'AdditionalModelDataSources'.",
        id="left out of a container",
    ),
    pytest.param(
        "AutoML",
        {"Tags": [{"Name": "team", "Value": "ml"}]},
        "Unable to parse pipeline definition. Unknown Argument member 'Name'.",
        id="member of no tag",
    ),
    pytest.param(
        "Processing",
        {"ProcessingInputs": [{"InputName": "a", "S3Input": {"S3Uri": "s3://bucket", "S3InputMode": "FastFile"}}]},
        (
            "Unable to parse pipeline definition. Model Validation failed: "
            "Value 'FastFile' for 'ProcessingS3InputMode' failed to satisfy enum value set: [Pipe, File]"
        ),
        id="enum",
    ),
    pytest.param(
        "AutoML",
        {"AutoMLJobObjective": "F1"},
        "Unable to parse pipeline definition. Expecting start of Json Object.",
        id="scalar for an object",
    ),
    pytest.param(
        "Processing",
        {"NetworkConfig": {"VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": {"Get": "Parameters.Subnet"}}}},
        "Unable to parse pipeline definition. Expecting start of Json Array.",
        id="variable for a list",
    ),
    pytest.param(
        "Processing",
        {"AppSpecification": {"ImageUri": "image:1", "ContainerArguments": ["--k", {"Get": "Parameters.split_number"}]}},
        "Cannot assign property reference [Parameters.split_number] to argument of type [String].",
        id="integer for a string",
    ),
    pytest.param(
        "Training",
        {"HyperParameters": {"k": {"Get": "Parameters.split_number"}}},
        "Cannot assign property reference [Parameters.split_number] to argument of type [String].",
        id="integer in a map of strings",
    ),
    pytest.param(
        "Training",
        {"ResourceConfig": {"InstanceCount": {"Get": "Parameters.Subnet"}}},
        "Cannot assign property reference [Parameters.Subnet] to argument of type [Integer].",
        id="string for an integer",
    ),
]


@pytest.mark.fidelity("ARG-018")
@pytest.mark.parametrize(("kind", "arguments", "message"), REFUSED)
def test_a_pipeline_is_not_created_with_arguments_that_no_job_takes(
    create: Create, refusal: Refusal, picture: Callable[[], object], kind: str, arguments: JsonObject, message: str
) -> None:
    """The answer is the service's, and nothing was made."""
    before = picture()

    assert refusal(create, PipelineDefinition=text(kind, arguments)) == ("ValidationException", message)
    assert picture() == before


@pytest.mark.fidelity("ARG-018")
@pytest.mark.parametrize(("kind", "arguments", "message"), REFUSED)
def test_a_pipeline_is_not_updated_to_arguments_that_no_job_takes(
    create: Create,
    refusal: Refusal,
    smpipeline_client: Any,
    picture: Callable[[], object],
    kind: str,
    arguments: JsonObject,
    message: str,
) -> None:
    """The answer is that of a creation, and the pipeline keeps its version."""
    create("churn")
    before = picture()
    update = {"PipelineName": "churn", "PipelineDefinition": text(kind, arguments)}

    assert refusal(smpipeline_client.update_pipeline, **update) == ("ValidationException", message)
    assert picture() == before


def test_a_seeded_pipeline_is_told_every_argument_with_its_place(smpipeline: SMPipelineMock) -> None:
    """What add() reports names each place."""
    arguments: Json = {"StoppingConditon": {}, "ResourceConfig": {"InstanceType": "ml.m5.huge"}, "OutputDataConfig": "s3://bucket"}

    with pytest.raises(UsageError) as caught:
        smpipeline.add("churn", text("Training", arguments))

    first, second, third, fourth = str(caught.value).splitlines()
    assert first == "Pipeline 'churn' can't be added:"
    assert second == "  Unknown Argument member 'StoppingConditon'. @ $.Steps[0].Arguments.StoppingConditon"
    assert third.startswith("  Model Validation failed: Value 'ml.m5.huge' for 'TrainingInstanceType' failed to satisfy enum value set: [")
    assert third.endswith("] @ $.Steps[0].Arguments.ResourceConfig.InstanceType")
    assert fourth == "  Expecting start of Json Object. @ $.Steps[0].Arguments.OutputDataConfig"
