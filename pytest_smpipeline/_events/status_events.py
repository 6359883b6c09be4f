"""Status events: what EventBridge hears of executions and steps, as AWS shapes it."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from pytest_smpipeline._state.changes import Change
from pytest_smpipeline._state.transitions import ACTIVE, ENDED_STEP
from pytest_smpipeline.values import Instant, Json, JsonObject, to_datetime

EXECUTION: Final = "SageMaker Model Building Pipeline Execution Status Change"
STEP: Final = "SageMaker Model Building Pipeline Execution Step Status Change"

_LEADING_CAPITALS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]")


def status_events(changes: Sequence[Change], id_of: Callable[[int], str], first: int = 0) -> Iterator[tuple[Change, JsonObject]]:
    """Yield the changes from the place ``first`` on that EventBridge hears of, each with its event.

    Of a failed attempt that is repeated it hears nothing: the status is what it was. ``id_of`` gives the id of the event at a place.
    """
    for place in range(first, len(changes)):
        change = changes[place]
        if change.before != change.status:
            yield change, status_event(change, id_of(place))


def status_event(change: Change, event_id: str) -> JsonObject:
    """Return the event of a change of status.

    Keys and their order are those of the samples in the developer guide, and what has no value is left out.
    """
    execution = change.execution
    _, _, _, region, account_id, _ = execution.arn.split(":", 5)
    detail = _execution_detail(change) if change.step is None else _step_detail(change, change.step.step.name, change.step.step.type)
    detail |= {"pipelineArn": execution.pipeline.arn, "pipelineExecutionArn": execution.arn}
    return {
        "version": "0",
        "id": event_id,
        "detail-type": EXECUTION if change.step is None else STEP,
        "source": "aws.sagemaker",
        "account": account_id,
        "time": event_time(change.at),
        "region": region,
        "resources": [execution.pipeline.arn, execution.arn],
        "detail": {name: value for name, value in detail.items() if value is not None},
    }


def event_time(instant: Instant) -> str:
    """Return an instant as events write it, to the second."""
    return to_datetime(instant).strftime("%Y-%m-%dT%H:%M:%SZ")


def _execution_detail(change: Change) -> JsonObject:
    return {
        "pipelineExecutionDisplayName": change.display_name,
        "currentPipelineExecutionStatus": change.status,
        "previousPipelineExecutionStatus": change.before,
        "executionStartTime": event_time(change.began),
        "executionEndTime": None if change.status in ACTIVE else event_time(change.at),
        "pipelineExecutionDescription": change.description,
    }


def _step_detail(change: Change, name: str, kind: str) -> JsonObject:
    source = change.cache_source
    return {
        "metadata": _camel_cased(dict(change.metadata)) or None,
        "stepStartTime": event_time(change.began),
        "stepEndTime": event_time(change.at) if change.status in ENDED_STEP else None,
        "stepName": name,
        "stepType": kind,
        "previousStepStatus": change.before,
        "currentStepStatus": change.status,
        "cacheHitResult": None if source is None else {"sourcePipelineExecutionArn": source},
        "failureReason": change.reason if change.status == "Failed" else None,
    }


def _camel_cased(value: Json) -> Json:
    """Return metadata with the keys of events; the maps of ARNs that a Lineage step has are keyed by a user's names."""
    if isinstance(value, list):
        return [_camel_cased(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {_camel_case(name): member if name.endswith("Arns") else _camel_cased(member) for name, member in value.items()}


def _camel_case(name: str) -> str:
    return _LEADING_CAPITALS.sub(lambda capitals: capitals[0].lower(), name, count=1)
