"""Many threads at once: activation is process-wide, and nothing is lost or counted twice."""

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import boto3
import pytest

from pytest_smpipeline import SMPipelineMock, UsageError, current_mock, mock_smpipeline, succeed

WORKERS = 8
Result = TypeVar("Result")


def at_once(work: Callable[[int], Result], count: int = WORKERS) -> list[Result]:
    """Run the work in that many threads, which begin together; what one of them raises is raised."""
    barrier = threading.Barrier(count)

    def begin(number: int) -> Result:
        barrier.wait(timeout=30)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


def test_starts_of_many_threads_are_all_there(smpipeline: SMPipelineMock, definition: str) -> None:
    """Each has an execution and a call of its own; ids are not given twice."""
    smpipeline.add("churn", definition)
    client = boto3.client("sagemaker")

    arns = at_once(lambda _: [client.start_pipeline_execution(PipelineName="churn")["PipelineExecutionArn"] for _ in range(5)])

    started = [arn for of_thread in arns for arn in of_thread]
    assert sorted(run.arn for run in smpipeline.executions) == sorted(started)
    assert len(set(started)) == len(smpipeline.calls.of("StartPipelineExecution")) == WORKERS * 5
    assert {run.status for run in smpipeline.executions} == {"Succeeded"}


@pytest.mark.smpipeline(progress="poll")
def test_pollers_in_threads_see_an_execution_go_forward_only(smpipeline: SMPipelineMock, definition: str) -> None:
    """Whoever looks moves it on; nobody sees it running once it has been seen ended."""
    smpipeline.add("churn", definition)
    run = smpipeline.start("churn")

    def poll(_: int) -> list[str]:
        client = smpipeline.client()
        seen: list[str] = []
        while not seen or seen[-1] == "Executing":
            seen.append(client.describe_pipeline_execution(PipelineExecutionArn=run.arn)["PipelineExecutionStatus"])
        return seen

    for seen in at_once(poll):
        assert Counter(seen)["Succeeded"] == 1
    answers = [str((call.response or {})["PipelineExecutionStatus"]) for call in smpipeline.calls.of("DescribePipelineExecution")]
    assert answers == sorted(answers)  # Executing before Succeeded


@pytest.mark.smpipeline(progress="manual", limits={"concurrent_executions": 100})
def test_threads_that_start_and_stop_at_once_leave_a_consistent_state(smpipeline: SMPipelineMock, definition: str) -> None:
    """Each execution is stopped once, though every thread tries to stop them all."""
    smpipeline.add("churn", definition)

    def churn(number: int) -> int:
        client = smpipeline.client()
        client.start_pipeline_execution(PipelineName="churn", PipelineExecutionDisplayName=f"run-{number}")
        stopped = 0
        for run in list(smpipeline.executions):
            with contextlib.suppress(client.exceptions.ClientError):  # somebody else has stopped it
                client.stop_pipeline_execution(PipelineExecutionArn=run.arn)
                stopped += 1
        return stopped

    stops = at_once(churn)
    smpipeline.run_until_idle()

    assert {run.status for run in smpipeline.executions} == {"Stopped"}
    assert sorted(run.display_name or "" for run in smpipeline.executions) == [f"run-{number}" for number in range(WORKERS)]
    assert sum(stops) == WORKERS
    calls = smpipeline.calls.of("StopPipelineExecution")
    assert {call.error_code for call in calls} <= {None, "ValidationException"}


@pytest.mark.smpipeline(progress="manual", virtual_sleep=True)
def test_a_poller_in_a_thread_of_asyncio_moves_the_clock_of_all(smpipeline: SMPipelineMock, definition: str) -> None:
    """The mock is active in every thread of the process, whoever made it."""
    import time

    smpipeline.add("churn", definition)
    smpipeline.script("churn", Train=succeed(duration=3600))
    run = smpipeline.start("churn")

    def poll() -> int:
        client, polls = boto3.client("sagemaker"), 1
        while client.describe_pipeline_execution(PipelineExecutionArn=run.arn)["PipelineExecutionStatus"] == "Executing":
            time.sleep(60)
            polls += 1
        return polls

    async def work() -> int:
        return await asyncio.to_thread(poll)

    assert asyncio.run(work()) >= 60
    run.assert_succeeded()


def test_decorated_functions_in_threads_share_one_state_while_they_overlap(definition: str) -> None:
    """The first to come starts the mock, the last to go ends it."""
    together = threading.Barrier(WORKERS)

    @mock_smpipeline
    def work(number: int) -> SMPipelineMock:
        together.wait(timeout=30)
        current_mock().add(f"churn-{number}", definition)
        together.wait(timeout=30)
        assert len(current_mock().client().list_pipelines()["PipelineSummaries"]) == WORKERS
        return current_mock()

    mocks = at_once(work)

    assert len(set(map(id, mocks))) == 1
    with pytest.raises(UsageError):
        current_mock()


def test_activations_that_come_and_go_in_threads_leave_nothing_active(definition: str) -> None:
    """Entering and leaving do not get in each other's way."""

    def come_and_go(number: int) -> None:
        for turn in range(5):
            with mock_smpipeline() as smp:
                smp.add(f"churn-{number}-{turn}", definition)
                run = smp.start(f"churn-{number}-{turn}")
                assert run.status == "Succeeded"

    at_once(come_and_go)

    with pytest.raises(UsageError):
        current_mock()
