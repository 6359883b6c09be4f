"""SendPipelineExecutionStepSuccess, and what holds for both answers to a Callback step."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import boto3
import pytest

from pytest_smpipeline import Execution, SMPipelineMock, StepContext, fail, succeed
from pytest_smpipeline.outcomes import Outcome

CLIENT_TOKEN = "0123456789abcdef0123456789abcdef"
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/approvals"
ANSWERS = ("send_pipeline_execution_step_success", "send_pipeline_execution_step_failure")

Refusal = Callable[..., tuple[str, str]]
Start = Callable[..., str]
Raw = Callable[..., tuple[int, dict[str, Any]]]

pytestmark = pytest.mark.smpipeline(progress="manual")


def given(**values: str) -> list[dict[str, str]]:
    """Return values as OutputParameters."""
    return [{"Name": name, "Value": value} for name, value in values.items()]


def token_of(execution: Execution) -> str:
    """Return the token that the Callback step shows."""
    return str(execution.steps["Approve"].metadata["Callback"]["CallbackToken"])


@pytest.fixture
def approval(smpipeline: SMPipelineMock, noon: datetime) -> None:
    """A pipeline with a Callback step that declares two outputs, and a step that uses three."""
    declared = [{"OutputName": "count", "OutputType": "Integer"}, {"OutputName": "who", "OutputType": "String"}]
    callback = {"Name": "Approve", "Type": "Callback", "SqsQueueUrl": QUEUE, "OutputParameters": declared, "Arguments": {}}
    used = {name: {"Get": f"Steps.Approve.OutputParameters['{name}']"} for name in ("count", "who")}
    arguments = {"ResourceConfig": {"InstanceCount": used["count"]}, "HyperParameters": {"who": used["who"]}}
    use = {"Name": "Use", "Type": "Training", "Arguments": arguments}
    smpipeline.add("churn", json.dumps({"Version": "2020-12-01", "Steps": [callback, use]}))


@pytest.fixture
def waiting(smpipeline: SMPipelineMock, approval: None, start: Start) -> Execution:
    """An execution of it whose Callback step is running."""
    start()
    smpipeline.advance(1)
    return smpipeline.executions.one()


@pytest.mark.fidelity("CALLBACK-001")
def test_the_answer_to_a_success_is_the_executions_arn(smpipeline_client: Any, waiting: Execution) -> None:
    """And nothing else; outputs are optional."""
    answer = smpipeline_client.send_pipeline_execution_step_success(CallbackToken=token_of(waiting))

    assert answer.keys() - {"ResponseMetadata"} == {"PipelineExecutionArn"}
    assert answer["PipelineExecutionArn"] == waiting.arn
    assert waiting.steps["Approve"].status == "Succeeded"


@pytest.mark.fidelity("CALLBACK-002")
def test_a_success_ends_the_step_with_its_outputs(smpipeline: SMPipelineMock, smpipeline_client: Any, waiting: Execution) -> None:
    """At once, whatever the test scripted; the token and the queue stay in the metadata, and nothing else happens to the step."""
    token = token_of(waiting)
    smpipeline.advance(30)
    now = smpipeline.now

    smpipeline_client.send_pipeline_execution_step_success(CallbackToken=token, OutputParameters=given(count="007", who="Ann"))

    step = waiting.steps["Approve"]
    assert (step.status, step.ended, step.reason) == ("Succeeded", now, None)
    callback = {"CallbackToken": token, "SqsQueueUrl": QUEUE, "OutputParameters": given(count="007", who="Ann")}
    assert step.metadata == {"Callback": callback}
    smpipeline.advance(1)
    assert waiting.steps["Use"].status == "Executing"
    smpipeline.run_until_idle()
    assert (step.ended, step.metadata) == (now, {"Callback": callback})


@pytest.mark.fidelity("CALLBACK-005")
def test_outputs_have_the_types_of_the_definition(smpipeline: SMPipelineMock, smpipeline_client: Any, waiting: Execution) -> None:
    """Later steps see them so; what is not declared stays a string."""
    smpipeline_client.send_pipeline_execution_step_success(
        CallbackToken=token_of(waiting), OutputParameters=given(count="20", who="1", extra="2")
    )
    smpipeline.run_until_idle()

    assert waiting.steps["Approve"].outputs == {"count": 20, "who": "1", "extra": "2"}
    assert waiting.steps["Use"].arguments == {"ResourceConfig": {"InstanceCount": 20}, "HyperParameters": {"who": "1"}}
    assert waiting.status == "Succeeded"


@pytest.mark.fidelity("CALLBACK-006")
def test_an_output_of_the_wrong_type_is_refused(
    smpipeline_client: Any, waiting: Execution, refusal: Refusal, picture: Callable[[], object]
) -> None:
    """The step goes on running, and can be answered still."""
    before = picture()

    refused = refusal(
        smpipeline_client.send_pipeline_execution_step_success, CallbackToken=token_of(waiting), OutputParameters=given(count="many")
    )

    assert refused == ("ValidationException", "Unexpected type for parameter 'count'. Expected Integer but found 'many'.")
    assert picture() == before


@pytest.mark.fidelity("CALLBACK-007")
@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.usefixtures("waiting")
def test_an_unknown_token_is_not_found(smpipeline_client: Any, refusal: Refusal, picture: Callable[[], object], answer: str) -> None:
    """Ten characters that no step was given."""
    before = picture()

    assert refusal(getattr(smpipeline_client, answer), CallbackToken="abcdefghij") == (
        "ResourceNotFound",
        "Callback token 'abcdefghij' does not exist.",
    )
    assert picture() == before


@pytest.mark.fidelity("CALLBACK-007")
def test_a_token_is_known_in_its_region_and_while_its_pipeline_is_there(
    smpipeline: SMPipelineMock, smpipeline_client: Any, waiting: Execution, refusal: Refusal
) -> None:
    """Elsewhere, and once the pipeline is deleted, nobody knows it."""
    token = token_of(waiting)
    elsewhere: Any = boto3.client("sagemaker", region_name="eu-west-1")
    assert refusal(elsewhere.send_pipeline_execution_step_success, CallbackToken=token)[0] == "ResourceNotFound"

    waiting.stop()
    waiting.steps["Approve"].callback.fail()
    smpipeline.run_until_idle()
    smpipeline_client.delete_pipeline(PipelineName="churn")

    assert refusal(smpipeline_client.send_pipeline_execution_step_success, CallbackToken=token)[0] == "ResourceNotFound"


@pytest.mark.fidelity("CALLBACK-008", "CALLBACK-009")
@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("end", ["scripted", "answered", "failed"])
def test_a_step_that_has_ended_cannot_be_answered(
    smpipeline: SMPipelineMock,
    smpipeline_client: Any,
    start: Start,
    approval: None,
    refusal: Refusal,
    picture: Callable[[], object],
    answer: str,
    end: str,
) -> None:
    """However it came to its end, be it that the test scripted the answer."""
    smpipeline.script("churn", Approve=fail("no") if end == "failed" else succeed(outputs={"count": 1, "who": "Ann"}))
    start()
    smpipeline.advance(1)
    waiting = smpipeline.executions.one()
    if end == "answered":
        outputs = given(count="1", who="Ann")
        smpipeline_client.send_pipeline_execution_step_success(CallbackToken=token_of(waiting), OutputParameters=outputs)
    smpipeline.advance(60)
    assert waiting.steps["Approve"].status == ("Failed" if end == "failed" else "Succeeded")
    before = picture()

    assert refusal(getattr(smpipeline_client, answer), CallbackToken=token_of(waiting)) == (
        "ValidationException",
        "Step Approve is already in a terminal status",
    )
    assert picture() == before


@pytest.mark.fidelity("CALLBACK-010")
def test_a_retry_makes_a_new_token(smpipeline: SMPipelineMock, smpipeline_client: Any, waiting: Execution, refusal: Refusal) -> None:
    """The answer to the new one counts."""
    old = token_of(waiting)
    smpipeline_client.send_pipeline_execution_step_failure(CallbackToken=old)
    waiting.retry()
    smpipeline.advance(1)
    new = token_of(waiting)

    refused = refusal(smpipeline_client.send_pipeline_execution_step_success, CallbackToken=old)
    smpipeline_client.send_pipeline_execution_step_success(CallbackToken=new, OutputParameters=given(count="1", who="Ann"))

    assert old != new
    assert refused == ("ValidationException", "Step Approve is already in a terminal status")
    assert waiting.steps["Approve"].status == "Succeeded"


@pytest.mark.fidelity("CALLBACK-011")
def test_the_same_success_twice_counts_once(smpipeline_client: Any, waiting: Execution) -> None:
    """The second request with the token is answered like the first, although the step has ended."""
    request = {"CallbackToken": token_of(waiting), "ClientRequestToken": CLIENT_TOKEN}

    answers = [smpipeline_client.send_pipeline_execution_step_success(**request)["PipelineExecutionArn"] for _ in range(2)]

    assert answers == [waiting.arn] * 2


@pytest.mark.fidelity("CALLBACK-011")
def test_without_a_client_request_token_every_request_counts(raw: Raw, waiting: Execution) -> None:
    """boto3 fills one in, other clients may not."""
    request = {"CallbackToken": token_of(waiting)}

    first, second = raw("SendPipelineExecutionStepSuccess", request), raw("SendPipelineExecutionStepSuccess", request)

    assert first == (200, {"PipelineExecutionArn": waiting.arn})
    assert second == (400, {"__type": "ValidationException", "message": "Step Approve is already in a terminal status"})


@pytest.mark.fidelity("CALLBACK-012")
@pytest.mark.parametrize("answer", ANSWERS)
def test_what_is_no_token_is_invalid(smpipeline_client: Any, refusal: Refusal, answer: str) -> None:
    """Ten letters and digits."""
    code, message = refusal(getattr(smpipeline_client, answer), CallbackToken="abc-efghij")

    assert code == "ValidationException"
    assert "'callbackToken' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9]+" in message


@pytest.mark.smpipeline(progress="immediate")
def test_a_script_may_answer_a_callback_that_runs_beside_its_step(
    smpipeline: SMPipelineMock, smpipeline_client: Any, start: Start, noon: datetime
) -> None:
    """The answer counts at once; the step being decided starts, and what waited for the callback too."""
    callback = {"Name": "Approve", "Type": "Callback", "SqsQueueUrl": QUEUE, "Arguments": {}}
    train = {"Name": "Train", "Type": "Training", "Arguments": {}}
    after = {"Name": "After", "Type": "Training", "Arguments": {}, "DependsOn": ["Approve"]}
    smpipeline.add("beside", json.dumps({"Version": "2020-12-01", "Steps": [callback, after, train]}))

    def approve(context: StepContext) -> Outcome:
        smpipeline_client.send_pipeline_execution_step_success(CallbackToken=token_of(smpipeline.executions.one()))
        return succeed()

    smpipeline.script("beside", Train=approve)
    start("beside")

    execution = smpipeline.executions.one()
    execution.assert_succeeded()
    assert execution.order == ["Approve", "Train", "After"]
    assert execution.steps["Approve"].ended == execution.steps["Approve"].started
