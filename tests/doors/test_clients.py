"""The ready client."""

import functools
from pathlib import Path
from typing import Any

import pytest

from pytest_smpipeline._doors import clients
from pytest_smpipeline._doors.clients import make_client
from pytest_smpipeline._doors.entrance import Doors


def test_each_client_is_new_and_in_its_region(doors: Doors, service: Any) -> None:
    """Handlers that a test registers on one do not reach the next."""
    first, second = make_client("eu-west-1"), make_client("cn-north-1")
    assert first is not second
    for client in (first, second):
        client.list_pipelines()  # type: ignore[attr-defined]
    assert [request.region for request in service.requests] == ["eu-west-1", "cn-north-1"]


def test_clients_share_what_was_parsed() -> None:
    """The large service model is read once per process."""
    models: list[Any] = [make_client(region).meta.service_model for region in ("eu-west-1", "us-east-1")]
    assert models[0]._service_description is models[1]._service_description


def test_the_users_files_and_profile_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken configuration or a missing profile breaks no test, and a configured endpoint diverts none."""
    monkeypatch.setattr(clients, "_session", functools.cache(clients._session.__wrapped__))
    broken = tmp_path / "config"
    broken.write_text("no section")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(broken))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(broken))
    monkeypatch.setenv("AWS_PROFILE", "missing")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://elsewhere.example.org")
    client: Any = make_client("us-east-1")
    assert client.meta.endpoint_url == "https://api.sagemaker.us-east-1.amazonaws.com"
    assert client._request_signer._credentials.access_key == "SMPIPELINETESTACCESS"


def test_a_client_of_another_service_reaches_moto(doors: Doors) -> None:
    """For what belongs beside pipelines."""
    s3: Any = make_client("us-east-1", "s3")
    s3.create_bucket(Bucket="data")
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["data"]
