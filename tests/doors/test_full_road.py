"""The full road: botocore signs, sends, retries and parses, and the answer comes where the bytes would leave."""

from collections.abc import Callable
from typing import Any
from unittest import mock

import boto3
import botocore
import pytest
from botocore.client import BaseClient
from botocore.config import Config
from botocore.endpoint import Endpoint
from botocore.exceptions import ClientError, ConnectTimeoutError

from pytest_smpipeline._doors.entrance import Doors
from pytest_smpipeline._wire.messages import Request
from pytest_smpipeline.options import Options


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Back-off between retries takes no time."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)


def test_with_wire_full_the_request_is_signed(early: Callable[..., Any], doors: Doors, service: Any) -> None:
    """Handlers of the road below see a signed request, also from a client without credentials."""
    service.options = Options(wire="full")
    client, seen = early(region="eu-west-1"), []
    client.meta.events.register("before-send.sagemaker", lambda request, **_: seen.append(request.headers["Authorization"]))
    client.list_pipelines()
    assert b"/eu-west-1/sagemaker/aws4_request" in seen[0]
    assert service.last == Request("ListPipelines", b"{}", "eu-west-1", "123456789012", "SMPIPELINETESTACCESS")


@pytest.mark.express
def test_a_call_that_must_travel_does_so_under_wire_express(early: Callable[..., Any], doors: Doors, service: Any) -> None:
    """What is queued for one operation takes only that one down the road."""
    client, sent = early(), []
    service.travellers = {"ListPipelines"}
    client.meta.events.register("before-send.sagemaker", lambda event_name, **_: sent.append(event_name))
    client.list_pipelines()
    client.describe_pipeline(PipelineName="churn")
    assert sent == ["before-send.sagemaker.ListPipelines"]


@pytest.mark.fidelity("DOOR-003")
@pytest.mark.parametrize("mode", ["legacy", "standard"])
def test_throttling_is_retried_as_the_caller_has_set_it(early: Callable[..., Any], doors: Doors, service: Any, mode: Any) -> None:
    """Every attempt reaches the service; what the caller gets tells how many there were."""
    service.travellers = {"ListPipelines"}
    service.replies = [service.error("ThrottlingException", "slow down"), service.error("ThrottlingException", "slow down")]
    answer = early(config=Config(retries={"mode": mode, "total_max_attempts": 3})).list_pipelines()
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2
    assert len(service.requests) == 3


def test_the_last_attempt_decides(early: Callable[..., Any], doors: Doors, service: Any) -> None:
    """A caller that does not retry sees the first error."""
    service.travellers = {"ListPipelines"}
    service.replies = [service.error("ThrottlingException", "slow down")]
    with pytest.raises(ClientError, match="slow down"):
        early(config=Config(retries={"total_max_attempts": 1})).list_pipelines()


def test_a_broken_connection_is_retried(early: Callable[..., Any], doors: Doors, service: Any) -> None:
    """An exception of botocore's transport, raised where the bytes would leave, is handled as a real one."""
    service.travellers = {"ListPipelines"}
    service.replies = [ConnectTimeoutError(endpoint_url="https://api.sagemaker.us-east-1.amazonaws.com")]
    assert early().list_pipelines()["ResponseMetadata"]["RetryAttempts"] == 1


@pytest.mark.parametrize(
    ("options", "region"),
    [({}, "eu-west-3"), ({"use_fips_endpoint": True}, "eu-west-3"), ({"use_dualstack_endpoint": True}, "eu-west-3")],
)
def test_an_unsigned_request_is_in_the_region_of_its_host(
    early: Callable[..., Any], doors: Doors, service: Any, options: dict[str, Any], region: str
) -> None:
    """Without a signature the host is all there is."""
    service.options = Options(wire="full")
    early(region=region, config=Config(signature_version=botocore.UNSIGNED, **options)).list_pipelines()
    assert (service.last.region, service.last.access_key) == (region, None)


def test_an_unsigned_request_to_a_custom_endpoint_is_in_the_region_of_the_options(
    early: Callable[..., Any], doors: Doors, service: Any
) -> None:
    """It names no region at all."""
    service.options = Options(wire="full", region="ap-south-1")
    config = Config(signature_version=botocore.UNSIGNED)
    early(endpoint_url="https://proxy.example.org", config=config).list_pipelines()
    assert service.last.region == "ap-south-1"


@pytest.mark.parametrize("options", [{}, {"use_fips_endpoint": True}, {"use_dualstack_endpoint": True}])
def test_the_road_ends_with_us_when_moto_is_awake_too(doors: Doors, service: Any, options: dict[str, Any]) -> None:
    """moto's own hook comes first on clients that know it, and would answer some endpoints with "Not yet implemented"."""
    doors.wake_moto()
    service.options = Options(wire="full")
    boto3.client("sagemaker", config=Config(**options)).list_pipelines()
    assert [request.operation for request in service.requests] == ["ListPipelines"]


def test_a_request_that_never_saw_the_express_door_is_answered(early: Callable[..., Any], doors: Doors, service: Any) -> None:
    """A user's patch may go straight to the endpoint: what would leave is recognised by itself."""

    def straight(client: Any, model: Any, request_dict: Any, context: object) -> Any:
        return client._endpoint.make_request(model, request_dict)

    client = boto3.client("sagemaker")
    with mock.patch.object(BaseClient, "_make_request", straight):
        client.list_pipelines()
    assert service.last.access_key == "SMPIPELINETESTACCESS"


def test_a_patch_of_send_that_outlives_the_doors_is_let_pass(early: Callable[..., Any], service: Any) -> None:
    """Our function may still be called after the end, and then leaves everything to what was there before."""
    with mock.patch.object(Endpoint, "_send", return_value="theirs"):
        doors = Doors(service)
        doors.open()
        ours = vars(Endpoint)["_send"]
        doors.close()
        assert ours(mock.sentinel.endpoint, mock.sentinel.request) == "theirs"
