"""What a test did with the emulated service, as plain values that stay as they are: executions, calls, events, and what reached nobody.

Nothing here moves time or applies what is due: to look changes nothing, also when the emulation goes on.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, cast

from pytest_smpipeline._state.changes import Change
from pytest_smpipeline._state.entities import ExecutionState, StepState
from pytest_smpipeline._wire.recorder import Call
from pytest_smpipeline.flowcharts import Flowchart, executed_flowchart
from pytest_smpipeline.values import Instant, Json, JsonObject, to_datetime

LONGEST_TEXT: Final = 4000
"""How many characters of a text are kept: a definition may have a million."""


@dataclass(frozen=True, slots=True)
class StepSnapshot:
    """A step of an execution. ``origin`` says where the result comes from when the step did not make it."""

    name: str
    type: str
    status: str
    attempts: int
    reason: str | None
    started: Instant
    ended: Instant | None
    origin: str | None
    arguments: Json
    outputs: JsonObject
    metadata: JsonObject


@dataclass(frozen=True, slots=True)
class ExecutionSnapshot:
    """An execution; ``until`` is when it ended, or the present for one that runs."""

    pipeline: str
    id: str
    arn: str
    version: int
    display_name: str
    status: str
    reason: str | None
    started: Instant
    ended: Instant | None
    until: Instant
    parameters: JsonObject
    overrides: tuple[str, ...]
    selected: tuple[str, ...]
    source: str | None
    steps: tuple[StepSnapshot, ...]
    chart: Flowchart


@dataclass(frozen=True, slots=True)
class CallSnapshot:
    """A call of the API; ``error`` is None when it was answered."""

    operation: str
    time: datetime
    request: Json
    response: Json
    error: str | None


@dataclass(frozen=True, slots=True)
class EventSnapshot:
    """An event of EventBridge; ``subject`` is the step or the pipeline, ``change`` how its status changed."""

    time: datetime
    subject: str
    change: str
    event: Json


@dataclass(frozen=True, slots=True)
class TestSnapshot:
    """Everything that the page shows of a test, in order of time; ``undelivered`` are sentences."""

    __test__ = False  # for pytest, which takes classes of this name for tests

    executions: list[ExecutionSnapshot] = field(default_factory=list)
    calls: list[CallSnapshot] = field(default_factory=list)
    events: list[EventSnapshot] = field(default_factory=list)
    undelivered: list[str] = field(default_factory=list)


def execution_snapshot(execution: ExecutionState, now: Instant) -> ExecutionSnapshot:
    """Return an execution as it stands."""
    return ExecutionSnapshot(
        pipeline=execution.pipeline.name,
        id=execution.id,
        arn=execution.arn,
        version=execution.version.number,
        display_name=execution.display_name,
        status=execution.status,
        reason=execution.failure_reason,
        started=execution.created,
        ended=execution.ended,
        until=max(now, execution.created) if execution.ended is None else execution.ended,
        parameters=_members(execution.parameters),
        overrides=tuple(execution.overrides),
        selected=execution.selected,
        source=execution.source,
        steps=tuple(map(_step_snapshot, execution.steps.values())),
        chart=executed_flowchart(execution),
    )


def call_snapshot(call: Call) -> CallSnapshot:
    """Return a call as it was recorded."""
    error = None if call.error_code is None else f"{call.error_code}: {call.error_message}"
    return CallSnapshot(call.operation, call.time, plain(call.request), plain(call.response), error)


def event_snapshot(change: Change, event: Json) -> EventSnapshot:
    """Return an event with the change that it tells of."""
    subject = change.execution.pipeline.name if change.step is None else change.step.step.name
    words = change.status if change.before is None else f"{change.before} → {change.status}"
    return EventSnapshot(to_datetime(change.at), subject, words, event)


def plain(value: object) -> Json:
    """Return any value as JSON that a reader can take in: texts are cut, and what JSON lacks is shown as text."""
    if isinstance(value, Mapping):
        return _members(cast("Mapping[object, object]", value))
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [plain(item) for item in cast("Sequence[object]", value)]
    if value is None or isinstance(value, (bool, int)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}… ({len(text) - LONGEST_TEXT} characters more)"


def _step_snapshot(state: StepState) -> StepSnapshot:
    origin = None
    if state.cache_source is not None:
        origin = f"from the cache: {state.cache_source}"
    elif state.selective_source is not None:
        origin = f"reused from {state.selective_source}"
    return StepSnapshot(
        name=state.step.name,
        type=state.step.type,
        status=state.status,
        attempts=state.attempts,
        reason=state.reason,
        started=state.started,
        ended=state.ended,
        origin=origin,
        arguments=plain(state.arguments),
        outputs=_members(state.outputs),
        metadata=_members(state.metadata),
    )


def _members(value: Mapping[object, object] | Mapping[str, object]) -> JsonObject:
    return {str(key): plain(item) for key, item in value.items()}
