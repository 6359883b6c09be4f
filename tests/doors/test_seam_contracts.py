"""What the doors borrow from botocore and moto: the name of the test that fails says what a new version has changed."""

import inspect
import os
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Callable
from typing import Any
from unittest import mock

import boto3
import pytest
from botocore import endpoint
from botocore.client import BaseClient
from botocore.loaders import JSONFileLoader, Loader
from botocore.useragent import UserAgentString
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import DEFAULT_ACCOUNT_ID, MockAWS, botocore_stubber
from moto.core.responses import BaseResponse


def parameters(function: Callable[..., object]) -> list[str]:
    """The names of a function's parameters."""
    return list(inspect.signature(function).parameters)


def test_botocore_still_hands_requests_to_base_client_make_request(early: Callable[..., Any]) -> None:
    """Every call passes it with a model, a serialised body and a context, and takes back a response and its members."""
    assert parameters(BaseClient._make_request) == ["self", "operation_model", "request_dict", "request_context"]  # type: ignore[attr-defined]
    with mock.patch.object(BaseClient, "_make_request", return_value=(mock.Mock(status_code=200), {"seen": True})) as seam:
        assert early().list_pipelines() == {"seen": True}
    model, request, context = seam.call_args.args
    assert (model.name, request["body"], "client_region" in context) == ("ListPipelines", b"{}", True)


def test_botocore_still_makes_every_client_by_base_client_init(early: Callable[..., Any]) -> None:
    """The classes it makes for each service have no constructor of their own; there aiobotocore is noticed."""
    with mock.patch.object(BaseClient, "__init__", side_effect=ConnectionError), pytest.raises(ConnectionError):
        early()


def test_botocore_still_finds_the_endpoint_before_all_else(early: Callable[..., Any]) -> None:
    """Every call passes the place, and nothing that is made cheap has happened by then."""
    client = early()
    with (
        mock.patch.object(BaseClient, "_resolve_endpoint_ruleset", side_effect=ConnectionError),
        mock.patch.object(UserAgentString, "to_string") as written,
        mock.patch.object(BaseClient, "_make_request") as seam,
        pytest.raises(ConnectionError),
    ):
        client.list_pipelines()
    assert not written.called
    assert not seam.called


def test_botocore_still_sends_through_endpoint_send(early: Callable[..., Any]) -> None:
    """What would leave is a prepared request with its target header."""
    assert parameters(endpoint.Endpoint._send) == ["self", "request"]  # type: ignore[attr-defined]
    client = early()
    client._request_signer._credentials = boto3.Session("KEY", "SECRET").get_credentials()
    with (
        mock.patch.object(endpoint.Endpoint, "_send", side_effect=ConnectionError) as seam,
        pytest.raises(ConnectionError),
    ):
        client.list_pipelines()
    request = seam.call_args.args[0]
    assert request.headers["X-Amz-Target"] == b"SageMaker.ListPipelines"
    assert b"Credential=KEY/" in request.headers["Authorization"]
    assert request.body == b"{}"


def test_botocore_still_reads_models_by_its_loaders() -> None:
    """A session's loader has a reader of files, which parses each as an ordered dict, and looks into its folders in turn."""
    assert parameters(JSONFileLoader._load_file) == ["self", "full_path", "open_method"]  # type: ignore[attr-defined]
    loader: Any = Loader()
    assert (type(loader.file_loader), loader.search_paths) == (JSONFileLoader, [Loader.CUSTOMER_DATA_PATH, Loader.BUILTIN_DATA_PATH])
    assert "sagemaker" in loader.list_available_services("service-2")
    assert type(loader.load_data("endpoints")) is OrderedDict


def test_botocore_still_parses_with_the_parts_of_its_endpoint(early: Callable[..., Any]) -> None:
    """The express door parses with the factory and the second pass for modelled errors that the endpoint uses."""
    client = early()
    assert client._endpoint._response_parser_factory.create_parser(client.meta.service_model.resolved_protocol).parse
    names = ["self", "response_dict", "parsed_response", "operation_model", "parser"]
    assert parameters(client._endpoint._add_modeled_error_fields.__func__) == names
    assert parameters(endpoint.convert_to_response_dict) == ["http_response", "operation_model"]


def test_botocore_still_keeps_a_clients_credentials_on_its_signer() -> None:
    """There they decide the account and are lent."""
    client: Any = boto3.client("sts", region_name="us-east-1", aws_access_key_id="KEY", aws_secret_access_key="SECRET")
    assert client._request_signer._credentials.access_key == "KEY"


def test_boto3_still_keeps_found_credentials_on_its_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """There they are forgotten."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "KEY")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "SECRET")
    session: Any = boto3.Session()
    found = session.get_credentials()
    assert session._session._credentials is found


def test_moto_still_reads_its_callback_on_every_request() -> None:
    """Swapping the entry in the table is enough."""
    import requests
    from moto.sagemaker import urls

    def answer(request: object, full_url: str, headers: Any) -> tuple[int, dict[str, str], str]:
        return 200, {}, f"{full_url} {headers.get('X-Amz-Target')}"

    url = "https://api.sagemaker.us-east-1.amazonaws.com/"
    with mock_aws():
        requests.post(url, data="{}", headers={"X-Amz-Target": "SageMaker.ListTrainingJobs"}, timeout=5)
        with mock.patch.dict(urls.url_paths, {"{0}/$": answer}):
            assert requests.post(url, headers={"X-Amz-Target": "SageMaker.X"}, timeout=5).text == f"{url} SageMaker.X"


def test_moto_still_tells_where_a_request_came_from() -> None:
    """Region, account and body after ``setup_class``."""
    import requests
    from moto.sagemaker import urls

    def answer(request: object, full_url: str, headers: Any) -> tuple[int, dict[str, str], str]:
        response = BaseResponse(service_name="sagemaker")
        response.setup_class(request, full_url, headers)  # type: ignore[arg-type]
        return 200, {}, f"{response.region} {response.current_account} {response.body}"

    with mock_aws(), mock.patch.dict(urls.url_paths, {"{0}/$": answer}):
        assert (
            requests.post("https://api.sagemaker.eu-west-1.amazonaws.com/", data="{}", timeout=5).text
            == f"eu-west-1 {DEFAULT_ACCOUNT_ID} {{}}"
        )


def test_moto_still_answers_botocore_through_one_stubber() -> None:
    """Called as an event handler, and saying whether it is enabled."""
    assert parameters(BotocoreStubber.__call__) == ["self", "event_name", "request", "kwargs"]
    assert botocore_stubber.enabled is False
    with mock_aws():
        assert botocore_stubber.enabled is True
        sts = boto3.client("sts", region_name="us-east-1")
        with (
            mock.patch.object(BotocoreStubber, "__call__", return_value=None) as seam,
            mock.patch.object(endpoint.Endpoint, "_send", side_effect=ConnectionError),
            pytest.raises(ConnectionError),
        ):
            sts.get_caller_identity()
        assert seam.called


def test_moto_still_takes_its_default_account_from_iam() -> None:
    """And knows the keys of each account there."""
    from moto.iam.models import iam_backends

    with mock_aws(), mock.patch("moto.iam.models.DEFAULT_ACCOUNT_ID", "111122223333"):
        sts = boto3.client("sts", region_name="us-east-1")
        assert sts.get_caller_identity()["Account"] == "111122223333"
        role = sts.assume_role(RoleArn="arn:aws:iam::444455556666:role/ci", RoleSessionName="session")["Credentials"]
        assert any(role["AccessKeyId"] in iam.access_keys for iam in iam_backends["444455556666"].values())


def test_moto_still_has_the_parts_that_are_silenced() -> None:
    """One activation's patch of the default session and of the environment, as parts of it that can be replaced."""
    silent: Any = MockAWS()
    silent._default_session_mock = mock.patch.dict({})
    silent._mock_env_variables = silent._unmock_env_variables = lambda: None
    boto3.setup_default_session(region_name="us-east-1")
    session, environment = boto3.DEFAULT_SESSION, dict(os.environ)
    with silent:
        assert (boto3.DEFAULT_SESSION, dict(os.environ)) == (session, environment)
    with mock_aws():
        assert boto3.DEFAULT_SESSION is None
        assert dict(os.environ) != environment
    assert (boto3.DEFAULT_SESSION, dict(os.environ)) == (session, environment)


def test_importing_the_doors_imports_neither_botocore_nor_moto() -> None:
    """Loading the plugin costs next to nothing; what stands on moto's server is imported only by those who serve."""
    script = """
import pkgutil, sys
import pytest_smpipeline._doors as doors
for module in pkgutil.iter_modules(doors.__path__):
    if module.name not in {"http_application", "http_server"}: __import__(f"pytest_smpipeline._doors.{module.name}")
print(sorted({name.split(".")[0] for name in sys.modules} & {"boto3", "botocore", "moto", "requests", "responses", "pytest"}))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
