"""Condition steps: the branch that is taken, and what becomes of the other."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from pytest_smpipeline import Execution, SMPipelineMock, succeed
from pytest_smpipeline.values import Json, JsonObject

Step = Callable[..., JsonObject]
Run = Callable[..., Execution]
Listed = Callable[[Execution], list[dict[str, Any]]]


@pytest.mark.fidelity("BRANCH-001")
@pytest.mark.parametrize(("left", "ran"), [(1, "Yes"), (2, "No")])
def test_only_the_steps_of_the_taken_branch_run_and_are_listed(run: Run, condition: Step, listed: Listed, left: int, ran: str) -> None:
    """The chosen branch's steps are ordinary steps; those of the other never show."""
    yes: JsonObject = {"Name": "Yes", "Type": "Model", "Arguments": {}}
    no: JsonObject = {"Name": "No", "Type": "Model", "Arguments": {}}

    execution = run(condition("Gate", left=left, then=[yes], other=[no]))

    assert [item["StepName"] for item in listed(execution)] == [ran, "Gate"]
    assert execution.status == "Succeeded"


@pytest.mark.parametrize(("left", "branch"), [(1, "if"), (2, "else")])
def test_the_record_names_the_branch_that_was_taken(run: Run, condition: Step, left: int, branch: str) -> None:
    """``branches`` has an entry for each condition that was evaluated."""
    assert run(condition("Gate", left=left)).branches == {"Gate": branch}


@pytest.mark.fidelity("BRANCH-002")
@pytest.mark.parametrize(("left", "outcome"), [(1, "True"), (2, "False")])
def test_the_outcome_is_capitalised_in_metadata(run: Run, condition: Step, left: int, outcome: str) -> None:
    """Metadata says ``True`` or ``False``."""
    assert run(condition("Gate", left=left)).steps["Gate"].metadata == {"Condition": {"Outcome": outcome}}


@pytest.mark.fidelity("BRANCH-003")
@pytest.mark.parametrize(("left", "outcome"), [(1, "true"), (2, "false")])
def test_the_outcome_is_lower_case_in_a_join(run: Run, step: Step, condition: Step, left: int, outcome: str) -> None:
    """As a property, the outcome is a boolean, and Std:Join writes those in lower case."""
    message: Json = {"Std:Join": {"On": " ", "Values": ["it is", {"Get": "Steps.Gate.Outcome"}]}}

    execution = run(condition("Gate", left=left), step("Stop", kind="Fail", arguments={"ErrorMessage": message}))

    assert execution.steps["Stop"].reason == f"it is {outcome}"


@pytest.mark.fidelity("BRANCH-004")
def test_an_empty_branch_is_taken_like_any_other(run: Run, step: Step, condition: Step) -> None:
    """A condition without steps on the taken side just ends."""
    execution = run(condition("Gate", left=2, then=[step("Yes")]))

    assert (execution.order, execution.branches, execution.status) == (["Gate"], {"Gate": "else"}, "Succeeded")


@pytest.mark.fidelity("BRANCH-005")
@pytest.mark.parametrize("depth", [1, 30])
def test_conditions_nest(run: Run, step: Step, condition: Step, depth: int) -> None:
    """Thirty levels run on the service; the innermost steps wait for all conditions around them."""
    inner = condition(f"Gate{depth}", left=2, then=[step("Yes")], other=[step("No")])
    for level in range(depth - 1, 0, -1):
        inner = condition(f"Gate{level}", then=[inner], other=[step(f"Other{level}")])

    execution = run(inner)

    assert execution.order == [*(f"Gate{level}" for level in range(1, depth + 1)), "No"]


@pytest.mark.fidelity("BRANCH-005")
def test_a_nested_condition_in_the_branch_not_taken_leaves_out_all_within(run: Run, step: Step, condition: Step) -> None:
    """Whatever lies inside a branch that is passed over is passed over, at any depth."""
    inner = condition("Inner", then=[step("Deep"), step("Deeper", "Deep")])

    execution = run(condition("Outer", left=2, then=[inner], other=[step("Other")]))

    assert execution.order == ["Outer", "Other"]


@pytest.mark.fidelity("BRANCH-006")
def test_a_step_outside_may_wait_for_a_condition_step(run: Run, step: Step, condition: Step) -> None:
    """It starts when the condition has been evaluated, beside the branch and not after it."""
    execution = run(condition("Gate", then=[step("Yes")]), step("Outside", "Gate"))

    assert execution.steps["Outside"].started == execution.steps["Yes"].started


@pytest.mark.fidelity("BRANCH-007")
@pytest.mark.parametrize("trigger", ["Completed", "Failed", "Any"])
def test_a_step_that_waits_for_one_in_the_branch_not_taken_never_starts(run: Run, step: Step, condition: Step, trigger: str) -> None:
    """What does not run does not end either, whatever end is waited for; the execution succeeds without these steps."""
    outside = step("Outside", {"Step": "Yes", "Trigger": trigger})

    execution = run(condition("Gate", left=2, then=[step("Yes")]), outside, step("Further", "Outside"))

    assert (execution.order, execution.status) == (["Gate"], "Succeeded")


def test_steps_inside_a_branch_wait_for_each_other_and_for_steps_outside(run: Run, step: Step, condition: Step) -> None:
    """DependsOn works inside a branch as it does anywhere."""
    gate = condition("Gate", then=[step("Second", "First", "Slow"), step("First")])

    execution = run(gate, step("Slow"), script={"Slow": succeed(duration=9999)})

    assert execution.order == ["Gate", "Slow", "First", "Second"]


@pytest.mark.fidelity("BRANCH-008")
def test_a_condition_that_cannot_be_evaluated_fails_and_takes_no_branch(run: Run, step: Step, condition: Step) -> None:
    """Neither branch runs, nor what waits for the condition; there is no metadata."""
    gate = condition("Gate", left="one", then=[step("Yes")], other=[step("No")])

    execution = run(gate, step("Outside", "Gate"))

    assert (execution.order, execution.branches, execution.status) == (["Gate"], {}, "Failed")
    assert execution.steps["Gate"].reason == "ClientError: Equals cannot compare the string 'one' with the number 1."
    assert execution.steps["Gate"].metadata == {}


@pytest.mark.fidelity("BRANCH-009")
@time_machine.travel("2026-11-22T12:00:00Z", tick=False)
@pytest.mark.smpipeline(progress="manual")
def test_a_running_condition_shows_no_outcome(smpipeline: SMPipelineMock, run: Run, condition: Step) -> None:
    """Metadata is empty until the condition has ended, and no branch is known."""
    execution = run(condition("Gate"))

    smpipeline.advance(seconds=1.1)

    assert (execution.steps["Gate"].status, execution.steps["Gate"].metadata, execution.branches) == ("Executing", {}, {})
