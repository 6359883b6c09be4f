"""Time limits: of a Lambda step, and of an execution. Nobody runs into one while something merely waits."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from pytest_smpipeline import Execution, SMPipelineMock, hold, succeed
from pytest_smpipeline.values import JsonObject

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LAMBDA: JsonObject = {"kind": "Lambda", "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f"}
CALLBACK: JsonObject = {"kind": "Callback", "SqsQueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/approvals"}
REASON = "ClientError: Lambda step timed out after 600 seconds."

Run = Callable[..., Execution]
Step = Callable[..., JsonObject]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Let the wall clock stand still at noon."""
    with time_machine.travel(NOON, tick=False):
        yield


def seconds(instant: datetime | None) -> float | None:
    """Return how many seconds after noon something happened."""
    return None if instant is None else (instant - NOON).total_seconds()


@pytest.mark.fidelity("TIMEOUT-001", "TIMEOUT-002")
def test_a_lambda_step_fails_after_ten_minutes(run: Run, step: Step) -> None:
    """However long its function would have taken; it shows the function."""
    execution = run(step("Call", **LAMBDA), script={"Call": succeed(outputs={"n": 1}, duration=601)})

    shown = execution.steps["Call"]
    assert (execution.status, shown.status, shown.reason, shown.outputs) == ("Failed", "Failed", REASON, {})
    assert shown.duration == timedelta(minutes=10)
    assert shown.metadata == {"Lambda": {"Arn": LAMBDA["FunctionArn"]}}


@pytest.mark.fidelity("TIMEOUT-001")
def test_a_lambda_step_may_take_ten_minutes(run: Run, step: Step) -> None:
    """To the millisecond."""
    assert run(step("Call", **LAMBDA), script={"Call": succeed(duration=600)}).status == "Succeeded"


@pytest.mark.fidelity("TIMEOUT-002")
def test_a_timeout_is_not_retried(run: Run, step: Step) -> None:
    """It has no exception type."""
    assert run(step("Call", **LAMBDA), script={"Call": succeed(duration=601)}).steps["Call"].attempts == 1


@pytest.mark.smpipeline(progress="manual")
def test_idling_never_runs_into_the_limit_of_a_held_lambda(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """Time moves for what is due, not for what only waits; when it moves that far, the limit holds."""
    execution = run(step("Call", **LAMBDA), script={"Call": hold()})
    smpipeline.run_until_idle()
    assert (execution.status, seconds(smpipeline.now)) == ("Executing", 1)

    smpipeline.advance(minutes=10)

    assert (execution.status, execution.steps["Call"].reason, execution.waiting) == ("Failed", REASON, [])


def test_the_limit_of_a_held_lambda_holds_when_time_moves_for_another_step(run: Run, step: Step) -> None:
    """It is one clock: an hour of training is an hour for the function too."""
    execution = run(step("Call", **LAMBDA), step("Train"), script={"Call": hold(), "Train": succeed(duration=3600)})

    assert (execution.steps["Call"].status, seconds(execution.steps["Call"].ended), execution.status) == ("Failed", 601, "Failed")


@pytest.mark.smpipeline(progress="manual")
@pytest.mark.parametrize(("rest", "status"), [(59, "Succeeded"), (61, "Failed")])
def test_the_limit_counts_from_the_start_of_a_released_lambda(
    smpipeline: SMPipelineMock, run: Run, step: Step, rest: float, status: str
) -> None:
    """A release with a duration does not begin it anew."""
    execution = run(step("Call", **LAMBDA), script={"Call": hold()})
    smpipeline.advance(1 + 540)

    execution.release("Call", succeed(duration=rest))
    smpipeline.advance(hours=1)

    assert execution.status == status


@pytest.mark.fidelity("TIMEOUT-003")
@pytest.mark.smpipeline(progress="manual")
def test_a_lambda_step_that_times_out_while_it_is_waited_for_fails_the_execution(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """The execution had been stopped, and would have been Stopped."""
    execution = run(step("Call", **LAMBDA), script={"Call": hold()})
    smpipeline.advance(60)
    execution.stop()

    smpipeline.advance(minutes=10)

    assert (execution.status, execution.failure_reason) == ("Failed", "Step failure: One or multiple steps failed.")


@pytest.mark.fidelity("TIMEOUT-004", "TIMEOUT-005")
def test_an_execution_ends_after_672_hours(smpipeline: SMPipelineMock, run: Run, step: Step, client: Any) -> None:
    """What runs then is stopped, what waits too, and the execution fails with a reason of its own."""
    execution = run(step("Approve", **CALLBACK), step("Train"), step("Next", "Approve"), script={"Train": hold()})
    smpipeline.advance(hours=671)
    assert execution.status == "Executing"

    smpipeline.advance(days=29)

    described = client.describe_pipeline_execution(PipelineExecutionArn=execution.arn)
    assert described["PipelineExecutionStatus"] == "Failed"
    assert described["FailureReason"] == "Pipeline execution timed out after 672 hours."
    assert {name: shown.status for name, shown in execution.steps.items()} == {"Approve": "Stopped", "Train": "Stopped"}
    assert execution.ended == execution.started + timedelta(hours=672, seconds=1)
    assert execution.waiting == []


@pytest.mark.fidelity("TIMEOUT-004")
def test_a_job_that_takes_longer_than_672_hours_never_ends(run: Run, step: Step) -> None:
    """Here time moves for the job, and gets to the limit first."""
    execution = run(step("Train"), script={"Train": succeed(duration=timedelta(days=29))})

    assert (execution.status, execution.steps["Train"].status) == ("Failed", "Stopped")
    assert execution.failure_reason == "Pipeline execution timed out after 672 hours."


@pytest.mark.fidelity("TIMEOUT-004")
def test_an_execution_may_take_672_hours(run: Run, step: Step) -> None:
    """Its last step may end at that very instant; the first second passes before it starts."""
    execution = run(step("Train"), script={"Train": succeed(duration=timedelta(hours=672, seconds=-1))})

    assert (execution.status, execution.ended) == ("Succeeded", execution.started + timedelta(hours=672))


def test_idling_never_runs_into_the_limit_of_an_execution(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """While a callback waits, nothing is due."""
    execution = run(step("Approve", **CALLBACK))

    smpipeline.run_until_idle()

    assert (execution.status, seconds(smpipeline.now)) == ("Executing", 1)


@pytest.mark.fidelity("TIMEOUT-004")
def test_wall_time_that_passes_counts(run: Run, step: Step) -> None:
    """A test that travels a month meets the limit as one that advances does."""
    execution = run(step("Approve", **CALLBACK))

    with time_machine.travel(NOON + timedelta(days=31), tick=False):
        assert execution.status == "Failed"
        assert execution.ended == execution.started + timedelta(hours=672, seconds=1)


@pytest.mark.fidelity("TIMEOUT-006")
def test_a_stopped_execution_whose_callback_is_never_answered_fails_in_the_end(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """It is Stopping until then."""
    execution = run(step("Approve", **CALLBACK))
    execution.stop()
    smpipeline.advance(hours=671)
    assert execution.status == "Stopping"

    smpipeline.advance(hours=2)

    assert (execution.status, execution.steps["Approve"].status) == ("Failed", "Stopped")
    assert execution.failure_reason == "Pipeline execution timed out after 672 hours."


@pytest.mark.fidelity("TIMEOUT-006")
@pytest.mark.smpipeline(progress="manual")
def test_a_stop_at_the_last_moment_is_overtaken_by_the_limit(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """The job was being stopped when it came."""
    execution = run(step("Train"), script={"Train": hold()})
    smpipeline.advance(hours=672, seconds=-0.5)
    execution.stop()

    smpipeline.advance(5)

    assert (execution.status, execution.steps["Train"].status) == ("Failed", "Stopped")


@pytest.mark.fidelity("TIMEOUT-007")
def test_a_retry_has_672_hours_of_its_own(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """An execution that timed out can be retried like any other that failed."""
    execution = run(step("Train"), script={"Train": [hold(), hold()]})
    smpipeline.advance(days=29)
    assert execution.status == "Failed"

    execution.retry()
    smpipeline.advance(hours=671)
    assert execution.waiting == ["Train"]
    execution.release("Train", succeed())

    assert (execution.status, execution.failure_reason) == ("Succeeded", None)


@pytest.mark.fidelity("TIMEOUT-004")
def test_an_execution_that_has_ended_does_not_time_out(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """Its limit ends with it."""
    execution = run(step("Train"))

    smpipeline.advance(days=29)

    assert execution.status == "Succeeded"
