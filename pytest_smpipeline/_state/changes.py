"""Changes of status: what the neighbours hear of executions and steps, in the order in which it happened."""

from typing import Final, NamedTuple

from pytest_smpipeline._state.entities import Described, ExecutionState, Metadata, Shown, StepState
from pytest_smpipeline.values import Instant, Json, JsonObject


class Change(NamedTuple):
    """A status that has changed, with what goes away or changes later: ``step`` is None when it is the execution's own.

    ``before`` is None for an execution that has just been started; a step comes from Starting, whatever it was before a retry.
    ``shown``, ``reason``, ``cache_source`` and ``arguments`` are those of the step's attempt, ``began`` is when the one or the other
    started; ``display_name`` and ``description`` are the execution's.
    """

    execution: ExecutionState
    step: StepState | None
    before: str | None
    status: str
    at: Instant
    shown: Shown
    reason: str | None
    began: Instant
    cache_source: str | None
    display_name: str
    description: str | None
    arguments: Json = None
    described: Described = {}  # noqa: RUF012 # nobody writes into it

    @property
    def metadata(self) -> Metadata:
        """What ListPipelineExecutionSteps showed of the step; empty for an execution."""
        return self.shown if isinstance(self.shown, dict) else self.shown.metadata()

    @property
    def properties(self) -> JsonObject:
        """What later steps may refer to; empty until the attempt has ended."""
        return self.described if isinstance(self.described, dict) else self.described.properties()


def execution_change(execution: ExecutionState, before: str | None, now: Instant) -> Change:
    """Return the change that an execution's status has just gone through."""
    return _change(
        Change,
        (
            execution,
            None,
            before,
            execution.status,
            now,
            {},
            execution.failure_reason,
            execution.created,
            None,
            execution.display_name,
            execution.description,
            None,
            {},
        ),
    )


def step_change(execution: ExecutionState, step: StepState, before: str, now: Instant) -> Change:
    """Return the change that a step's status has just gone through."""
    return _change(
        Change,
        (
            execution,
            step,
            before,
            step.status,
            now,
            step.shown,
            step.reason,
            step.started,
            step.cache_source,
            execution.display_name,
            execution.description,
            step.arguments,
            step.described,
        ),
    )


def failed_attempt(execution: ExecutionState, step: StepState, ended: tuple[Shown, str | None, Described], now: Instant) -> Change:
    """Return what happens when an attempt fails that a policy repeats: the step's status stays as it is.

    ``ended`` are the attempt's metadata, reason and properties.
    """
    shown, reason, described = ended
    return step_change(execution, step, step.status, now)._replace(shown=shown, reason=reason, described=described)


# There are two for each step that runs: as a tuple each takes a quarter of the time that it takes by names.
_change: Final = tuple.__new__
