"""The moto door: whatever reaches moto's SageMaker by HTTP reaches us, if the operation is ours."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from botocore.exceptions import ConnectTimeoutError
from moto import mock_aws
from moto.core.models import botocore_stubber
from moto.sagemaker.urls import url_paths

from pytest_smpipeline._doors.entrance import Doors
from pytest_smpipeline.options import Options

URL = "https://api.sagemaker.eu-west-1.amazonaws.com/"
SIGNATURE = "AWS4-HMAC-SHA256 Credential={}/20261122/eu-west-1/sagemaker/aws4_request, SignedHeaders=host, Signature=0"


def post(operation: str | None, url: str = URL, **headers: str) -> requests.Response:
    """Call SageMaker with nothing but HTTP."""
    target = {} if operation is None else {"X-Amz-Target": f"SageMaker.{operation}"}
    return requests.post(url, data=b"{}", headers=target | headers, timeout=5)


@pytest.fixture
def awake(doors: Doors) -> Doors:
    """Open doors with moto awake behind them."""
    doors.wake_moto()
    return doors


def test_a_plain_http_request_is_answered_by_us(awake: Doors, service: Any) -> None:
    """Body, region and default account arrive; status, headers and body go back."""
    service.replies = [service.success(NextToken="ours")]
    response = post("ListPipelines")
    assert (response.status_code, response.json()) == (200, {"NextToken": "ours"})
    assert response.headers["x-amzn-RequestId"] == "5e1f-id"
    assert (service.last.body, service.last.region, service.last.account_id) == ("{}", "eu-west-1", "123456789012")


def test_a_users_mock_aws_lets_http_through_to_us(doors: Doors, service: Any) -> None:
    """It makes no difference whose moto it is."""
    with mock_aws():
        assert post("ListPipelines").status_code == 200
    assert service.last.operation == "ListPipelines"


def test_an_error_is_well_formed_json(awake: Doors, service: Any) -> None:
    """As AWS shapes it, with the code in the body."""
    service.replies = [service.error("ResourceNotFound", "gone")]
    response = post("DescribePipeline")
    assert (response.status_code, response.json()) == (400, {"__type": "ResourceNotFound", "Message": "gone"})


def test_a_broken_connection_is_service_unavailable(awake: Doors, service: Any) -> None:
    """An exception of botocore's can't travel by HTTP; a status that clients try again after can."""
    service.replies = [ConnectTimeoutError(endpoint_url=URL)]
    response = post("ListPipelines")
    payload = {"__type": "ServiceUnavailable", "message": f'ConnectTimeoutError: Connect timeout on endpoint URL: "{URL}"'}
    assert (response.status_code, response.json()) == (503, payload)


def test_other_operations_are_motos(awake: Doors, service: Any) -> None:
    """Its callback sees the request as it came."""
    assert post("ListTrainingJobs").json()["TrainingJobSummaries"] == []
    assert service.requests == []


@pytest.mark.fidelity("ERROR-003")
@pytest.mark.parametrize("operation", [None, "NoSuchOperation"])
@pytest.mark.parametrize("url", [URL, "https://api.sagemaker.eu-west-1.amazonaws.com.cn/"])
def test_what_is_no_operation_of_sagemaker_is_refused_by_us(awake: Doors, service: Any, operation: str | None, url: str) -> None:
    """moto would raise in the caller's face, where AWS answers with an error."""
    service.replies = [service.error("UnknownOperationException", "no such operation")]

    response = post(operation, url)

    assert (response.status_code, response.json()["__type"]) == (400, "UnknownOperationException")
    assert (service.last.operation, service.last.region, service.last.body) == (operation or "", "eu-west-1", b"")


def test_the_signature_names_the_account(awake: Doors, service: Any, early: Callable[..., Any]) -> None:
    """A role assumed in another account calls as that account."""
    role = early("sts").assume_role(RoleArn="arn:aws:iam::444455556666:role/ci", RoleSessionName="session")
    post("ListPipelines", Authorization=SIGNATURE.format(role["Credentials"]["AccessKeyId"]))
    assert service.last.account_id == "444455556666"


def test_motos_header_names_the_account(awake: Doors, service: Any) -> None:
    """moto's own means of choosing an account work."""
    post("ListPipelines", **{"x-moto-account-id": "777788889999"})
    assert service.last.account_id == "777788889999"


def test_motos_variable_names_the_account(monkeypatch: pytest.MonkeyPatch, awake: Doors, service: Any) -> None:
    """The variable as well as the header."""
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "777788889999")
    post("ListPipelines")
    assert service.last.account_id == "777788889999"


def test_an_unknown_signature_is_the_account_of_the_options(service: Any) -> None:
    """Also inside a ``mock_aws`` that was there first, whose default account stays moto's own."""
    service.options = Options(account_id="111122223333")
    with mock_aws():
        doors = Doors(service)
        doors.open()
        post("ListPipelines", Authorization=SIGNATURE.format("AKIAUNKNOWNUNKNOWN00"))
        doors.close()
    assert (service.last.account_id, service.last.access_key) == ("111122223333", "AKIAUNKNOWNUNKNOWN00")


def test_a_callback_that_a_server_has_kept_follows_the_activations(service: Any) -> None:
    """It serves whichever is open, and moto when none is."""
    doors = Doors(service)
    doors.open()
    kept: Any = url_paths["{0}/$"]
    doors.close()

    def call() -> Any:
        with mock_aws(), pytest.MonkeyPatch.context() as patch:
            patch.setitem(url_paths, "{0}/$", kept)
            return post("ListPipelines").json()

    assert call()["PipelineSummaries"] == []
    assert service.requests == []
    second = type(service)()
    second.replies = [second.success(NextToken="second")]
    later = Doors(second)
    later.open()
    answer = call()
    later.close()
    assert (answer, len(service.requests)) == ({"NextToken": "second"}, 0)


def test_moto_itself_is_asleep_by_default(doors: Doors) -> None:
    """The door alone activates nothing."""
    assert not botocore_stubber.enabled
