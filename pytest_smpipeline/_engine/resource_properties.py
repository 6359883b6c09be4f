"""Properties of what steps create and what then stays: models, packages, endpoints, hub contents, and their like in Bedrock."""

from typing import Final

from pytest_smpipeline._engine.attempts import Attempt, End
from pytest_smpipeline._engine.job_properties import failure, seconds, times, told
from pytest_smpipeline._engine.metadata import arn_in
from pytest_smpipeline._state.entities import Metadata
from pytest_smpipeline.values import JsonObject

_AWAITING: Final = "PendingManualApproval"
_IN_SERVICE: Final[dict[End, str]] = {"Completed": "InService", "Failed": "Failed", "Stopped": "Failed"}
_ACTIVE: Final[dict[End, str]] = {"Completed": "Active", "Failed": "Failed", "Stopped": "Failed"}
_IMPORTED: Final[dict[End, str]] = {"Completed": "Completed", "Failed": "Failed", "Stopped": "Failed"}
_BEDROCK_ID: Final = 12


def model(attempt: Attempt, metadata: Metadata) -> JsonObject:
    """Describe a model; it has no status: it is there or not."""
    identity: JsonObject = {"ModelName": attempt.own_name("ModelName"), "ModelArn": arn_in(metadata)}
    return told(attempt.arguments) | times(attempt, modified=False) | identity


def model_package(attempt: Attempt, metadata: Metadata) -> JsonObject:
    """Describe a model package; one in a group waits for approval unless its arguments say otherwise (API, CreateModelPackage)."""
    described = told(attempt.arguments) | times(attempt, modified=False)
    arn = arn_in(metadata)
    described |= {
        "ModelPackageArn": arn,
        "ModelPackageStatus": "Completed",
        "ModelPackageStatusDetails": {"ValidationStatuses": [], "ImageScanStatuses": []},
    }
    _, *group, name = arn.rpartition(":")[2].split("/")
    if not group:
        return described | {"ModelPackageName": name}
    versioned: JsonObject = {"ModelPackageGroupName": group[0], "ModelPackageVersion": int(name)}
    return {"ModelApprovalStatus": _AWAITING} | described | versioned


def endpoint_config(attempt: Attempt, metadata: Metadata) -> JsonObject:
    """Describe an endpoint configuration, under the name that the step has made unique."""
    identity: JsonObject = {"EndpointConfigName": attempt.own_name("EndpointConfigName"), "EndpointConfigArn": arn_in(metadata)}
    return told(attempt.arguments) | times(attempt, modified=False) | identity


def endpoint(attempt: Attempt, metadata: Metadata) -> JsonObject:
    """Describe an endpoint, which keeps the name of the arguments."""
    identity: JsonObject = {
        "EndpointName": attempt.kept_name("EndpointName"),
        "EndpointArn": arn_in(metadata),
        "EndpointStatus": _IN_SERVICE[attempt.end],
    }
    return told(attempt.arguments) | times(attempt) | identity | failure(attempt)


def inference_component(attempt: Attempt, metadata: Metadata) -> JsonObject:
    """Describe an inference component; the copies asked for are those that run."""
    described = told(attempt.arguments) | times(attempt) | failure(attempt)
    described |= {
        "InferenceComponentName": attempt.kept_name("InferenceComponentName"),
        "InferenceComponentArn": arn_in(metadata),
        "InferenceComponentStatus": _IN_SERVICE[attempt.end],
    }
    at = attempt.argument("EndpointName")
    if at:
        described["EndpointArn"] = attempt.arn(f"endpoint/{at.lower()}")
    runtime = attempt.arguments.get("RuntimeConfig")
    if isinstance(runtime, dict):
        described["RuntimeConfig"] = dict.fromkeys(("DesiredCopyCount", "CurrentCopyCount"), runtime.get("CopyCount"))
    return described


def hub_content(attempt: Attempt, metadata: Metadata) -> JsonObject:
    """Describe what was imported into a hub; hub and content are told by their names, however the arguments name them."""
    (shown,) = metadata.values()
    _, hub, _, name, version = str(shown["HubContentArn"]).split("/")
    identity: JsonObject = {"HubName": hub, "HubContentName": name, "HubContentVersion": version, "HubContentStatus": "Available"}
    return told(attempt.arguments) | times(attempt) | shown | identity


def custom_model(attempt: Attempt, metadata: Metadata) -> JsonObject:
    """Describe a custom model of Bedrock, in the words that Pipelines has for it (SDK 3, Bedrock steps)."""
    own: JsonObject = {"ModelName": attempt.kept_name("ModelName"), "ModelArn": arn_in(metadata), "ModelStatus": _ACTIVE[attempt.end]}
    return _chosen(attempt, "ModelKmsKeyArn") | own | _bedrock_times(attempt)


def custom_model_deployment(attempt: Attempt, metadata: Metadata) -> JsonObject:
    """Describe the deployment of a custom model in Bedrock."""
    own: JsonObject = {
        "ModelDeploymentName": attempt.kept_name("ModelDeploymentName"),
        "ModelDeploymentArn": arn_in(metadata),
        "Status": _ACTIVE[attempt.end],
        "CreatedAt": seconds(attempt.now),
    }
    return _chosen(attempt, "ModelArn", "Description", "Tags") | own | failure(attempt, "FailureMessage")


def model_import(attempt: Attempt, metadata: Metadata) -> JsonObject:
    """Describe the import of a model into Bedrock: its job, and the model when there is one."""
    own: JsonObject = {
        "JobName": attempt.kept_name("JobName"),
        "JobArn": arn_in(metadata),
        "ImportedModelName": attempt.kept_name("ImportedModelName"),
        "Status": _IMPORTED[attempt.end],
    }
    if attempt.succeeded:
        own["ImportedModelArn"] = attempt.arn(f"imported-model/{attempt.ids.resource_id(_BEDROCK_ID)}", "bedrock")
    return _chosen(attempt, "RoleArn", "ModelDataSource", "VpcConfig") | own | _bedrock_times(attempt)


def provisioned_throughput(attempt: Attempt, metadata: Metadata) -> JsonObject:
    """Describe the throughput provisioned for a model in Bedrock."""
    own: JsonObject = {
        "ProvisionedModelName": attempt.kept_name("ProvisionedModelName"),
        "ProvisionedModelArn": arn_in(metadata),
        "Status": _IN_SERVICE[attempt.end],
    }
    units = attempt.arguments.get("ModelUnits")
    if units is not None:
        own |= {"ModelUnits": units, "DesiredModelUnits": units}
    served = attempt.argument("ModelId")
    if served.startswith("arn:"):
        own |= {"ModelArn": served, "DesiredModelArn": served}
    return _chosen(attempt, "CommitmentDuration") | own | _bedrock_times(attempt)


def _bedrock_times(attempt: Attempt) -> JsonObject:
    return times(attempt, modified=False) | failure(attempt, "FailureMessage")


def _chosen(attempt: Attempt, *names: str) -> JsonObject:
    return {name: attempt.arguments[name] for name in names if name in attempt.arguments}
