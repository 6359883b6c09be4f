"""Callback steps: whom they ask, how long they wait, and what becomes of them without an answer."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from botocore.exceptions import ClientError

from pytest_smpipeline import Execution, SMPipelineMock, StepContext, UsageError, cache_hit, fail, mock_smpipeline, reject, succeed
from pytest_smpipeline.comparisons import explained
from pytest_smpipeline.outcomes import Outcome
from pytest_smpipeline.values import Json, JsonObject

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/approvals"

Run = Callable[..., Execution]
Step = Callable[..., JsonObject]
Listed = Callable[[Execution], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Let the wall clock stand still at noon."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture(scope="session")
def approve(step: Step) -> JsonObject:
    """A Callback step that asks for two outputs."""
    declared: list[Json] = [{"OutputName": "count", "OutputType": "Integer"}, {"OutputName": "who", "OutputType": "String"}]
    return step("Approve", kind="Callback", SqsQueueUrl=QUEUE, OutputParameters=declared, arguments={"model": "churn-7"})


@pytest.fixture
def asked(run: Run, step: Step, approve: JsonObject) -> Execution:
    """An execution whose Callback step waits; another step follows it."""
    return run(approve, step("Next", "Approve"))


@pytest.mark.fidelity("CALLBACK-013")
def test_an_unanswered_callback_waits_without_end(smpipeline: SMPipelineMock, asked: Execution, listed: Listed) -> None:
    """Nobody moves time for it, and days that pass change nothing."""
    assert (asked.status, asked.waiting, smpipeline.now) == ("Executing", ["Approve"], NOON + timedelta(seconds=1))

    smpipeline.advance(days=20)

    (shown,) = listed(asked)
    assert (shown["StepStatus"], asked.status, asked.waiting) == ("Executing", "Executing", ["Approve"])


@pytest.mark.fidelity("CALLBACK-013")
@pytest.mark.smpipeline(progress="poll")
def test_looks_at_an_unanswered_callback_move_nothing(smpipeline: SMPipelineMock, asked: Execution, client: Any) -> None:
    """However long somebody polls."""
    for _ in range(10):
        described = client.describe_pipeline_execution(PipelineExecutionArn=asked.arn)
        assert described["PipelineExecutionStatus"] == "Executing"

    assert smpipeline.now == NOON + timedelta(seconds=1)


@pytest.mark.fidelity("CALLBACK-014", "META-008")
def test_the_message_tells_what_is_asked(asked: Execution, listed: Listed) -> None:
    """Token, execution, resolved arguments and the status; token and queue are those of the metadata."""
    callback = asked.steps["Approve"].callback

    (shown,) = listed(asked)
    assert shown["Metadata"] == {"Callback": {"CallbackToken": callback.token, "SqsQueueUrl": QUEUE}}
    assert callback.queue_url == QUEUE
    assert callback.message == {
        "token": callback.token,
        "pipelineExecutionArn": asked.arn,
        "arguments": {"model": "churn-7"},
        "status": "Executing",
    }
    assert repr(callback) == f"<Callback {callback.token} at {QUEUE}>"


def test_two_records_of_one_callback_are_equal(asked: Execution, run: Run, approve: JsonObject) -> None:
    """As those of one step are, whatever it has come to; a callback of another execution is another one, and a failed comparison tells."""
    callback = asked.steps["Approve"].callback
    other = run(approve).steps["Approve"].callback

    assert callback == asked.steps["Approve"].callback
    assert len({callback, asked.steps["Approve"].callback, other}) == 2
    assert callback != other
    assert callback != "Approve"
    lines = explained("==", callback, other)
    assert lines is not None
    assert lines[1] == f"token: {callback.token!r} != {other.token!r}"
    assert lines[-1].startswith("Callbacks are equal when they are those of the same step of the same execution;")


def test_the_message_cannot_be_changed(asked: Execution) -> None:
    """It is a copy each time."""
    callback = asked.steps["Approve"].callback

    callback.message["arguments"] = {}

    assert callback.message["arguments"] == {"model": "churn-7"}


def test_an_answer_of_the_test_lets_the_execution_go_on(asked: Execution) -> None:
    """Values travel as text, booleans in lower case, and come back with the declared types."""
    asked.steps["Approve"].callback.succeed({"count": 7, "who": True})

    assert asked.status == "Succeeded"
    assert asked.steps["Approve"].outputs == {"count": 7, "who": "true"}
    assert asked.steps["Approve"].metadata["Callback"]["OutputParameters"] == [
        {"Name": "count", "Value": "7"},
        {"Name": "who", "Value": "true"},
    ]


def test_an_answer_needs_no_outputs(asked: Execution) -> None:
    """Then the metadata shows none."""
    asked.steps["Approve"].callback.succeed()

    assert asked.status == "Succeeded"
    assert asked.steps["Approve"].metadata["Callback"].keys() == {"CallbackToken", "SqsQueueUrl"}


@pytest.mark.fidelity("CALLBACK-003", "CALLBACK-004")
@pytest.mark.parametrize("reason", ["no drift report", None])
def test_a_refusal_of_the_test_fails_the_step(asked: Execution, reason: str | None) -> None:
    """With exactly this reason, or with none."""
    asked.steps["Approve"].callback.fail(reason)

    assert (asked.status, asked.steps["Approve"].status, asked.steps["Approve"].reason) == ("Failed", "Failed", reason)
    assert not asked.ran("Next")


def test_answers_of_the_test_go_through_the_real_api(smpipeline: SMPipelineMock, asked: Execution) -> None:
    """They are seen among the calls, with the token."""
    token = asked.steps["Approve"].callback.token
    asked.steps["Approve"].callback.succeed({"who": "Ann"})

    call = smpipeline.calls[-1]
    assert (call.operation, call.request["CallbackToken"]) == ("SendPipelineExecutionStepSuccess", token)
    assert call.request["OutputParameters"] == [{"Name": "who", "Value": "Ann"}]


@pytest.mark.fidelity("CALLBACK-002")
def test_the_code_under_test_may_answer(asked: Execution, client: Any) -> None:
    """In immediate mode the rest of the execution happens before the call returns."""
    token = asked.steps["Approve"].callback.token

    client.send_pipeline_execution_step_success(CallbackToken=token, OutputParameters=[{"Name": "count", "Value": "3"}])

    assert (asked.status, asked.order) == ("Succeeded", ["Approve", "Next"])


@pytest.mark.fidelity("CALLBACK-008")
def test_a_callback_is_answered_once(asked: Execution) -> None:
    """The service refuses the second answer."""
    asked.steps["Approve"].callback.succeed()

    with pytest.raises(ClientError, match="Step Approve is already in a terminal status"):
        asked.steps["Approve"].callback.fail()


@pytest.mark.smpipeline(progress="manual")
def test_a_scripted_success_answers_by_itself(smpipeline: SMPipelineMock, run: Run, approve: JsonObject) -> None:
    """After its duration, a minute unless it says otherwise; until then the token is open to others."""
    execution = run(approve, script={"Approve": succeed(outputs={"count": 1, "who": "Ann"})})
    smpipeline.advance(1)
    assert (execution.steps["Approve"].status, execution.waiting) == ("Executing", [])
    assert execution.steps["Approve"].callback.message["status"] == "Executing"

    smpipeline.advance(60)

    assert (execution.status, execution.steps["Approve"].outputs) == ("Succeeded", {"count": 1, "who": "Ann"})


def test_a_scripted_failure_answers_by_itself(run: Run, approve: JsonObject) -> None:
    """With the reason as it is."""
    execution = run(approve, script={"Approve": fail("no", duration=5)})

    assert (execution.status, execution.steps["Approve"].reason) == ("Failed", "no")


def test_an_unanswered_callback_can_be_released(asked: Execution) -> None:
    """Without the detour through the API, with outputs of any kind."""
    callback = asked.steps["Approve"].metadata["Callback"]

    asked.release("Approve", succeed(outputs={"count": 2, "who": "Bob"}))

    outputs = [{"Name": "count", "Value": "2"}, {"Name": "who", "Value": "Bob"}]
    assert asked.steps["Approve"].metadata == {"Callback": callback | {"OutputParameters": outputs}}
    assert (asked.status, asked.steps["Approve"].outputs) == ("Succeeded", {"count": 2, "who": "Bob"})


@pytest.mark.fidelity("STOP-009", "STOP-010", "CALLBACK-015")
def test_a_run_stopped_while_a_callback_waits_is_stopped_after_the_answer(asked: Execution, listed: Listed) -> None:
    """A second message says Stopping, with the same token; the step ends as it is answered, and nothing follows it."""
    first = asked.steps["Approve"].callback.message

    asked.stop()

    (shown,) = listed(asked)
    assert (asked.status, shown["StepStatus"], asked.waiting) == ("Stopping", "Stopping", ["Approve"])
    assert asked.steps["Approve"].callback.message == first | {"status": "Stopping"}
    asked.steps["Approve"].callback.succeed({"count": 1})
    assert (asked.status, asked.steps["Approve"].status, asked.order) == ("Stopped", "Succeeded", ["Approve"])


@pytest.mark.fidelity("STOP-009")
def test_a_refusal_does_not_fail_an_execution_that_is_being_stopped(asked: Execution) -> None:
    """It was waited for, and that is all."""
    asked.stop()
    asked.steps["Approve"].callback.fail("too late")

    assert (asked.status, asked.failure_reason, asked.steps["Approve"].status) == ("Stopped", None, "Failed")


@pytest.mark.smpipeline(progress="manual")
def test_other_steps_are_stopped_while_the_callback_waits(smpipeline: SMPipelineMock, run: Run, step: Step, approve: JsonObject) -> None:
    """Only the answer is missing then."""
    execution = run(approve, step("Train"))
    smpipeline.advance(1)
    execution.stop()
    smpipeline.advance(60)

    assert {name: shown.status for name, shown in execution.steps.items()} == {"Approve": "Stopping", "Train": "Stopped"}
    assert execution.status == "Stopping"


@pytest.mark.fidelity("CALLBACK-010")
def test_a_retry_asks_anew(asked: Execution) -> None:
    """With a new token and a message of its own; the record follows."""
    callback = asked.steps["Approve"].callback
    old = callback.token
    callback.fail("not today")

    asked.retry()

    assert callback.token != old
    assert callback.message == {
        "token": callback.token,
        "pipelineExecutionArn": asked.arn,
        "arguments": {"model": "churn-7"},
        "status": "Executing",
    }
    callback.succeed()
    assert asked.status == "Succeeded"


@pytest.mark.fidelity("CALLBACK-016")
@pytest.mark.smpipeline(progress="manual")
@pytest.mark.parametrize("asked_before", [False, True])
def test_a_token_is_spent_when_its_attempt_has_failed(
    smpipeline: SMPipelineMock, run: Run, approve: JsonObject, client: Any, *, asked_before: bool
) -> None:
    """Between two attempts nobody is asked: neither the old token counts nor one of an execution before its retry."""
    throttled = fail("throttled", exception_type="Step.THROTTLING", duration=5)
    refused = reject("ThrottlingException", "Rate exceeded")
    execution = run(approve, script={"Approve": [fail("no", duration=5), refused] if asked_before else throttled})
    smpipeline.advance(1)
    token = execution.steps["Approve"].callback.token
    smpipeline.advance(5)
    if asked_before:
        execution.retry()
        smpipeline.advance(1)
    assert execution.steps["Approve"].status == "Executing"

    with pytest.raises(ClientError, match="Step Approve is already in a terminal status"):
        client.send_pipeline_execution_step_success(CallbackToken=token)


@pytest.mark.smpipeline(progress="manual")
def test_a_stop_between_two_attempts_sends_no_message(smpipeline: SMPipelineMock, run: Run, approve: JsonObject) -> None:
    """Nobody is asked then, and nobody waited for."""
    execution = run(approve, script={"Approve": fail("throttled", exception_type="Step.THROTTLING", duration=5)})
    smpipeline.advance(6)
    execution.stop()
    smpipeline.advance(1)

    assert (execution.status, execution.steps["Approve"].status) == ("Stopped", "Stopped")
    assert execution.steps["Approve"].callback.message["status"] == "Executing"


@pytest.mark.smpipeline(progress="manual")
def test_a_callable_cannot_answer_the_attempt_before(smpipeline: SMPipelineMock, run: Run, approve: JsonObject) -> None:
    """While it decides the next attempt, the last one has ended."""
    refusals: list[str] = []

    def play(context: StepContext) -> Outcome:
        if context.attempt == 1:
            return fail("throttled", exception_type="Step.THROTTLING", duration=5)
        with pytest.raises(ClientError) as caught:
            smpipeline.executions.one().steps["Approve"].callback.succeed()
        refusals.append(str(caught.value))
        return succeed(duration=5)

    execution = run(approve, script={"Approve": play})
    smpipeline.run_until_idle()

    assert (len(refusals), execution.status, execution.steps["Approve"].attempts) == (1, "Succeeded", 2)


@pytest.mark.fidelity("CALLBACK-017")
@pytest.mark.smpipeline(progress="manual")
def test_a_callback_that_reuses_an_answer_asks_nobody(smpipeline: SMPipelineMock, run: Run, approve: JsonObject, client: Any) -> None:
    """It shows the token of the answer that it reuses, which stays spent, and sends no message, also when it is stopped."""
    first = run(approve, script={"Approve": [succeed(duration=5), cache_hit()]})
    smpipeline.advance(10)
    token = first.steps["Approve"].callback.token
    second = smpipeline.start("churn")
    smpipeline.advance(1)
    second.stop()

    assert second.steps["Approve"].cache_source == first.arn
    assert second.steps["Approve"].metadata["Callback"]["CallbackToken"] == token
    with pytest.raises(UsageError, match="only a Callback step that sent its message has one"):
        _ = second.steps["Approve"].callback
    with pytest.raises(ClientError, match="already in a terminal status"):
        client.send_pipeline_execution_step_failure(CallbackToken=token)
    smpipeline.advance(1)
    assert (second.status, second.steps["Approve"].status, second.waiting) == ("Stopped", "Succeeded", [])


@pytest.mark.parametrize("kind", ["Training", "Callback"])
def test_a_step_that_asked_nobody_has_no_callback(run: Run, step: Step, kind: str) -> None:
    """Neither a step of another type nor a Callback step whose message was refused."""
    members: JsonObject = {"SqsQueueUrl": QUEUE} if kind == "Callback" else {}
    execution = run(step("S", kind=kind, **members), script={"S": reject("QueueDoesNotExist", "no such queue")})

    with pytest.raises(UsageError) as caught:
        _ = execution.steps["S"].callback

    assert str(caught.value) == f"Step 'S' is a {kind} step without a callback; only a Callback step that sent its message has one."


def test_a_callback_is_not_answered_once_the_mock_has_ended(approve: JsonObject) -> None:
    """The record keeps its last state; an answer would reach AWS."""
    with mock_smpipeline() as smp:
        smp.add("churn", {"Version": "2020-12-01", "Steps": [approve]})
        callback = smp.start("churn").steps["Approve"].callback

    assert callback.message["status"] == "Executing"
    with pytest.raises(UsageError, match="This mock has ended"):
        callback.succeed()
