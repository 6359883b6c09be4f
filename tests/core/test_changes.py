"""Changes: what the neighbours are told of an execution and of its steps."""

from typing import Any

from pytest_smpipeline._state.changes import Change, execution_change, step_change
from pytest_smpipeline._state.entities import ExecutionState, StepState


class Named:
    """Stands for a state: each of its attributes is its own name."""

    def __getattr__(self, name: str) -> str:
        """Return the name."""
        return name


def test_a_step_tells_each_thing_in_its_place() -> None:
    """The parts of a change are put together by position, so that a slip would put one in the place of another."""
    execution: Any = Named()
    step: Any = Named()
    assert step_change(execution, step, "Starting", 7) == Change(
        execution=execution,
        step=step,
        before="Starting",
        status="status",
        at=7,
        shown=step.shown,
        reason="reason",
        began=step.started,
        cache_source="cache_source",
        display_name="display_name",
        description="description",
        arguments="arguments",
        described=step.described,
    )
    assert {"shown", "reason", "started", "cache_source", "arguments", "described"} <= set(StepState.__slots__)


def test_an_execution_tells_each_thing_in_its_place() -> None:
    """It has no metadata, no arguments and no properties."""
    execution: Any = Named()
    assert execution_change(execution, None, 7) == Change(
        execution=execution,
        step=None,
        before=None,
        status="status",
        at=7,
        shown={},
        reason="failure_reason",
        began=execution.created,
        cache_source=None,
        display_name="display_name",
        description="description",
    )
    assert {"status", "failure_reason", "created", "display_name", "description"} <= set(ExecutionState.__slots__)
