"""run.stop(), run.retry() and run.assert_stopped(): what a test does to an execution and expects of it."""

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from pytest_smpipeline import SMPipelineMock, UsageError, fail, mock_smpipeline, succeed
from pytest_smpipeline.values import JsonObject

Complaint = Callable[[Callable[[], object]], str]


@pytest.mark.smpipeline(progress="poll")
def test_stop_and_retry_go_through_the_real_api(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """As the code under test would call it, in the execution's own region, and seen among the calls."""
    smpipeline.add("churn", one_step, region="eu-west-1")
    client = smpipeline.client("eu-west-1")
    client.start_pipeline_execution(PipelineName="churn")
    run = smpipeline.executions.one()

    run.stop()
    smpipeline.run_until_idle()
    run.assert_stopped()
    run.retry()

    assert run.status == "Executing"
    assert [(call.operation, call.region) for call in smpipeline.calls] == [
        ("StartPipelineExecution", "eu-west-1"),
        ("StopPipelineExecution", "eu-west-1"),
        ("RetryPipelineExecution", "eu-west-1"),
    ]
    assert all(len(str(call.request["ClientRequestToken"])) == 36 for call in smpipeline.calls)


def test_retry_may_set_a_limit(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """Without one the limit stays as it is."""
    smpipeline.add("churn", one_step, parallelism=4)
    smpipeline.script("churn", Train=[fail("boom")] * 2)
    run = smpipeline.start("churn")

    run.retry(parallelism=2)
    assert (run.status, run.parallelism) == ("Failed", 2)

    run.retry()
    assert (run.status, run.parallelism) == ("Succeeded", 2)


def test_what_the_service_refuses_is_raised(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """As the ClientError that the code under test would get."""
    smpipeline.add("churn", one_step)
    run = smpipeline.start("churn")

    with pytest.raises(ClientError, match="Only pipelines with 'Executing' status can be stopped"):
        run.stop()
    with pytest.raises(ClientError, match="can be retried"):
        run.retry()


def test_the_records_of_a_step_show_its_last_attempt(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """A record that was taken before the retry is the same step still."""
    smpipeline.add("churn", one_step)
    smpipeline.script("churn", Train=[fail("boom"), succeed(duration=5)])
    run = smpipeline.start("churn")
    step = run.steps["Train"]
    before = step.started

    run.retry()

    assert step == run.steps["Train"]
    assert (step.status, step.reason, step.attempts) == ("Succeeded", None, 2)
    assert step.started > before
    assert step.duration is not None
    assert step.duration.total_seconds() == 5


@pytest.mark.smpipeline(progress="manual")
def test_assert_stopped_tells_that_nothing_was_stopped(smpipeline: SMPipelineMock, one_step: JsonObject, complaint: Complaint) -> None:
    """Time alone does not stop an execution."""
    smpipeline.add("churn", one_step)
    run = smpipeline.start("churn")

    assert complaint(run.assert_stopped) == (
        f"Expected: execution churn/{run.id} to be Stopped.\n"
        "Happened: it is Executing.\n"
        "To do: stop it while it is Executing: under progress='poll' or 'manual', with run.stop() or the code under test."
    )


@pytest.mark.smpipeline(progress="manual")
def test_assert_stopped_tells_how_the_execution_stands(smpipeline: SMPipelineMock, one_step: JsonObject, complaint: Complaint) -> None:
    """While it runs time has to move; once it has ended it had to be stopped before."""
    smpipeline.add("churn", one_step)
    run = smpipeline.start("churn")
    smpipeline.advance(1)
    run.stop()

    assert complaint(run.assert_stopped) == (
        f"Expected: execution churn/{run.id} to be Stopped.\n"
        "Happened: it is Stopping.\n"
        "Steps:\n"
        "  step Train (Training) Stopping\n"
        "To do: move time with smpipeline.run_until_idle() or smpipeline.advance(): it has not ended."
    )
    smpipeline.run_until_idle()
    run.assert_stopped()
    run.retry()
    smpipeline.run_until_idle()
    assert complaint(run.assert_stopped) == (
        f"Expected: execution churn/{run.id} to be Stopped.\n"
        "Happened: it is Succeeded.\n"
        "To do: stop it while it is Executing: under progress='poll' or 'manual', with run.stop() or the code under test."
    )


def test_nothing_is_stopped_or_retried_once_the_mock_has_ended(one_step: JsonObject) -> None:
    """The call would reach AWS."""
    with mock_smpipeline() as smp:
        smp.add("churn", one_step)
        run = smp.start("churn")

    for act in (run.stop, run.retry):
        with pytest.raises(UsageError, match=r"This mock has ended: .* nothing can be added, scripted, started or stopped any more"):
            act()
