"""What one attempt of a step comes to, worked out when it starts and applied when it ends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from pytest_smpipeline._definition.conditions import ConditionError, evaluate_all
from pytest_smpipeline._definition.functions import as_text, resolve
from pytest_smpipeline._definition.nodes import Step
from pytest_smpipeline._definition.references import Unresolved
from pytest_smpipeline._engine.attempts import Attempt, job_name, output_parameters
from pytest_smpipeline._engine.properties import merged
from pytest_smpipeline._engine.scope import ExecutionScope, ReadObject
from pytest_smpipeline._engine.step_types import STEP_TYPES
from pytest_smpipeline._state.entities import ExecutionState, Metadata
from pytest_smpipeline._state.ids import IdSource
from pytest_smpipeline._state.store import Territory
from pytest_smpipeline.outcomes import Fail, Outcome, StepContext, Succeed
from pytest_smpipeline.values import Instant, Json, JsonObject, to_datetime, to_milliseconds

Play: TypeAlias = Callable[[str, StepContext], Outcome | None]
"""Decides what an attempt comes to, None when nobody scripted it; it is told the pipeline's ARN and the attempt."""

# Members of ListPipelineExecutionSteps in botocore's model.
_LONGEST_REASON: Final = 1024


@dataclass(frozen=True, slots=True)
class Performance:
    """What an attempt will have come to after ``duration`` milliseconds.

    ``metadata`` is shown from the start, ``ended_metadata`` from the end on; ``not_taken`` are the steps of the branch that
    a condition passed over.
    """

    succeeded: bool
    duration: int
    reason: str | None = None
    arguments: Json = None
    metadata: Metadata = field(default_factory=dict)
    ended_metadata: Metadata = field(default_factory=dict)
    properties: JsonObject = field(default_factory=dict)
    made: Succeed = field(default_factory=Succeed)
    not_taken: tuple[str, ...] = ()


class Performer:
    """Works out what attempts come to: from conditions, from the definition and from what the test scripted."""

    def __init__(self, ids: IdSource, play: Play, read_object: ReadObject) -> None:
        """Ask ``play`` what the test wants of every attempt that does not decide for itself."""
        self._read_object = read_object
        self._ids = ids
        self._play = play

    def perform(self, territory: Territory, execution: ExecutionState, step: Step, number: int, now: Instant) -> Performance:
        """Return what attempt ``number`` of a step comes to when it starts at ``now``.

        A step that needs a value which nothing supplies fails at once, before it makes anything.
        """
        kind = STEP_TYPES[step.type]
        name = job_name(execution.id, step.name, self._ids.job_suffix(), tuning=kind.tuning_name)
        scope = ExecutionScope(execution, now, name, self._read_object)
        try:
            if step.type == "Condition":
                return _decide(step, scope, kind.duration)
            arguments = resolve(step.arguments, scope)
            settings = {member: resolve(value, scope) for member, value in step.settings.items()}
            if step.type == "Fail":
                return _fail(arguments, kind.duration)
        except (Unresolved, ConditionError) as problem:
            return Performance(succeeded=False, duration=0, reason=_reason(f"ClientError: {problem}"))
        outcome = self._play(execution.pipeline.arn, _context(execution, step, number, arguments, now)) or Succeed()
        attempt = Attempt(
            execution=execution,
            step=step,
            arguments=arguments if isinstance(arguments, dict) else {},
            settings=settings,
            made=outcome if isinstance(outcome, Succeed) else Succeed(),
            succeeded=isinstance(outcome, Succeed),
            now=now,
            job_name=name,
            ids=self._ids,
            territory=territory,
        )
        return _carry_out(attempt, outcome)


def success_of_callback(metadata: Metadata, given: Mapping[str, str], outputs: Mapping[str, Json]) -> Performance:
    """Return what a Callback step comes to that is answered with outputs: as given for its metadata, and as later steps see them."""
    return Performance(succeeded=True, duration=0, ended_metadata=_with_outputs(metadata, given), made=Succeed(outputs=outputs))


def failure_of_callback(metadata: Metadata, reason: str | None) -> Performance:
    """Return what a Callback step comes to that is answered with a failure."""
    return Performance(succeeded=False, duration=0, reason=reason, ended_metadata=metadata)


def _context(execution: ExecutionState, step: Step, number: int, arguments: Json, now: Instant) -> StepContext:
    return StepContext(
        pipeline=execution.pipeline.name,
        execution=execution.arn,
        step=step.name,
        type=step.type,
        attempt=number,
        arguments=arguments,
        now=to_datetime(now),
    )


def _decide(step: Step, scope: ExecutionScope, duration: int) -> Performance:
    outcome = evaluate_all(step.conditions, scope)
    return Performance(
        succeeded=True,
        duration=duration,
        ended_metadata={"Condition": {"Outcome": str(outcome)}},
        properties={"Outcome": outcome},
        not_taken=step.else_steps if outcome else step.if_steps,
    )


def _fail(arguments: Json, duration: int) -> Performance:
    message = arguments.get("ErrorMessage") if isinstance(arguments, dict) else None
    text = "" if message is None else as_text(message)
    return Performance(
        succeeded=False,
        duration=duration,
        reason=_reason(text) or None,
        arguments=arguments,
        ended_metadata={"Fail": {"ErrorMessage": text}},
    )


def _carry_out(attempt: Attempt, outcome: Outcome) -> Performance:
    kind = STEP_TYPES[attempt.step.type]
    made_something = attempt.succeeded or not kind.synchronous
    metadata = kind.metadata(attempt) if made_something else {}
    properties = kind.properties(attempt, metadata) if made_something else {}
    reason = None
    if isinstance(outcome, Fail):
        reason = _reason(f"ClientError: {outcome.reason}" if kind.job else outcome.reason)
    return Performance(
        succeeded=attempt.succeeded,
        duration=kind.duration if outcome.duration is None else to_milliseconds(outcome.duration),
        reason=reason,
        arguments=attempt.arguments,
        metadata=metadata,
        ended_metadata=_with_outputs(metadata, attempt.made.outputs) if kind.outputs else metadata,
        properties=merged(properties, attempt.made.properties),
        made=attempt.made,
    )


def _with_outputs(metadata: Metadata, outputs: Mapping[str, Json]) -> Metadata:
    if not outputs:
        return metadata
    shown: JsonObject = {"OutputParameters": output_parameters(outputs)}
    return {kind: made | shown for kind, made in metadata.items()}


def _reason(text: str) -> str:
    return text[:_LONGEST_REASON]
