"""Releasing a step that waits: what may be released, and to what."""

from collections.abc import Sequence

from pytest_smpipeline._state.entities import ExecutionState
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.outcome_checks import check_outcome, declared_by
from pytest_smpipeline.outcomes import Fail, Stopped, Succeed
from pytest_smpipeline.step_records import missing_step
from pytest_smpipeline.suggestions import choices


def release_step(service: Service, execution: ExecutionState, waiting: Sequence[str], step: str, outcome: Succeed | Fail | Stopped) -> None:
    """Let a step that waits come to an outcome, and whatever follows from it as the mode in force has it.

    Raises ``UsageError`` when the step is none of ``waiting``, and for an outcome that this running step can't come to.
    """
    if not isinstance(outcome, Succeed | Fail | Stopped):
        message = f"A step is released to an outcome, not to {outcome!r}. Write succeed(...), fail('reason') or stopped()."
        raise UsageError(message)
    if step not in waiting:
        raise UsageError(_not_waiting(execution, waiting, step))
    definition = execution.steps[step].step
    check_outcome(step, definition.type, declared_by(definition), outcome)
    service.runner.release(execution, step, outcome)
    service.pace.after_change()


def _not_waiting(execution: ExecutionState, waiting: Sequence[str], step: str) -> str:
    state = execution.steps.get(step)
    found = f"it is {state.status}" if state is not None else missing_step(execution, step)
    who = (
        f"Waiting: {choices(waiting)}." if waiting else "No step of it waits; script one with hold(), or leave a Callback step unanswered."
    )
    return f"Step {step!r} does not wait to be released: {found}. {who}"
