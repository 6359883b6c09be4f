"""The express door: pipeline calls are answered at the client, whoever made it and wherever it points."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import boto3
import botocore.session
import pytest
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError
from botocore.stub import Stubber

from pytest_smpipeline._doors.entrance import Doors
from pytest_smpipeline._wire.messages import Request
from pytest_smpipeline.options import Options


@pytest.mark.express
def test_a_client_made_before_the_activation_and_without_credentials_is_answered(early: Callable[..., Any], service: Any) -> None:
    """The patch is on the class: when and with what a client was made does not matter."""
    client = early(region="eu-west-1")
    doors = Doors(service)
    doors.open()
    client.list_pipelines()
    doors.close()
    assert service.requests == [Request("ListPipelines", b"{}", "eu-west-1", "123456789012", None)]


def test_a_client_made_inside_needs_neither_region_nor_credentials(doors: Doors, service: Any) -> None:
    """``boto3.client("sagemaker")`` works on a bare machine and is in the region of the options."""
    boto3.client("sagemaker").list_pipelines()
    assert service.last.region == "us-east-1"


@pytest.mark.fidelity("DOOR-001")
@pytest.mark.parametrize(
    ("region", "options"),
    [
        ("us-west-2", {"config": Config(use_fips_endpoint=True)}),
        ("eu-central-1", {"config": Config(use_dualstack_endpoint=True)}),
        ("us-east-1", {"endpoint_url": "http://sagemaker.internal.example:8080"}),
        ("cn-north-1", {}),
        ("us-gov-west-1", {}),
        ("fips-us-east-1", {}),
    ],
)
def test_every_kind_of_endpoint_is_answered_in_its_region(
    early: Callable[..., Any], doors: Doors, service: Any, region: str, options: dict[str, Any]
) -> None:
    """The client's region decides, not the name of the host."""
    early(region=region, **options).list_pipelines()
    assert service.last.region == region.removeprefix("fips-")


def test_clients_of_sessions_are_answered(doors: Doors, service: Any) -> None:
    """boto3's own sessions and botocore's make clients of the same class."""
    boto3.Session(region_name="eu-west-1").client("sagemaker").list_pipelines()
    session: Any = botocore.session.get_session()
    session.create_client("sagemaker", region_name="eu-west-2").list_pipelines()
    assert [request.region for request in service.requests] == ["eu-west-1", "eu-west-2"]


def test_the_request_is_what_botocore_serialised(early: Callable[..., Any], doors: Doors, service: Any) -> None:
    """Filled-in members, such as the token of an idempotent operation, arrive too."""
    early().start_pipeline_execution(PipelineName="churn", ClientRequestToken="t" * 32)
    assert service.last.body == b'{"PipelineName": "churn", "ClientRequestToken": "' + b"t" * 32 + b'"}'


def test_botocore_still_validates_parameters(early: Callable[..., Any], doors: Doors, service: Any) -> None:
    """What botocore refuses never reaches the service."""
    with pytest.raises(ParamValidationError, match="Unknown parameter"):
        early().list_pipelines(Colour="blue")
    assert service.requests == []


def test_a_modelled_error_is_the_clients_own_exception(early: Callable[..., Any], doors: Doors, service: Any) -> None:
    """Code, message, modelled members, status and request id are where callers look for them."""
    client = early()
    service.replies = [service.error("ResourceNotFound", "no such pipeline")]
    with pytest.raises(client.exceptions.ResourceNotFound) as caught:
        client.describe_pipeline(PipelineName="churn")
    response = caught.value.response
    assert response["Error"] == {"Code": "ResourceNotFound", "Message": "no such pipeline"}
    assert response["Message"] == "no such pipeline"
    metadata = response["ResponseMetadata"]
    assert (metadata["HTTPStatusCode"], metadata["RequestId"], metadata["RetryAttempts"]) == (400, "5e1f-id", 0)


@pytest.mark.parametrize(
    "reply",
    [
        ("success", {"PipelineName": "churn", "CreationTime": 1700000000.5, "PipelineVersionId": 3, "Unknown": 1}),
        ("success", {}),
        ("error", {"code": "ResourceNotFound", "message": "gone"}),
        ("error", {"code": "ValidationException", "message": "not modelled"}),
        ("error", {"code": "", "message": ""}),
    ],
    ids=["members", "empty", "modelled", "unmodelled", "nameless"],
)
def test_express_and_full_road_return_the_same(
    early: Callable[..., Any], doors: Doors, service: Any, reply: tuple[str, dict[str, Any]]
) -> None:
    """The two doors differ in what they cost, not in what they return."""
    client = early()

    def outcome(wire: Any) -> object:
        service.options = Options(wire=wire)
        service.replies = [getattr(service, reply[0])(**reply[1])]
        try:
            return client.describe_pipeline(PipelineName="churn")
        except ClientError as error:
            return type(error), error.response

    assert outcome("express") == outcome("full")


def test_times_come_back_as_datetimes(early: Callable[..., Any], doors: Doors, service: Any) -> None:
    """botocore's own parser reads the answer."""
    service.replies = [service.success(CreationTime=1700000000.5)]
    created = early().describe_pipeline(PipelineName="churn")["CreationTime"]
    assert created == datetime.fromtimestamp(1700000000.5, UTC)


def test_an_exception_inside_is_announced_as_botocore_does(early: Callable[..., Any], doors: Doors, service: Any) -> None:
    """Handlers of ``after-call-error`` hear of what the caller gets to see."""
    client, heard = early(), []
    client.meta.events.register("after-call-error.sagemaker.ListPipelines", lambda exception, **_: heard.append(exception))
    service.replies = [LookupError("a bug")]
    with pytest.raises(LookupError, match="a bug") as caught:
        client.list_pipelines()
    assert heard == [caught.value]


def test_a_users_stubber_wins(early: Callable[..., Any], doors: Doors, service: Any) -> None:
    """A stubbed client answers with what was put into its stubber."""
    client = early()
    with Stubber(client) as stubber:
        stubber.add_response("list_pipelines", {"PipelineSummaries": [], "NextToken": "stubbed"})
        assert client.list_pipelines()["NextToken"] == "stubbed"
    assert service.requests == []


def test_a_users_before_call_handler_wins(early: Callable[..., Any], doors: Doors, service: Any) -> None:
    """Handlers that answer, or change the request, come before us."""
    client = early()
    reply = (mock.Mock(status_code=200), {"NextToken": "handled"})
    client.meta.events.register("before-call.sagemaker.ListPipelines", lambda **_: reply)
    assert client.list_pipelines() == {"NextToken": "handled"}
    assert service.requests == []


def test_a_users_patch_of_make_api_call_wins(early: Callable[..., Any], doors: Doors, service: Any) -> None:
    """The customary way to mock boto3 by hand keeps working."""
    client = early()
    with mock.patch.object(BaseClient, "_make_api_call", return_value={"NextToken": "patched"}):
        assert client.list_pipelines() == {"NextToken": "patched"}
    assert service.requests == []


@pytest.mark.express
def test_a_users_patch_beneath_ours_is_put_back(early: Callable[..., Any], service: Any) -> None:
    """What we found is what we leave, and it gets the calls that are not ours."""
    client, doors = early(), Doors(service)
    reply = (mock.Mock(status_code=200), {"TrainingJobSummaries": ["theirs"]})
    with mock.patch.object(BaseClient, "_make_request", return_value=reply) as theirs:
        doors.open()
        client.list_pipelines()
        assert client.list_training_jobs() == {"TrainingJobSummaries": ["theirs"]}
        doors.close()
        assert vars(BaseClient)["_make_request"] is theirs
        theirs.assert_called_once()


def test_a_users_patch_on_top_of_ours_wins_and_comes_off_cleanly(early: Callable[..., Any], doors: Doors, service: Any) -> None:
    """While it is there it gets every call, afterwards we do again."""
    client = early()
    with mock.patch.object(BaseClient, "_make_request", return_value=(mock.Mock(status_code=200), {"NextToken": "theirs"})):
        assert client.list_pipelines() == {"NextToken": "theirs"}
    client.list_pipelines()
    assert len(service.requests) == 1


def test_a_users_patch_that_outlives_the_doors_keeps_working(early: Callable[..., Any], service: Any) -> None:
    """We do not tear down what lies over us; once it is gone, botocore is as it was (checked after every test)."""
    client, doors = early(), Doors(service)
    doors.open()
    ours = vars(BaseClient)["_make_request"]
    with mock.patch.object(BaseClient, "_make_request", return_value=(mock.Mock(status_code=200), {"NextToken": "theirs"})):
        doors.close()
        assert client.list_pipelines() == {"NextToken": "theirs"}
    assert vars(BaseClient)["_make_request"] is ours
    with pytest.raises(Exception, match="Unable to locate credentials"):
        client.list_pipelines()
    assert service.requests == []


def test_calls_from_many_threads_are_all_answered(early: Callable[..., Any], doors: Doors, service: Any) -> None:
    """An activation is process-wide: threads started inside, with a client of their own or a shared one, are in it."""
    client, failures = early(), []

    def work() -> None:
        try:
            for _ in range(25):
                client.list_pipelines()
        except Exception as error:  # noqa: BLE001 # reported by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (failures, len(service.requests)) == ([], 200)
