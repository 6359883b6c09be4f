"""Run conditions: steps that wait for a failure, or for any end, of another."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from pytest_smpipeline import Execution, fail
from pytest_smpipeline.values import JsonObject

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

Step = Callable[..., JsonObject]
Run = Callable[..., Execution]


@pytest.mark.fidelity("RUN-024")
@pytest.mark.parametrize(
    ("trigger", "fails", "runs"),
    [
        ("Completed", False, True),
        ("Completed", True, False),
        ("Failed", False, False),
        ("Failed", True, True),
        ("Stopped", False, False),
        ("Stopped", True, False),
        ("Any", False, True),
        ("Any", True, True),
    ],
)
def test_a_trigger_says_which_end_a_step_waits_for(run: Run, step: Step, trigger: str, fails: bool, runs: bool) -> None:  # noqa: FBT001 - the columns of a table
    """An entry of DependsOn may be an object with the step and the end that it must come to."""
    after = step("After", {"Step": "Train", "Trigger": trigger})

    execution = run(step("Train"), after, script={"Train": fail("boom")} if fails else {})

    assert execution.ran("After") is runs


def test_without_a_trigger_an_entry_waits_for_success(run: Run, step: Step) -> None:
    """``{"Step": name}`` means the same as the name alone."""
    execution = run(step("Train"), step("After", {"Step": "Train"}), script={"Train": fail("boom")})

    assert not execution.ran("After")


@pytest.mark.fidelity("RUN-025", "RUN-031")
def test_an_execution_whose_steps_ran_on_a_failure_completes_with_failures(run: Run, step: Step, client: "SageMakerClient") -> None:
    """It ends in CompletedWithFailures instead of Failed, without a failure reason."""
    execution = run(step("Train"), step("Clean", {"Step": "Train", "Trigger": "Failed"}), script={"Train": fail("boom")})

    described = client.describe_pipeline_execution(PipelineExecutionArn=execution.arn)
    assert described["PipelineExecutionStatus"] == "CompletedWithFailures"
    assert "FailureReason" not in described


@pytest.mark.fidelity("RUN-026")
def test_a_failure_that_nothing_ran_on_does_not_matter_beside_one_that_was_handled(run: Run, step: Step) -> None:
    """The rule asks whether any step ran on a failed one; what else failed, the handler included, is not known to count."""
    clean = step("Clean", {"Step": "Train", "Trigger": "Any"})

    execution = run(step("Train"), clean, step("Other"), script={"Train": fail("a"), "Clean": fail("b"), "Other": fail("c")})

    assert execution.status == "CompletedWithFailures"


@pytest.mark.fidelity("RUN-027")
def test_an_execution_in_which_a_fail_step_ran_fails(run: Run, step: Step) -> None:
    """A Fail step marks the execution as failed, also when it runs on a failure."""
    stop = step("Stop", {"Step": "Train", "Trigger": "Failed"}, kind="Fail", arguments={"ErrorMessage": "no model"})

    execution = run(step("Train"), stop, script={"Train": fail("boom")})

    assert (execution.order, execution.status) == (["Train", "Stop"], "Failed")


def test_a_handler_that_did_not_run_does_not_soften_the_failure(run: Run, step: Step) -> None:
    """A step that waits for the failure of one step says nothing about that of another."""
    clean = step("Clean", {"Step": "Good", "Trigger": "Failed"})

    assert run(step("Good"), step("Bad"), clean, script={"Bad": fail("boom")}).status == "Failed"


@pytest.mark.fidelity("RUN-028")
def test_a_step_that_runs_on_a_failure_can_refer_to_the_failed_job(run: Run, step: Step) -> None:
    """A reference beside a trigger keeps the trigger."""
    report = step("Report", {"Step": "Train", "Trigger": "Failed"}, arguments={"RoleArn": {"Get": "Steps.Train.TrainingJobStatus"}})

    execution = run(step("Train"), report, script={"Train": fail("boom")})

    assert execution.steps["Report"].arguments == {"RoleArn": "Failed"}
