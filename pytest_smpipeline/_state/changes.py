"""Changes of status: what the neighbours hear of executions and steps, in the order in which it happened."""

from typing import NamedTuple

from pytest_smpipeline._state.entities import ExecutionState, Metadata, StepState
from pytest_smpipeline.values import Instant


class Change(NamedTuple):
    """A status that has changed, with what goes away or changes later: ``step`` is None when it is the execution's own.

    ``before`` is None for an execution that has just been started; a step comes from Starting, whatever it was before a retry.
    ``metadata``, ``reason`` and ``cache_source`` are the step's, ``began`` is when the one or the other started; ``display_name``
    and ``description`` are the execution's.
    """

    execution: ExecutionState
    step: StepState | None
    before: str | None
    status: str
    at: Instant
    metadata: Metadata
    reason: str | None
    began: Instant
    cache_source: str | None
    display_name: str
    description: str | None


def execution_change(execution: ExecutionState, before: str | None, now: Instant) -> Change:
    """Return the change that an execution's status has just gone through."""
    said = execution.display_name, execution.description
    return Change(execution, None, before, execution.status, now, {}, execution.failure_reason, execution.created, None, *said)


def step_change(execution: ExecutionState, step: StepState, before: str, now: Instant) -> Change:
    """Return the change that a step's status has just gone through."""
    said = execution.display_name, execution.description
    return Change(execution, step, before, step.status, now, step.metadata, step.reason, step.started, step.cache_source, *said)
