"""What a built pipeline's steps are given: for each type the least that AWS takes, with values of the test's account and region."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from pytest_smpipeline._state.arns import partition_of, resource_arn
from pytest_smpipeline.values import JsonObject

_LONGEST_RESOURCE_NAME: Final = 63
_INSTANCE: Final = "ml.m5.xlarge"


@dataclass(frozen=True, slots=True)
class BuiltStep:
    """A step to be built: its name, and the pipeline and role that its values are made of."""

    name: str
    pipeline: str
    role_arn: str
    region: str
    account_id: str

    @property
    def resource(self) -> str:
        """A name that every kind of resource may have."""
        name = f"{self.pipeline}-{self.name}".replace("_", "-").strip("-")
        return name[:_LONGEST_RESOURCE_NAME].rstrip("-")

    @property
    def image(self) -> str:
        """The URI of a container image in the account's registry."""
        domain = "amazonaws.com.cn" if partition_of(self.region) == "aws-cn" else "amazonaws.com"
        return f"{self.account_id}.dkr.ecr.{self.region}.{domain}/{self.resource.lower()}:latest"

    def s3(self, place: str) -> str:
        """Return the URI of a place in the account's default bucket."""
        return f"s3://sagemaker-{self.region}-{self.account_id}/{self.pipeline}/{self.name}/{place}"


def _training_job(step: BuiltStep) -> JsonObject:
    return {
        "AlgorithmSpecification": {"TrainingImage": step.image, "TrainingInputMode": "File"},
        "OutputDataConfig": {"S3OutputPath": step.s3("output")},
        "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
        "ResourceConfig": {"InstanceType": _INSTANCE, "InstanceCount": 1, "VolumeSizeInGB": 30},
        "RoleArn": step.role_arn,
    }


def _processing_job(step: BuiltStep) -> JsonObject:
    return {
        "AppSpecification": {"ImageUri": step.image},
        "ProcessingResources": {"ClusterConfig": {"InstanceType": _INSTANCE, "InstanceCount": 1, "VolumeSizeInGB": 30}},
        "RoleArn": step.role_arn,
    }


def _prefix(uri: str) -> JsonObject:
    return {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}}


def _tuning(step: BuiltStep) -> JsonObject:
    job = _training_job(step)
    job["AlgorithmSpecification"] = {
        "TrainingImage": step.image,
        "TrainingInputMode": "File",
        "MetricDefinitions": [{"Name": "auc", "Regex": "auc=([0-9.]+)"}],
    }
    return {
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "auc"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 1},
            "ParameterRanges": {"ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0.1", "MaxValue": "0.5"}]},
        },
        "TrainingJobDefinition": job,
    }


def _check(step: BuiltStep, kind: str) -> JsonObject:
    path = "/opt/ml/processing/output"
    upload: JsonObject = {"S3Uri": step.s3("report"), "LocalPath": path, "S3UploadMode": "EndOfJob"}
    arguments = _processing_job(step)
    arguments["ProcessingOutputConfig"] = {"Outputs": [{"OutputName": "report", "S3Output": upload}]}
    return {"CheckType": kind, "ModelPackageGroupName": step.resource, "Arguments": arguments}


def _container(step: BuiltStep) -> JsonObject:
    return {"Image": step.image, "ModelDataUrl": step.s3("model.tar.gz")}


def _register_model(step: BuiltStep) -> JsonObject:
    return {
        "ModelPackageGroupName": step.resource,
        "ModelApprovalStatus": "PendingManualApproval",
        "InferenceSpecification": {
            "Containers": [_container(step)],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    }


def _component(step: BuiltStep) -> JsonObject:
    resources: JsonObject = {"NumberOfCpuCoresRequired": 1, "MinMemoryRequiredInMb": 1024}
    return {
        "InferenceComponentName": step.resource,
        "EndpointName": step.resource,
        "VariantName": "AllTraffic",
        "Specification": {"ModelName": step.resource, "ComputeResourceRequirements": resources},
        "RuntimeConfig": {"CopyCount": 1},
    }


def _variants(step: BuiltStep) -> JsonObject:
    variant: JsonObject = {"VariantName": "AllTraffic", "ModelName": step.resource, "InstanceType": _INSTANCE, "InitialInstanceCount": 1}
    return {"EndpointConfigName": step.resource, "ProductionVariants": [variant]}


def _serverless(step: BuiltStep) -> JsonObject:
    job: JsonObject = {
        "applicationId": "00smpipeline01",
        "executionRoleArn": step.role_arn,
        "jobDriver": {"sparkSubmit": {"entryPoint": step.s3("main.py")}},
    }
    return {"ApplicationId": "00smpipeline01", "ExecutionRoleArn": step.role_arn, "JobConfig": job}


def _sure(_step: BuiltStep) -> JsonObject:
    return {"Conditions": [{"Type": "Equals", "LeftValue": 1, "RightValue": 1}], "IfSteps": [], "ElseSteps": []}


def _transform(step: BuiltStep) -> JsonObject:
    return {
        "ModelName": step.resource,
        "TransformInput": {"DataSource": _prefix(step.s3("input"))},
        "TransformOutput": {"S3OutputPath": step.s3("output")},
        "TransformResources": {"InstanceType": _INSTANCE, "InstanceCount": 1},
    }


def _automl(step: BuiltStep) -> JsonObject:
    return {
        "InputDataConfig": [{"DataSource": _prefix(step.s3("input")), "TargetAttributeName": "target"}],
        "OutputDataConfig": {"S3OutputPath": step.s3("output")},
        "AutoMLJobConfig": {"Mode": "ENSEMBLING"},
        "RoleArn": step.role_arn,
    }


_ARGUMENTS: Final[Mapping[str, Callable[[BuiltStep], JsonObject]]] = {
    "Training": _training_job,
    "Processing": _processing_job,
    "Transform": _transform,
    "Tuning": _tuning,
    "AutoML": _automl,
    "Model": lambda step: {"ExecutionRoleArn": step.role_arn, "PrimaryContainer": _container(step)},
    "RegisterModel": _register_model,
    "EndpointConfig": _variants,
    "Endpoint": lambda step: {"EndpointName": step.resource, "EndpointConfigName": step.resource},
    "InferenceComponent": _component,
    "EMR": lambda step: {"ClusterId": "j-SMPIPELINE001", "StepConfig": {"HadoopJarStep": {"Jar": step.s3("step.jar")}}},
    "EMRServerless": _serverless,
    "Condition": _sure,
    "Fail": lambda step: {"ErrorMessage": f"Step {step.name} ended the execution."},
}

# These have members beside their Arguments.
_MEMBERS: Final[Mapping[str, Callable[[BuiltStep], JsonObject]]] = {
    "Lambda": lambda step: {
        "FunctionArn": resource_arn(step.region, step.account_id, f"function:{step.resource}", "lambda"),
        "Arguments": {},
    },
    "Callback": lambda step: {"SqsQueueUrl": _queue(step), "Arguments": {}},
    "QualityCheck": lambda step: _check(step, "DATA_QUALITY"),
    "ClarifyCheck": lambda step: _check(step, "DATA_BIAS"),
}

BUILT_TYPES: Final = (*_ARGUMENTS, *_MEMBERS)
"""The types of steps that can be built; what the others do lies in their Arguments alone."""


def step_members(kind: str, step: BuiltStep) -> JsonObject:
    """Return the members of a step of a type among ``BUILT_TYPES`` that follow from its type."""
    return _MEMBERS[kind](step) if kind in _MEMBERS else {"Arguments": _ARGUMENTS[kind](step)}


def _queue(step: BuiltStep) -> str:
    domain = "amazonaws.com.cn" if partition_of(step.region) == "aws-cn" else "amazonaws.com"
    return f"https://sqs.{step.region}.{domain}/{step.account_id}/{step.resource}"
