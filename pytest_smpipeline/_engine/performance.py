"""What one attempt of a step comes to: worked out when it starts, applied when it ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias

from pytest_smpipeline._definition.functions import as_text
from pytest_smpipeline._engine.attempts import Attempt, output_parameters
from pytest_smpipeline._engine.declared_outputs import typed_outputs
from pytest_smpipeline._engine.makings import AttemptMaking
from pytest_smpipeline._engine.metadata import Named, while_running
from pytest_smpipeline._engine.refusals import exception_type_of, exception_type_of_reason, refusal_reason
from pytest_smpipeline._engine.retries import retries_of
from pytest_smpipeline._engine.step_types import STEP_TYPES, StepType
from pytest_smpipeline._state.entities import Described, ExecutionState, Metadata, Shown, StepState
from pytest_smpipeline.outcomes import Fail, Reject, Stopped, Succeed
from pytest_smpipeline.values import Instant, Json, JsonObject, to_milliseconds

EndStatus: TypeAlias = Literal["Succeeded", "Failed", "Stopped"]

CACHE_TIME: Final = 500
"""How long a step takes that reuses an earlier result; outputs show less than a second."""

# Members of ListPipelineExecutionSteps in botocore's model.
_LONGEST_REASON: Final = 1024


NOTHING_SAID: Final = Succeed()
"""A success that brings nothing along: what an attempt comes to of which nobody says anything."""


@dataclass(slots=True)
class Performance:
    """What an attempt will have come to after ``duration`` milliseconds, or None when it waits to be answered or released.

    ``shown`` is its metadata from the start, ``shown_at_end`` that from the end on; ``not_taken`` are the steps of the branch that
    a condition passed over. ``exception_type`` is what retry policies match. ``cache_source`` is the ARN of the execution
    whose result is reused. ``attempt`` is there when it can be released, ``items`` are those of a ForEach step.
    """

    status: EndStatus
    duration: int | None = 0
    reason: str | None = None
    exception_type: str | None = None
    arguments: Json = None
    settings: Mapping[str, Json] = field(default_factory=dict)
    shown: Shown = field(default_factory=dict)
    shown_at_end: Shown = field(default_factory=dict)
    described: Described = field(default_factory=dict)
    made: Succeed = NOTHING_SAID
    not_taken: tuple[str, ...] = ()
    cache_source: str | None = None
    attempt: Attempt | None = None
    items: tuple[Json, ...] | None = None


_OUTCOMES: Final[Mapping[bool, JsonObject]] = {outcome: {"Outcome": outcome} for outcome in (True, False)}
_DECIDED: Final[Mapping[bool, Metadata]] = {outcome: {"Condition": {"Outcome": str(outcome)}} for outcome in (True, False)}


def failure(reason: str, arguments: Json = None) -> Performance:
    """Return what a step comes to that fails at once, before it makes anything."""
    return Performance(status="Failed", reason=_cut(f"ClientError: {reason}"), arguments=arguments)


def decision(step: StepType, *, outcome: bool, not_taken: tuple[str, ...]) -> Performance:
    """Return what a Condition step comes to."""
    made = Performance("Succeeded", step.duration, None, None, None, {}, {}, _DECIDED[outcome], _OUTCOMES[outcome])
    made.not_taken = not_taken
    return made


def fail_step(step: StepType, arguments: Json) -> Performance:
    """Return what a Fail step comes to: its message is the reason, and none when it is empty."""
    message = arguments.get("ErrorMessage") if isinstance(arguments, dict) else None
    text = "" if message is None else as_text(message)
    return Performance(
        status="Failed",
        duration=step.duration,
        reason=_cut(text) or None,
        arguments=arguments,
        shown_at_end={"Fail": {"ErrorMessage": text}},
    )


def iterating(items: tuple[Json, ...], arguments: Json) -> Performance:
    """Return what a ForEach step comes to: its end is that of its iterations."""
    return Performance(status="Succeeded", duration=None, arguments=arguments, items=items)


def reuse(state: StepState, source: ExecutionState, arguments: Json) -> Performance:
    """Return what a step comes to that reuses what it made in an earlier execution: its job, properties and outputs.

    What was itself reused there is reused from the execution that made it.
    """
    made = Succeed(outputs=state.outputs, property_files=state.property_files)
    return Performance(
        status="Succeeded",
        duration=CACHE_TIME,
        arguments=arguments,
        shown=state.metadata,
        shown_at_end=state.metadata,
        described=state.properties,
        made=made,
        cache_source=state.cache_source or state.selective_source or source.arn,
    )


def refusal(attempt: Attempt, outcome: Reject) -> Performance:
    """Return what an attempt comes to whose job the service refuses to create: nothing is made."""
    exception_type = exception_type_of(outcome.code)
    call = STEP_TYPES[attempt.step.type].create_call
    reason = f"ClientError: {outcome.message}"
    if call is not None:
        covered = retries_of(attempt.step, attempt.now).covers(exception_type)
        reason = refusal_reason(call, outcome.message, attempt.execution.arn, attempt.step.name, exception_type, covered=covered)
    return Performance(status="Failed", reason=_cut(reason), exception_type=exception_type, arguments=attempt.arguments)


def waiting(attempt: Attempt) -> Performance:
    """Return what an attempt comes to that runs until it is answered or released."""
    kind = STEP_TYPES[attempt.step.type]
    metadata = {} if kind.synchronous else while_running(kind.metadata(attempt), kind.at_end)
    return Performance(
        status="Succeeded", duration=None, arguments=attempt.arguments, settings=attempt.settings, shown=metadata, attempt=attempt
    )


def uneventful(attempt: Attempt) -> Performance:
    """Return what an attempt comes to of which nobody says anything: most are like that."""
    kind = STEP_TYPES[attempt.step.type]
    if kind.draws_ids or not isinstance(kind.metadata, Named):
        return carried_out(attempt, attempt.made)
    attempt.duration = kind.duration
    making = AttemptMaking(kind, attempt)
    return Performance("Succeeded", kind.duration, None, None, attempt.arguments, attempt.settings, making, making, making)


def carried_out(attempt: Attempt, outcome: Succeed | Fail | Stopped) -> Performance:
    """Return what an attempt comes to whose job runs and ends by itself."""
    kind = STEP_TYPES[attempt.step.type]
    return _ended(attempt, outcome, kind.duration if outcome.duration is None else to_milliseconds(outcome.duration), {})


def released(attempt: Attempt, outcome: Succeed | Fail | Stopped, metadata: Metadata, now: Instant) -> Performance:
    """Return what an attempt comes to that ran until now, at once unless the outcome takes time: it keeps the job that it made.

    The outcome's duration counts from now; the job has run since its start.
    """
    rest = 0 if outcome.duration is None else to_milliseconds(outcome.duration)
    performance = _ended(attempt, outcome, now - attempt.now + rest, metadata)
    performance.duration = rest
    return performance


def success_of_callback(metadata: Metadata, given: Mapping[str, str], outputs: Mapping[str, Json]) -> Performance:
    """Return what a Callback step comes to that is answered with outputs: as given for its metadata, and as later steps see them."""
    return Performance(status="Succeeded", shown_at_end=_with_outputs(metadata, given), made=Succeed(outputs=outputs))


def failure_of_callback(metadata: Metadata, reason: str | None) -> Performance:
    """Return what a Callback step comes to that is answered with a failure."""
    return Performance(status="Failed", reason=reason, shown_at_end=metadata)


def unsent(state: StepState, problem: str) -> Performance:
    """Return what a Callback step comes to whose message can't be sent."""
    return Performance(status="Failed", reason=_cut(f"ClientError: {problem}"), shown_at_end=state.metadata)


def stopped_outside(state: StepState) -> Performance:
    """Return what a running step comes to whose job somebody stops who is not the pipeline."""
    return Performance(status="Stopped", arguments=state.arguments, shown_at_end=state.metadata)


def timed_out(state: StepState) -> Performance:
    """Return what a running step comes to that took longer than its type of step may."""
    kind = state.step.type
    limit = (STEP_TYPES[kind].time_limit or 0) // 1_000
    return Performance(status="Failed", reason=f"ClientError: {kind} step timed out after {limit} seconds.", shown_at_end=state.metadata)


def _ended(attempt: Attempt, outcome: Succeed | Fail | Stopped, duration: int, shown: Metadata) -> Performance:
    """Return what an attempt comes to; what was ``shown`` of it already stays as it is."""
    kind = STEP_TYPES[attempt.step.type]
    attempt.duration = duration
    reason = exception_type = None
    if isinstance(outcome, Succeed):
        attempt.made = _typed(attempt, outcome) if outcome.outputs else outcome
    else:
        attempt.succeeded, attempt.stopped = False, isinstance(outcome, Stopped)
        if isinstance(outcome, Fail):
            attempt.failure = outcome.reason
            reason = _cut(f"ClientError: {outcome.reason}" if kind.job else outcome.reason)
            exception_type = outcome.exception_type or exception_type_of_reason(outcome.reason)
    making = AttemptMaking(kind, attempt)
    at_start: Shown = making
    at_end: Shown = making
    if shown or not attempt.succeeded or not isinstance(kind.metadata, Named):
        metadata = {} if kind.synchronous and not attempt.succeeded else kind.metadata(attempt)
        if shown:
            metadata = {name: members | shown.get(name, {}) for name, members in metadata.items()}
        making.known = metadata
        at_start = while_running(metadata, kind.at_end) if kind.at_end else metadata
        at_end = _with_outputs(metadata, attempt.made.outputs) if kind.outputs else metadata
    # By position, as an attempt itself: by names it takes more than twice the time.
    return Performance(
        _STATUSES[type(outcome)],
        duration,
        reason,
        exception_type,
        attempt.arguments,
        attempt.settings,
        at_start,
        at_end,
        making.properties() if kind.draws_ids else making,
        attempt.made,
    )


def _typed(attempt: Attempt, outcome: Succeed) -> Succeed:
    """Return a success with its outputs as the step declares them."""
    declared = attempt.step.output_parameters
    return replace(outcome, outputs=typed_outputs(declared, outcome.outputs)) if declared else outcome


_STATUSES: Final[Mapping[type[Succeed | Fail | Stopped], EndStatus]] = {Succeed: "Succeeded", Fail: "Failed", Stopped: "Stopped"}


def _with_outputs(metadata: Metadata, outputs: Mapping[str, Json]) -> Metadata:
    if not outputs:
        return metadata
    shown: JsonObject = {"OutputParameters": output_parameters(outputs)}
    return {kind: made | shown for kind, made in metadata.items()}


def _cut(text: str) -> str:
    return text[:_LONGEST_REASON]
