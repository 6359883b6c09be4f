"""stopped(): steps whose job somebody stopped outside of the pipeline."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from pytest_smpipeline import Execution, stopped
from pytest_smpipeline.values import JsonObject

Run = Callable[..., Execution]
Step = Callable[..., JsonObject]
Listed = Callable[[Execution], list[dict[str, Any]]]


@pytest.mark.fidelity("STOPPEDJOB-001")
def test_a_step_whose_job_was_stopped_is_stopped(run: Run, step: Step, listed: Listed) -> None:
    """It shows its job and has no reason."""
    execution = run(step("Train"), script={"Train": stopped()})

    (shown,) = listed(execution)
    assert (shown["StepStatus"], shown.get("FailureReason"), [*shown["Metadata"]]) == ("Stopped", None, ["TrainingJob"])
    assert shown["EndTime"] == execution.ended


@pytest.mark.fidelity("STOPPEDJOB-002")
def test_an_execution_whose_job_was_stopped_fails(run: Run, step: Step, client: Any) -> None:
    """Nobody stopped the execution, and it has not done what it should."""
    execution = run(step("Train"), step("Next", "Train"), script={"Train": stopped()})

    described = client.describe_pipeline_execution(PipelineExecutionArn=execution.arn)
    assert described["PipelineExecutionStatus"] == "Failed"
    assert described["FailureReason"] == "Step failure: One or multiple steps failed."
    assert execution.order == ["Train"]


@pytest.mark.fidelity("STOPPEDJOB-003")
@pytest.mark.parametrize(("trigger", "runs"), [("Stopped", True), ("Any", True), ("Failed", False), ("Completed", False)])
def test_a_trigger_tells_stopped_from_failed(run: Run, step: Step, trigger: str, *, runs: bool) -> None:
    """A step that ran on it softens the end of the execution."""
    execution = run(step("Train"), step("After", {"Step": "Train", "Trigger": trigger}), script={"Train": stopped()})

    assert execution.ran("After") is runs
    assert execution.status == ("CompletedWithFailures" if runs else "Failed")


@pytest.mark.fidelity("STOPPEDJOB-004")
def test_a_stopped_job_is_not_retried_by_policy(run: Run, step: Step) -> None:
    """Policies name errors, and this is none."""
    policies = [{"ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"], "IntervalSeconds": 1, "BackoffRate": 1, "MaxAttempts": 5}]

    assert run(step("Train", RetryPolicies=policies), script={"Train": stopped()}).steps["Train"].attempts == 1


@pytest.mark.fidelity("STOPPEDJOB-005")
def test_an_execution_whose_job_was_stopped_can_be_retried(run: Run, step: Step) -> None:
    """The step makes its next attempt, and what did not start follows."""
    execution = run(step("Train"), step("Next", "Train"), script={"Train": [stopped()]})

    execution.retry()

    assert execution.status == "Succeeded"
    assert {name: shown.attempts for name, shown in execution.steps.items()} == {"Train": 2, "Next": 1}


def test_a_job_runs_for_its_duration_until_it_is_stopped(run: Run, step: Step) -> None:
    """As long as the outcome says."""
    assert run(step("Train"), script={"Train": stopped(duration=42)}).steps["Train"].duration == timedelta(seconds=42)


def test_what_runs_after_a_stopped_job_can_refer_to_it(run: Run, step: Step) -> None:
    """Its description says that it was stopped."""
    status: JsonObject = {"Get": "Steps.Train.TrainingJobStatus"}
    after = step("After", {"Step": "Train", "Trigger": "Stopped"}, kind="Processing", arguments={"Environment": {"S": status}})

    execution = run(step("Train"), after, script={"Train": stopped()})

    assert execution.steps["After"].arguments == {"Environment": {"S": "Stopped"}}
