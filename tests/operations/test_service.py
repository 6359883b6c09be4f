"""The service as a whole: one function that answers every request, from any thread, until the mock ends."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, NoReturn

import pytest
import time_machine

from pytest_smpipeline import SMPipelineMock, StepContext, mock_smpipeline
from pytest_smpipeline._wire.messages import Request

Ask = Callable[..., tuple[int, dict[str, Any]]]
Start = Callable[..., str]


def test_every_answer_has_a_request_id_of_its_own(smpipeline_client: Any, smpipeline: SMPipelineMock, definition: str) -> None:
    """Also the answer to a request that is refused."""
    smpipeline.add("churn", definition)

    answers = [smpipeline_client.describe_pipeline(PipelineName="churn") for _ in range(2)]
    with pytest.raises(smpipeline_client.exceptions.ResourceNotFound) as caught:
        smpipeline_client.describe_pipeline(PipelineName="nothing")

    ids = [answer["ResponseMetadata"]["RequestId"] for answer in (*answers, caught.value.response)]
    assert len(set(ids)) == 3
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", request_id) for request_id in ids)


def test_members_that_the_model_does_not_know_are_not_looked_at(raw: Ask, smpipeline: SMPipelineMock, definition: str) -> None:
    """What has not been validated reaches no operation."""
    smpipeline.add("churn", definition)

    status, payload = raw("DescribePipeline", {"PipelineName": "churn", "PipelineVersion": {"Id": 7}, "NextToken": 5})

    assert (status, payload["PipelineName"]) == (200, "churn")


@pytest.mark.smpipeline(progress="manual")
def test_what_is_due_by_the_wall_clock_is_applied_before_a_request_is_answered(
    smpipeline: SMPipelineMock, smpipeline_client: Any, start: Start, definition: str, noon: datetime
) -> None:
    """Whoever moves the wall clock moves the executions."""
    smpipeline.add("churn", definition)
    arn = start()

    with time_machine.travel(noon + timedelta(hours=1), tick=False):
        status = smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=arn)["PipelineExecutionStatus"]

    assert status == "Succeeded"


def test_after_the_end_of_the_mock_nothing_moves_any_more(definition: str) -> None:
    """Records keep their last state, however much time passes."""
    with mock_smpipeline(progress="manual") as smp:
        smp.add("churn", definition)
        run = smp.start("churn")

    with time_machine.travel(timedelta(days=365)):
        assert run.status == "Executing"


def test_a_request_that_arrives_after_the_end_of_the_mock_moves_nothing(definition: str) -> None:
    """One that was still on its way is answered from the last state."""
    with mock_smpipeline(progress="manual") as smp:
        smp.add("churn", definition)
        arn = smp.start("churn").arn

    with time_machine.travel(timedelta(days=365)):
        answer = smp._service.perform("DescribePipelineExecution", {"PipelineExecutionArn": arn}, "us-east-1", "123456789012")

    assert answer["PipelineExecutionStatus"] == "Executing"


@pytest.mark.smpipeline(progress="manual")
def test_options_of_a_nested_activation_hold_inside(smpipeline: SMPipelineMock, definition: str) -> None:
    """Progress and quotas are those of the innermost activation, and the outer ones again after it."""
    smpipeline.add("churn", definition)

    with mock_smpipeline(progress="immediate"):
        inside = smpipeline.start("churn").status
    outside = smpipeline.start("churn").status

    assert (inside, outside) == ("Succeeded", "Executing")


def test_starts_from_many_threads_are_all_counted(smpipeline: SMPipelineMock, smpipeline_client: Any, definition: str) -> None:
    """One at a time changes the state."""
    smpipeline.add("churn", definition)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: smpipeline_client.start_pipeline_execution(PipelineName="churn"), range(80)))

    arns = [answer["PipelineExecutionArn"] for answer in answers]
    assert len(set(arns)) == 80
    assert {run.arn for run in smpipeline.executions} == set(arns)
    assert len(smpipeline.calls.of("StartPipelineExecution")) == 80


def test_names_of_deleted_pipelines_are_known_as_long_as_they_ran(
    smpipeline: SMPipelineMock, smpipeline_client: Any, definition: str
) -> None:
    """A message about a pipeline of the test can still name it; one that never ran has left no trace."""
    for name in ("kept", "ran", "unused"):
        smpipeline.add(name, definition)
    smpipeline.add("abroad", definition, region="eu-west-1")
    smpipeline.start("ran")
    smpipeline_client.delete_pipeline(PipelineName="ran")
    smpipeline_client.delete_pipeline(PipelineName="unused")

    assert smpipeline._service.store.names() == {"kept", "ran", "abroad"}


def test_an_unreadable_request_is_a_call_too(smpipeline: SMPipelineMock) -> None:
    """Its body is shown as empty, since nothing could be read of it."""
    smpipeline._service.answer(Request("StartPipelineExecution", b"{", "eu-west-1", "999999999999"))

    (call,) = smpipeline.calls
    assert (call.operation, call.request, call.response) == ("StartPipelineExecution", {}, None)
    assert (call.error_code, call.region, call.account_id) == ("SerializationException", "eu-west-1", "999999999999")


def test_a_call_in_which_a_scripted_callable_raises_is_recorded(
    smpipeline: SMPipelineMock, smpipeline_client: Any, definition: str
) -> None:
    """The test sees its own exception, and the call that met it."""

    def decide(_context: StepContext) -> NoReturn:
        raise ZeroDivisionError("what the test did wrong")

    step = smpipeline.add("churn", definition).steps[0]
    smpipeline.script("churn", {step: decide})

    with pytest.raises(ZeroDivisionError):
        smpipeline_client.start_pipeline_execution(PipelineName="churn")

    (call,) = smpipeline.calls
    assert (call.operation, call.response, call.error_code, call.error_message) == (
        "StartPipelineExecution",
        None,
        "ZeroDivisionError",
        "what the test did wrong",
    )
