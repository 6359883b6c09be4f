"""What a Describe call tells of the resource that a step has made, at each change of the step's status."""

from dataclasses import dataclass
from typing import Final

from pytest_smpipeline._engine.job_properties import seconds, told
from pytest_smpipeline._neighbours.moto_resources import MotoResource
from pytest_smpipeline._state.changes import Change
from pytest_smpipeline._state.entities import ExecutionState, StepState
from pytest_smpipeline.values import Instant, Json, JsonObject

PIPELINE_TAG: Final = "sagemaker:pipeline-execution-arn"
"""The tag by which resources tell the execution that made them: SDK, lineage queries."""

_ENDED: Final = frozenset({"Succeeded", "Failed", "Stopped"})
_PREFIX: Final = "ClientError: "


@dataclass(slots=True)
class Made:
    """A resource that a step has made, or is making: ``key`` is what moto keeps it under.

    ``begun`` and ``ended`` are when its attempt did, ``status`` is what a Describe call says of it last.
    """

    execution: ExecutionState
    step: StepState
    arn: str
    resource: MotoResource
    key: str
    begun: Instant
    ended: Instant | None = None
    status: str = ""


def arn_of(change: Change) -> str | None:
    """Return the ARN of the SageMaker resource that a step shows to have made; None when it shows none."""
    for shown in change.metadata.values():
        arn = shown.get("CheckJobArn") or shown.get("Arn")
        if isinstance(arn, str) and arn.split(":")[2:3] == ["sagemaker"]:
            return arn
    return None


def has_ended(change: Change) -> bool:
    """Return whether the attempt that a change tells of is over; one that a policy repeats leaves the step as it was."""
    return change.status in _ENDED or change.reason is not None or bool(change.properties)


def begins(made: Made, change: Change) -> bool:
    """Return whether a change is the beginning of another attempt at what an earlier one has ended with: an endpoint keeps its name."""
    return made.ended is not None and change.status == "Executing" and not has_ended(change)


def key_of(change: Change, resource: MotoResource, arn: str) -> str | None:
    """Return what moto keeps a resource under: its name, of a model package its ARN; None while it is not there yet."""
    if resource.statuses is None and not change.properties:
        return None
    if resource.noun == "ModelPackage":
        return arn
    # The ARNs of models and endpoints have the name in lower case only.
    name = change.properties.get(f"{resource.noun}Name")
    if resource.noun == "Endpoint":
        name = name or _arguments(change).get("EndpointName")
        return name if isinstance(name, str) else None
    return name if isinstance(name, str) else arn.rpartition("/")[2]


def values_of(made: Made, change: Change) -> JsonObject:
    """Return what moto has to be given when it makes a resource, by its own names, since no Describe call tells it."""
    tags = _arguments(change).get("Tags")
    given = tags if isinstance(tags, list) else []
    return {
        "tags": [*given, {"Key": PIPELINE_TAG, "Value": made.execution.arn}],
        "endpoint_config_name": _arguments(change).get("EndpointConfigName"),
    }


def describe(made: Made, change: Change) -> JsonObject:
    """Return what a Describe call tells: the arguments, what the properties of the step tell too, and how the job stands."""
    resource = made.resource
    described = {**resource.defaults, **told(_arguments(change)), "CreationTime": seconds(made.begun)}
    described[f"{resource.noun}Arn"] = made.arn
    if resource.started:
        described[resource.started] = seconds(made.begun)
    if has_ended(change) and resource.ended:
        described[resource.ended] = seconds(change.at)
    if resource.statuses is not None:
        described |= _standing(resource, change)
    if resource.noun != "ModelPackage":
        described[f"{resource.noun}Name"] = made.key
    if resource.noun == "TrainingJob":
        described["SecondaryStatusTransitions"] = _transitions(made, change, str(described["TrainingJobStatus"]))
    return described | change.properties


def _arguments(change: Change) -> JsonObject:
    return change.arguments if isinstance(change.arguments, dict) else {}


def _standing(resource: MotoResource, change: Change) -> JsonObject:
    # A step whose attempt is going to be repeated goes on executing; the attempt's job does not.
    status = "Failed" if has_ended(change) and change.status not in _ENDED else change.status
    word = (resource.statuses or {})[status]
    standing: JsonObject = {f"{resource.noun}Status": word, "LastModifiedTime": seconds(change.at)}
    if resource.noun == "TrainingJob":
        standing["SecondaryStatus"] = "Training" if word == "InProgress" else word
    if resource.noun == "AutoMLJob":
        standing["AutoMLJobSecondaryStatus"] = "Starting" if word == "InProgress" else word
    if status == "Failed" and change.reason is not None:
        standing["FailureReason"] = change.reason.removeprefix(_PREFIX)
    return standing


def _transitions(made: Made, change: Change, status: str) -> list[Json]:
    begun: JsonObject = {"Status": "Starting", "StartTime": seconds(made.begun), "StatusMessage": "Starting the training job"}
    if not has_ended(change):
        return [begun]
    end = seconds(change.at)
    message = "Training job completed" if status == "Completed" else f"Training job {status.lower()}"
    return [begun | {"EndTime": end}, {"Status": status, "StartTime": end, "EndTime": end, "StatusMessage": message}]
