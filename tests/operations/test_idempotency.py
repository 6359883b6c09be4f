"""ClientRequestToken: a request that comes twice completes no more than once."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from pytest_smpipeline import SMPipelineMock, fail
from pytest_smpipeline._operations.table import ANSWERED
from pytest_smpipeline._wire import service_model

ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"
TOKEN = "0123456789abcdef0123456789abcdef"
TOO_LONG = "x" * 129

Create = Callable[..., Any]
Refusal = Callable[..., tuple[str, str]]
Start = Callable[..., str]


@pytest.mark.fidelity("IDEM-001")
def test_the_same_start_twice_starts_once(smpipeline: SMPipelineMock, start: Start, definition: str) -> None:
    """Both answers name the one execution."""
    smpipeline.add("churn", definition)

    arns = [start(ClientRequestToken=TOKEN) for _ in range(3)]

    assert arns == [smpipeline.executions.one().arn] * 3


@pytest.mark.fidelity("IDEM-001")
def test_the_same_creation_twice_creates_once(create: Create, smpipeline_client: Any) -> None:
    """The second one is no clash of names."""
    assert [create(ClientRequestToken=TOKEN)["PipelineArn"] for _ in range(2)] == [ARN, ARN]
    assert smpipeline_client.update_pipeline(PipelineName="churn")["PipelineVersionId"] == 1


@pytest.mark.fidelity("IDEM-001")
def test_the_same_deletion_twice_deletes_once(create: Create, smpipeline_client: Any) -> None:
    """The second one finds nothing and is answered nevertheless."""
    create()

    answers = [smpipeline_client.delete_pipeline(PipelineName="churn", ClientRequestToken=TOKEN)["PipelineArn"] for _ in range(2)]

    assert answers == [ARN, ARN]


@pytest.mark.fidelity("IDEM-002")
def test_every_call_of_boto3_has_a_token_of_its_own(smpipeline: SMPipelineMock, start: Start, definition: str) -> None:
    """boto3 fills in a token that is not given, so two plain starts start twice."""
    smpipeline.add("churn", definition)

    assert start() != start()
    assert len({run.token for run in smpipeline.executions}) == 2


@pytest.mark.fidelity("IDEM-003")
@pytest.mark.parametrize(
    "other",
    [{"PipelineExecutionDescription": "again"}, {"PipelineName": ARN}, {"PipelineParameters": []}],
    ids=lambda value: next(iter(value)),
)
def test_a_token_with_other_arguments_is_a_conflict(
    smpipeline: SMPipelineMock, smpipeline_client: Any, start: Start, definition: str, picture: Callable[[], object], other: dict[str, Any]
) -> None:
    """Arguments count as they were sent, whatever they mean."""
    smpipeline.add("churn", definition)
    start(ClientRequestToken=TOKEN)
    before = picture()

    with pytest.raises(smpipeline_client.exceptions.ConflictException) as caught:
        smpipeline_client.start_pipeline_execution(**{"PipelineName": "churn", "ClientRequestToken": TOKEN, **other})

    message = f"ClientRequestToken '{TOKEN}' was already used in a StartPipelineExecution request with different arguments."
    assert caught.value.response["Error"]["Message"] == message
    assert picture() == before


@pytest.mark.fidelity("IDEM-003")
def test_a_member_that_is_null_is_no_other_argument(
    smpipeline: SMPipelineMock, raw: Callable[..., tuple[int, dict[str, Any]]], definition: str
) -> None:
    """Absent and null are the same; so is a member that the model does not know."""
    smpipeline.add("churn", definition)
    request = {"PipelineName": "churn", "ClientRequestToken": TOKEN}

    answers = [raw("StartPipelineExecution", request | more) for more in ({}, {"PipelineVersionId": None}, {"Nonsense": [1]})]

    assert answers == [(200, {"PipelineExecutionArn": smpipeline.executions.one().arn})] * 3


@pytest.mark.fidelity("IDEM-004")
def test_a_token_is_known_to_one_operation_only(create: Create, start: Start, smpipeline_client: Any) -> None:
    """Creating, starting and deleting may share one."""
    create(ClientRequestToken=TOKEN)
    start(ClientRequestToken=TOKEN)
    smpipeline_client.delete_pipeline(PipelineName="churn", ClientRequestToken=TOKEN)

    with pytest.raises(smpipeline_client.exceptions.ResourceNotFound):
        smpipeline_client.describe_pipeline(PipelineName="churn")


@pytest.mark.fidelity("IDEM-005")
def test_a_token_is_known_to_one_account_and_region_only(
    smpipeline: SMPipelineMock, start: Start, raw: Callable[..., tuple[int, dict[str, Any]]], definition: str
) -> None:
    """The same token starts once in each."""
    smpipeline.add("churn", definition)
    smpipeline.add("churn", definition, region="eu-west-1")
    smpipeline.add("churn", definition, account_id="999999999999")
    elsewhere: Any = boto3.client("sagemaker", region_name="eu-west-1")

    start(ClientRequestToken=TOKEN)
    elsewhere.start_pipeline_execution(PipelineName="churn", ClientRequestToken=TOKEN)
    raw("StartPipelineExecution", {"PipelineName": "churn", "ClientRequestToken": TOKEN}, account_id="999999999999")

    assert len(smpipeline.executions) == 3


@pytest.mark.fidelity("IDEM-006")
def test_a_refused_request_does_not_use_up_its_token(
    smpipeline: SMPipelineMock, start: Start, smpipeline_client: Any, refusal: Refusal, definition: str
) -> None:
    """The caller may try again, with other arguments too."""
    assert refusal(smpipeline_client.start_pipeline_execution, PipelineName="Churn", ClientRequestToken=TOKEN)[0] == "ResourceNotFound"
    smpipeline.add("churn", definition)

    assert start("churn", ClientRequestToken=TOKEN) == smpipeline.executions.one().arn


@pytest.mark.fidelity("IDEM-007")
def test_a_token_is_remembered_to_the_end_of_the_test(
    create: Create, start: Start, smpipeline: SMPipelineMock, smpipeline_client: Any
) -> None:
    """Whatever has become of the execution since, and however much time has passed."""
    create()
    first = start(ClientRequestToken=TOKEN)
    smpipeline.advance(days=365)
    smpipeline_client.delete_pipeline(PipelineName="churn")
    create()

    assert start(ClientRequestToken=TOKEN) == first
    assert smpipeline_client.list_pipeline_executions(PipelineName="churn")["PipelineExecutionSummaries"] == []


@pytest.mark.fidelity("IDEM-008")
def test_a_token_has_32_to_128_characters(smpipeline_client: Any, refusal: Refusal) -> None:
    """boto3 itself refuses one that is too short; the service refuses one that is too long."""
    assert refusal(smpipeline_client.start_pipeline_execution, PipelineName="churn", ClientRequestToken=TOO_LONG) == (
        "ValidationException",
        (
            f"1 validation error detected: Value '{TOO_LONG}' at 'clientRequestToken' failed to satisfy constraint: "
            "Member must have length less than or equal to 128"
        ),
    )


@pytest.mark.fidelity("IDEM-009")
@pytest.mark.parametrize(
    "operation", ["CreatePipeline", "DeletePipeline", "RetryPipelineExecution", "StartPipelineExecution", "StopPipelineExecution"]
)
def test_a_request_without_a_token_is_refused(raw: Callable[..., tuple[int, dict[str, Any]]], operation: str) -> None:
    """The member is required; boto3 fills it in, other clients may not."""
    execution = f"{ARN}/execution/abcdefghijkl"
    body = {"PipelineName": "churn", "PipelineExecutionArn": execution, "RoleArn": "arn:aws:iam::123456789012:role/SageMakerRole"}

    status, payload = raw(operation, body)

    assert (status, payload["__type"]) == (400, "ValidationException")
    assert payload["message"] == (
        "1 validation error detected: Value null at 'clientRequestToken' failed to satisfy constraint: Member must not be null"
    )


TOKENED = [name for name in ANSWERED if "ClientRequestToken" in service_model.current().input_shape(name).members]
OTHER_ARGUMENTS: dict[str, dict[str, Any]] = {
    "CreatePipeline": {"PipelineDescription": "again"},
    "DeletePipeline": {"PipelineName": "new"},
    "RetryPipelineExecution": {"ParallelismConfiguration": {"MaxParallelExecutionSteps": 3}},
    "SendPipelineExecutionStepFailure": {"FailureReason": "again"},
    "SendPipelineExecutionStepSuccess": {"OutputParameters": [{"Name": "who", "Value": "Ann"}]},
    "StartPipelineExecution": {"PipelineExecutionDescription": "again"},
    "StopPipelineExecution": {"PipelineExecutionArn": f"{ARN}/execution/abcdefghijkl"},
}


@pytest.fixture
def tokened(smpipeline: SMPipelineMock, define: Callable[..., str], definition: str, noon: object) -> Callable[[str], dict[str, Any]]:
    """Return the function that makes a request with a token that can succeed, for each operation that takes one."""
    smpipeline.add("churn", definition)
    approve = {"Name": "Approve", "Type": "Callback", "SqsQueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/q", "Arguments": {}}
    smpipeline.add("ask", define(Steps=[approve]))
    smpipeline.add("quiet", definition)
    smpipeline.add("broken", definition)
    smpipeline.script("broken", Train=fail("no capacity"))
    broken = smpipeline.start("broken")
    smpipeline.advance(minutes=10)
    asking, running = smpipeline.start("ask"), smpipeline.start("churn")
    smpipeline.advance(1)
    answered = {"CallbackToken": asking.steps["Approve"].metadata["Callback"]["CallbackToken"]}
    requests: dict[str, dict[str, Any]] = {
        "CreatePipeline": {"PipelineName": "new", "PipelineDefinition": definition, "RoleArn": "arn:aws:iam::123456789012:role/Role"},
        "DeletePipeline": {"PipelineName": "quiet"},
        "RetryPipelineExecution": {"PipelineExecutionArn": broken.arn},
        "SendPipelineExecutionStepFailure": answered,
        "SendPipelineExecutionStepSuccess": answered,
        "StartPipelineExecution": {"PipelineName": "churn"},
        "StopPipelineExecution": {"PipelineExecutionArn": running.arn},
    }
    return lambda operation: {**requests[operation], "ClientRequestToken": TOKEN}


@pytest.mark.fidelity("IDEM-001", "IDEM-003")
@pytest.mark.parametrize("operation", TOKENED)
@pytest.mark.smpipeline(progress="manual")
def test_every_operation_with_a_token_completes_once(
    raw: Callable[..., tuple[int, dict[str, Any]]],
    picture: Callable[[], object],
    tokened: Callable[[str], dict[str, Any]],
    operation: str,
) -> None:
    """The second answer is the first one, other arguments are a conflict, and neither changes anything."""
    request = tokened(operation)
    first = raw(operation, request)
    after = picture()

    assert first[0] == 200
    assert raw(operation, request) == first
    status, conflict = raw(operation, {**request, **OTHER_ARGUMENTS[operation]})
    assert (status, conflict["__type"]) == (400, "ConflictException")
    assert picture() == after


@pytest.mark.fidelity("IDEM-006")
@pytest.mark.parametrize("operation", TOKENED)
@pytest.mark.smpipeline(progress="manual")
def test_no_operation_remembers_the_token_of_a_refused_request(
    raw: Callable[..., tuple[int, dict[str, Any]]], tokened: Callable[[str], dict[str, Any]], operation: str
) -> None:
    """What was refused for its arguments may be asked for again, with the same token and others."""
    request = tokened(operation)
    wrong = {"PipelineName": "missing", "PipelineExecutionArn": f"{ARN}/execution/abcdefghijkl", "CallbackToken": "abcdefghij"}
    spoilt = {member: wrong.get(member, value) for member, value in request.items()}
    if operation == "CreatePipeline":
        spoilt |= {"PipelineName": "churn"}

    assert raw(operation, spoilt)[0] == 400
    assert raw(operation, request)[0] == 200
