"""Faults of the API: errors that a test queues, which travel the whole of botocore to the code under test."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import botocore.exceptions
import pytest
import time_machine
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)

from pytest_smpipeline import Pipeline, SMPipelineMock, UsageError
from pytest_smpipeline.values import JsonObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_sagemaker import SageMakerClient

ENDPOINT = "https://api.sagemaker.us-east-1.amazonaws.com/"
DATE: Any = [{"Name": "Date", "Value": "d"}]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Back-off between botocore's attempts takes no time; return how long each would have been."""
    naps: list[float] = []
    monkeypatch.setattr("botocore.endpoint.time.sleep", naps.append)
    return naps


@pytest.fixture
def client_with(smpipeline: SMPipelineMock) -> "Callable[..., SageMakerClient]":
    """Return the function that makes a client with retry settings of its own."""

    def make(**retries: Any) -> "SageMakerClient":
        settings: Any = retries
        return boto3.client("sagemaker", region_name="us-east-1", config=Config(retries=settings))

    return make


@pytest.mark.fidelity("FAULT-001")
@pytest.mark.usefixtures("churn")
def test_a_fault_is_answered_instead_of_an_operation(smpipeline: SMPipelineMock, client_with: "Callable[..., SageMakerClient]") -> None:
    """The caller sees botocore's ClientError with the code, the usual words and the status; nothing has changed."""
    smpipeline.fault("StartPipelineExecution", "ThrottlingException")

    with pytest.raises(ClientError) as caught:
        client_with(total_max_attempts=1).start_pipeline_execution(PipelineName="churn", PipelineParameters=DATE)

    response: Any = caught.value.response
    assert response["Error"] == {"Code": "ThrottlingException", "Message": "Rate exceeded"}
    assert (response["ResponseMetadata"]["HTTPStatusCode"], response["ResponseMetadata"]["RetryAttempts"]) == (400, 0)
    smpipeline.assert_not_started()


@pytest.mark.parametrize("mode", ["legacy", "standard"])
@pytest.mark.usefixtures("churn")
def test_the_callers_own_retries_act_on_a_fault(
    smpipeline: SMPipelineMock, client_with: "Callable[..., SageMakerClient]", mode: str, no_waiting: list[float]
) -> None:
    """Every attempt reaches the service and is a call; the one that meets no fault any more starts the pipeline."""
    smpipeline.fault("StartPipelineExecution", "ThrottlingException", times=2)

    answer = client_with(mode=mode, total_max_attempts=3).start_pipeline_execution(PipelineName="churn", PipelineParameters=DATE)

    assert answer["ResponseMetadata"]["RetryAttempts"] == 2
    assert len(no_waiting) == 2
    assert [call.error_code for call in smpipeline.calls] == ["ThrottlingException", "ThrottlingException", None]
    smpipeline.assert_started("churn", times=1)


@pytest.mark.usefixtures("churn")
def test_adaptive_retries_act_on_a_fault(
    smpipeline: SMPipelineMock, client_with: "Callable[..., SageMakerClient]", monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mode that also slows the client down, which is not waited for here."""
    monkeypatch.setattr("botocore.retries.bucket.TokenBucket.acquire", lambda *_, **__: True)
    smpipeline.fault("DescribePipeline", "ThrottlingException")

    answer = client_with(mode="adaptive", total_max_attempts=2).describe_pipeline(PipelineName="churn")

    assert answer["ResponseMetadata"]["RetryAttempts"] == 1


@pytest.mark.usefixtures("churn")
def test_retries_that_do_not_suffice_leave_the_rest_of_a_fault(
    smpipeline: SMPipelineMock, client_with: "Callable[..., SageMakerClient]"
) -> None:
    """``times`` counts attempts: the next call meets what is left."""
    smpipeline.fault("DescribePipeline", "ThrottlingException", times=3)
    client = client_with(total_max_attempts=2)

    with pytest.raises(ClientError, match="reached max retries: 1"):
        client.describe_pipeline(PipelineName="churn")
    answer = client.describe_pipeline(PipelineName="churn")

    assert answer["ResponseMetadata"]["RetryAttempts"] == 1
    assert len(smpipeline.calls) == 4


@pytest.mark.usefixtures("churn")
def test_an_attempt_that_met_a_fault_is_recorded_as_it_was_sent(
    smpipeline: SMPipelineMock, client_with: "Callable[..., SageMakerClient]"
) -> None:
    """With the token that botocore filled in, which is the same for every attempt, and without a response."""
    smpipeline.fault("StartPipelineExecution", "ThrottlingException", "slow down")

    client_with().start_pipeline_execution(PipelineName="churn", PipelineParameters=DATE)

    failed, passed = smpipeline.calls
    assert (failed.response, failed.error_code, failed.error_message) == (None, "ThrottlingException", "slow down")
    assert failed.request == passed.request
    assert len(str(failed.request["ClientRequestToken"])) == 36


@pytest.mark.usefixtures("churn")
def test_a_fault_comes_before_any_validation(smpipeline: SMPipelineMock, client_with: "Callable[..., SageMakerClient]") -> None:
    """The service that is throttled has not looked at the request."""
    smpipeline.fault("DescribePipeline", "ThrottlingException")
    client = client_with(total_max_attempts=1)

    codes = []
    for _ in range(2):
        with pytest.raises(ClientError) as caught:
            client.describe_pipeline(PipelineName="no name!")
        codes.append(caught.value.response["Error"]["Code"])

    assert codes == ["ThrottlingException", "ValidationException"]


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (ConnectTimeoutError, f'Connect timeout on endpoint URL: "{ENDPOINT}"'),
        (ReadTimeoutError, f'Read timeout on endpoint URL: "{ENDPOINT}"'),
        (EndpointConnectionError, f'Could not connect to the endpoint URL: "{ENDPOINT}"'),
        (ConnectionClosedError, f'Connection was closed before we received a valid response from endpoint URL: "{ENDPOINT}".'),
        (SSLError, f"SSL validation failed for {ENDPOINT} the test asked for this error"),
        (ProxyConnectionError, f'Failed to connect to proxy URL: "{ENDPOINT}"'),
        (HTTPClientError, "An HTTP Client raised an unhandled exception: the test asked for this error"),
        (ReadTimeoutError(endpoint_url="mine"), 'Read timeout on endpoint URL: "mine"'),
    ],
)
@pytest.mark.usefixtures("churn")
def test_an_exception_of_botocores_is_raised_where_the_bytes_would_leave(
    smpipeline: SMPipelineMock, client_with: "Callable[..., SageMakerClient]", kind: Any, message: str
) -> None:
    """A class is filled in as botocore would; an instance is raised as it is. The call's code is the class's name."""
    smpipeline.fault("DescribePipeline", kind)
    expected = kind if isinstance(kind, type) else type(kind)

    with pytest.raises(expected) as caught:
        client_with(total_max_attempts=1).describe_pipeline(PipelineName="churn")

    assert str(caught.value) == message
    call = smpipeline.calls[-1]
    assert (call.error_code, call.error_message, call.response) == (expected.__name__, message, None)


@pytest.mark.parametrize("mode", ["legacy", "standard"])
@pytest.mark.usefixtures("churn")
def test_a_broken_connection_is_tried_again(smpipeline: SMPipelineMock, client_with: "Callable[..., SageMakerClient]", mode: str) -> None:
    """As botocore does with a real one."""
    smpipeline.fault("DescribePipeline", EndpointConnectionError)

    answer = client_with(mode=mode).describe_pipeline(PipelineName="churn")

    assert answer["ResponseMetadata"]["RetryAttempts"] == 1


@pytest.mark.fidelity("FAULT-002")
@pytest.mark.parametrize(
    ("code", "given", "status"),
    [
        ("ThrottlingException", {}, 400),
        ("ThrottlingException", {"status": 429}, 429),
        ("InternalFailure", {}, 500),
        ("InternalFailure", {"status": 502}, 502),
        ("ServiceUnavailable", {}, 503),
        ("AccessDeniedException", {}, 400),
        ("ConflictException", {}, 400),
    ],
)
@pytest.mark.usefixtures("churn")
def test_a_fault_has_the_status_of_its_code(
    smpipeline: SMPipelineMock, client_with: "Callable[..., SageMakerClient]", code: str, given: dict[str, int], status: int
) -> None:
    """400, unless the code is one of the server's own failures or the test says otherwise."""
    smpipeline.fault("StopPipelineExecution", code, **given)  # type: ignore[arg-type]

    with pytest.raises(ClientError) as caught:
        client_with(total_max_attempts=1).stop_pipeline_execution(PipelineExecutionArn="arn", ClientRequestToken="t" * 32)

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


@pytest.mark.usefixtures("churn")
def test_a_modelled_fault_is_the_clients_own_exception(smpipeline: SMPipelineMock, smpipeline_client: "SageMakerClient") -> None:
    """The transient conflict of a Stop between two steps, as callers catch it."""
    smpipeline.fault("StopPipelineExecution", "ConflictException")

    with pytest.raises(smpipeline_client.exceptions.ConflictException, match="The test asked for this error"):
        smpipeline_client.stop_pipeline_execution(PipelineExecutionArn="arn", ClientRequestToken="t" * 32)


@pytest.mark.fidelity("FAULT-003")
@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("AccessDeniedException", "User is not authorized to perform: sagemaker:ListPipelines"),
        ("ExpiredTokenException", "The security token included in the request is expired"),
        ("UnrecognizedClientException", "The security token included in the request is invalid."),
        ("TooManyRequestsException", "Rate exceeded"),
        ("InternalFailure", "The request failed because of an internal error of the service."),
        ("ValidationException", "The test asked for this error."),
    ],
)
def test_a_fault_without_a_message_has_the_usual_words(
    smpipeline: SMPipelineMock, client_with: "Callable[..., SageMakerClient]", code: str, message: str
) -> None:
    """Where there are any; a given message replaces them, even an empty one."""
    smpipeline.fault("ListPipelines", code)
    smpipeline.fault("ListPipelines", code, "")
    client = client_with(total_max_attempts=1)

    for _ in range(2):
        with pytest.raises(ClientError):
            client.list_pipelines()

    assert [call.error_message for call in smpipeline.calls] == [message, ""]


@pytest.mark.smpipeline(progress="poll")
@time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False)
def test_a_look_that_meets_a_fault_moves_nothing(
    smpipeline: SMPipelineMock, client_with: "Callable[..., SageMakerClient]", one_step: JsonObject
) -> None:
    """The service has not looked at the execution."""
    smpipeline.add("churn", one_step)
    run = smpipeline.start("churn")
    smpipeline.fault("DescribePipelineExecution", "ThrottlingException", times=5)

    for _ in range(5):
        with pytest.raises(ClientError):
            client_with(total_max_attempts=1).describe_pipeline_execution(PipelineExecutionArn=run.arn)

    assert (run.status, run.order) == ("Executing", [])


@pytest.mark.usefixtures("churn")
def test_a_start_that_met_a_fault_has_not_used_its_token(smpipeline: SMPipelineMock, client_with: "Callable[..., SageMakerClient]") -> None:
    """Code that tries again by itself, with the same token, starts one execution."""
    smpipeline.fault("StartPipelineExecution", ReadTimeoutError)
    client = client_with(total_max_attempts=1)
    request: Any = {"PipelineName": "churn", "PipelineParameters": DATE, "ClientRequestToken": "t" * 32}

    with pytest.raises(ReadTimeoutError):
        client.start_pipeline_execution(**request)
    first, second = (client.start_pipeline_execution(**request)["PipelineExecutionArn"] for _ in range(2))

    assert first == second
    smpipeline.assert_started("churn", times=1)


@pytest.mark.usefixtures("churn")
def test_smp_start_meets_faults_and_does_not_retry(smpipeline: SMPipelineMock, no_waiting: list[float]) -> None:
    """The library never sleeps: what its own client is answered shows at once."""
    smpipeline.fault("StartPipelineExecution", "ThrottlingException")
    smpipeline.fault("StartPipelineExecution", ConnectTimeoutError)

    with pytest.raises(ClientError, match="Rate exceeded"):
        smpipeline.start("churn", {"Date": "d"})
    with pytest.raises(ConnectTimeoutError):
        smpipeline.start("churn", {"Date": "d"})

    smpipeline.start("churn", {"Date": "d"})
    assert (len(smpipeline.calls), no_waiting) == (3, [])


@pytest.mark.usefixtures("churn")
def test_faults_of_one_operation_act_in_order(smpipeline: SMPipelineMock, client_with: "Callable[..., SageMakerClient]") -> None:
    """First come, first served; those of another operation wait for theirs."""
    smpipeline.fault("DescribePipeline", "ThrottlingException", times=2)
    smpipeline.fault("ListPipelines", "InternalFailure", optional=True)
    smpipeline.fault("DescribePipeline", ReadTimeoutError)

    client_with(total_max_attempts=4).describe_pipeline(PipelineName="churn")

    assert [call.error_code for call in smpipeline.calls] == ["ThrottlingException", "ThrottlingException", "ReadTimeoutError", None]


def test_a_fault_of_one_pipeline_leaves_the_others_alone(
    smpipeline: SMPipelineMock, client_with: "Callable[..., SageMakerClient]", one_step: JsonObject
) -> None:
    """What names another pipeline passes, on whatever road; the fault waits for its own."""
    smpipeline.add("churn", one_step)
    smpipeline.add("churn-eu", one_step)
    smpipeline.fault("StartPipelineExecution", "ThrottlingException", pipeline="churn")
    client = client_with(total_max_attempts=1)

    client.start_pipeline_execution(PipelineName="churn-eu")
    with pytest.raises(ClientError, match="Rate exceeded"):
        client.start_pipeline_execution(PipelineName="churn")

    smpipeline.assert_not_started("churn")


def test_requests_name_a_pipeline_in_many_ways(
    smpipeline: SMPipelineMock, client_with: "Callable[..., SageMakerClient]", one_step: JsonObject
) -> None:
    """By name or ARN, by the ARN of an execution, as a tagged resource; a pipeline that is not there may be named too."""
    client = client_with(total_max_attempts=1)
    arn = smpipeline.add("churn", one_step).arn
    run = smpipeline.start("churn").arn
    requests: list[tuple[str, Callable[[], object]]] = [
        ("DescribePipeline", lambda: client.describe_pipeline(PipelineName="churn")),
        ("DescribePipeline", lambda: client.describe_pipeline(PipelineName=arn)),
        ("UpdatePipelineVersion", lambda: client.update_pipeline_version(PipelineArn=arn, PipelineVersionId=1)),
        ("DescribePipelineExecution", lambda: client.describe_pipeline_execution(PipelineExecutionArn=run)),
        ("ListTags", lambda: client.list_tags(ResourceArn=arn)),
    ]
    for operation, request in requests:
        smpipeline.fault(operation, "AccessDeniedException", pipeline="churn")
        with pytest.raises(ClientError, match=f"not authorized to perform: sagemaker:{operation}"):
            request()

    smpipeline.fault("DeletePipeline", "AccessDeniedException", pipeline="nothing")
    with pytest.raises(ClientError, match="not authorized"):
        client.delete_pipeline(PipelineName="nothing", ClientRequestToken="t" * 32)


@pytest.mark.smpipeline(progress="manual")
def test_a_callback_token_names_the_pipeline_of_its_step(smpipeline: SMPipelineMock, client_with: "Callable[..., SageMakerClient]") -> None:
    """A token that was never given names none."""
    queue = "https://sqs.us-east-1.amazonaws.com/123456789012/approvals"
    approve: JsonObject = {"Name": "Approve", "Type": "Callback", "SqsQueueUrl": queue, "Arguments": {}, "OutputParameters": []}
    smpipeline.add("churn", {"Version": "2020-12-01", "Steps": [approve]})
    run = smpipeline.start("churn")
    smpipeline.advance(2)
    token: Any = run.steps["Approve"].metadata["Callback"]["CallbackToken"]
    smpipeline.fault("SendPipelineExecutionStepSuccess", "ThrottlingException", pipeline="churn")
    client = client_with(total_max_attempts=1)

    with pytest.raises(client.exceptions.ResourceNotFound):
        client.send_pipeline_execution_step_success(CallbackToken="0123456789")
    with pytest.raises(ClientError, match="Rate exceeded"):
        client.send_pipeline_execution_step_success(CallbackToken=token)

    assert run.steps["Approve"].status == "Executing"


@pytest.mark.smpipeline(wire="full")
@pytest.mark.usefixtures("churn")
def test_a_fault_acts_under_wire_full(smpipeline: SMPipelineMock, smpipeline_client: "SageMakerClient") -> None:
    """The road is the same, it is only taken by all calls."""
    smpipeline.fault("DescribePipeline", "InternalFailure")

    assert smpipeline_client.describe_pipeline(PipelineName="churn")["ResponseMetadata"]["RetryAttempts"] == 1


@pytest.mark.usefixtures("churn")
@pytest.mark.express
def test_when_no_fault_is_left_calls_take_the_express_road_again(smpipeline: SMPipelineMock, smpipeline_client: Any) -> None:
    """Only what may meet a fault pays for the way."""
    sent: list[str] = []
    smpipeline_client.meta.events.register("before-send.sagemaker", lambda event_name, **_: sent.append(event_name))
    smpipeline.fault("DescribePipeline", "ThrottlingException")

    smpipeline_client.describe_pipeline(PipelineName="churn")
    smpipeline_client.describe_pipeline(PipelineName="churn")

    assert sent == ["before-send.sagemaker.DescribePipeline"] * 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("StartPipelineExecutions", "ThrottlingException"),
            "'StartPipelineExecutions' is no operation that is answered here. Did you mean 'StartPipelineExecution'? Operations: 'Add",
        ),
        ((["ListPipelines"], "Throttling"), "['ListPipelines'] is no operation that is answered here."),
        ((3, "ThrottlingException"), "3 is no operation that is answered here. Operations: 'AddTags', "),
        (
            ("StartPipelineExecution", "ThrotlingException"),
            "StartPipelineExecution can't answer with 'ThrotlingException'. Did you mean 'ThrottlingException'? It answers with: ",
        ),
        (("ListPipelines", "ResourceLimitExceeded"), "ListPipelines can't answer with 'ResourceLimitExceeded'. Did you mean"),
        (
            ("ListPipelines", ClientError),
            "ConnectTimeoutError, not <class 'botocore.exceptions.ClientError'>. What the service answers, and botocore raises",
        ),
        (("ListPipelines", TimeoutError("slow")), "ConnectTimeoutError, not TimeoutError('slow')."),
        (("ListPipelines", None), "ConnectTimeoutError, not None."),
        (
            ("ListPipelines", ReadTimeoutError, "slow"),
            "ReadTimeoutError is no answer of the service: it has no status, and its message is its own. Leave both out.",
        ),
        (("ListPipelines", "Throttling", 5), "message=5 is not valid: expected a text, or None for the usual one."),
    ],
    ids=str,
)
def test_a_fault_that_could_never_act_is_refused(smpipeline: SMPipelineMock, arguments: Any, message: str) -> None:
    """At once, with what would be right."""
    with pytest.raises(UsageError) as caught:
        smpipeline.fault(*arguments)

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"times": 0}, "times=0 is not valid: expected how many attempts meet the fault, at least 1."),
        ({"times": True}, "times=True is not valid"),
        ({"times": "2"}, "times='2' is not valid"),
        ({"status": 200}, "status=200 is not valid: expected the HTTP status of an error, from 400 to 599."),
        ({"status": 600}, "status=600 is not valid"),
        ({"status": True}, "status=True is not valid"),
        ({"status": "400"}, "status='400' is not valid"),
        ({"pipeline": "churn"}, "pipeline='churn' can't be met: requests of ListPipelines name no pipeline. Leave pipeline out."),
        ({"pipeline": 3}, "pipeline=3 is not valid: expected a pipeline's name, without the rest of its ARN."),
        ({"pipeline": "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"}, "expected a pipeline's name, without"),
    ],
    ids=str,
)
def test_an_option_of_a_fault_takes_what_makes_sense(smpipeline: SMPipelineMock, options: Any, message: str) -> None:
    """At once, with what would be right."""
    with pytest.raises(UsageError) as caught:
        smpipeline.fault("ListPipelines", "ThrottlingException", **options)

    assert message in str(caught.value)


def test_an_exception_takes_no_status(smpipeline: SMPipelineMock) -> None:
    """It is what happens when no answer comes."""
    with pytest.raises(UsageError, match="it has no status"):
        smpipeline.fault("ListPipelines", ReadTimeoutError, status=500)


def test_a_class_that_cannot_be_filled_in_is_refused(smpipeline: SMPipelineMock, monkeypatch: pytest.MonkeyPatch) -> None:
    """An instance is asked for."""

    class OddError(BotoCoreError):
        def __init__(self, *, code: int) -> None:
            super().__init__(code=code)

    with pytest.raises(UsageError, match=r"can't make OddError by itself: TypeError.*Give an instance instead of the class"):
        smpipeline.fault("ListPipelines", OddError)


def test_every_connection_error_of_botocore_can_be_made_from_its_class(smpipeline: SMPipelineMock) -> None:
    """Whatever the fields of its message are called."""
    bases = (botocore.exceptions.ConnectionError, HTTPClientError)
    kinds = [kind for kind in vars(botocore.exceptions).values() if isinstance(kind, type) and issubclass(kind, bases)]

    assert len(kinds) >= 8
    for kind in kinds:
        smpipeline.fault("ListPipelines", kind, optional=True)


@pytest.mark.smpipeline(strict=False)
@pytest.mark.usefixtures("churn")
def test_what_was_not_used_of_a_fault_is_told(smpipeline: SMPipelineMock, client_with: "Callable[..., SageMakerClient]") -> None:
    """One line for each fault with something left, unless it is optional."""
    smpipeline.fault("DescribePipeline", "ThrottlingException", times=3)
    smpipeline.fault("ListPipelines", ReadTimeoutError)
    smpipeline.fault("DeletePipeline", "ThrottlingException", pipeline="churn", optional=True)
    smpipeline.fault("UpdatePipeline", "ConflictException", pipeline="churn")
    with pytest.raises(ReadTimeoutError):
        client_with(total_max_attempts=1).list_pipelines()
    with pytest.raises(ClientError):
        client_with(total_max_attempts=1).describe_pipeline(PipelineName="churn")

    assert smpipeline._service.faults.unused() == [
        "fault 'ThrottlingException' on DescribePipeline: met 1 of 3 attempts",
        "fault 'ConflictException' on UpdatePipeline of pipeline 'churn': met 0 of 1 attempts",
    ]


def test_a_fault_after_the_end_of_the_mock_is_refused(churn: Pipeline, smpipeline: SMPipelineMock) -> None:
    """It could meet nothing any more."""
    smpipeline._service.end()
    with pytest.raises(UsageError, match="This mock has ended"):
        smpipeline.fault("ListPipelines", "ThrottlingException")
