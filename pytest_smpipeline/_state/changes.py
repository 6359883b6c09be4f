"""Changes of status: what the neighbours hear of executions and steps, in the order in which it happened."""

from typing import NamedTuple

from pytest_smpipeline._state.entities import ExecutionState, Metadata, StepState
from pytest_smpipeline.values import Instant, Json, JsonObject


class Change(NamedTuple):
    """A status that has changed, with what goes away or changes later: ``step`` is None when it is the execution's own.

    ``before`` is None for an execution that has just been started; a step comes from Starting, whatever it was before a retry.
    ``metadata``, ``reason``, ``arguments`` and ``properties`` are those of the step's attempt, the last ones empty until it has
    ended; ``cache_source`` is the execution that it reuses the result of.
    """

    execution: ExecutionState
    step: StepState | None
    before: str | None
    status: str
    at: Instant
    metadata: Metadata
    reason: str | None
    arguments: Json = None
    properties: JsonObject = {}  # noqa: RUF012 # nobody writes into it
    cache_source: str | None = None


def execution_change(execution: ExecutionState, before: str | None, now: Instant) -> Change:
    """Return the change that an execution's status has just gone through."""
    return Change(execution, None, before, execution.status, now, {}, execution.failure_reason)


def step_change(execution: ExecutionState, step: StepState, before: str, now: Instant) -> Change:
    """Return the change that a step's status has just gone through."""
    made = (step.metadata, step.reason, step.arguments, step.properties, step.cache_source)
    return Change(execution, step, before, step.status, now, *made)


def failed_attempt(execution: ExecutionState, step: StepState, ended: tuple[Metadata, str | None, JsonObject], now: Instant) -> Change:
    """Return what happens when an attempt fails that a policy repeats: the step's status stays as it is.

    ``ended`` are the attempt's metadata, reason and properties.
    """
    metadata, reason, properties = ended
    return Change(execution, step, step.status, step.status, now, metadata, reason, step.arguments, properties)
