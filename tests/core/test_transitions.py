"""The table of statuses."""

import pytest

from pytest_smpipeline._state.transitions import ACTIVE, ENDED_STEP, EXECUTION, STEP, IllegalTransitionError, changed
from pytest_smpipeline._wire import service_model


@pytest.mark.parametrize(("table", "enum"), [(EXECUTION, "PipelineExecutionStatus"), (STEP, "StepStatus")])
def test_the_table_has_every_status_of_the_service_model(table: dict[str, frozenset[str]], enum: str) -> None:
    """No status is missing, and none leads outside the table; an older model may lack the newest."""
    assert set(service_model.current().enum(enum)) <= set(table)
    assert set().union(*table.values()) <= set(table)


def test_an_allowed_change_gives_the_new_status() -> None:
    """The caller assigns what the table returns."""
    assert changed(STEP, "Executing", "Succeeded") == "Succeeded"


@pytest.mark.parametrize(
    ("table", "current", "new", "message"),
    [
        (EXECUTION, "Stopping", "Succeeded", "Stopping can't become Succeeded; it can become Failed, Stopped"),
        (EXECUTION, "Succeeded", "Executing", "Succeeded can't become Executing; it can become nothing"),
        (STEP, "Starting", "Succeeded", "Starting can't become Succeeded; it can become Executing, Failed"),
    ],
)
def test_any_other_change_is_a_fault_with_its_reason(table: dict[str, frozenset[str]], current: str, new: str, message: str) -> None:
    """A status never changes against the table, and the message says what may follow."""
    with pytest.raises(IllegalTransitionError, match=message):
        changed(table, current, new)


def test_an_ended_status_is_not_active() -> None:
    """What runs and what has ended are told apart by the same table that moves them."""
    assert ACTIVE.isdisjoint({"Succeeded", "Failed", "Stopped", "CompletedWithFailures"})
    assert {"Succeeded", "Failed", "Stopped"} == ENDED_STEP
