"""All doors open or none; all close, whatever goes wrong."""

import os
import sys
import threading
from collections.abc import Callable
from typing import Any

import boto3
import pytest
import requests
from botocore.client import BaseClient
from botocore.endpoint import Endpoint

from pytest_smpipeline._doors.entrance import Doors
from pytest_smpipeline._doors.undo import Undo

Observe = Callable[[], dict[str, object]]


def test_closing_puts_back_exactly_what_was_there(service: Any, observe: Observe) -> None:
    """Patched attributes by identity, the environment by content, also after calls through every door."""
    session: Any = boto3.Session(region_name="us-east-1")
    before = observe()
    doors = Doors(service)
    doors.open()
    session.client("sagemaker").list_pipelines()
    session.client("s3").list_buckets()
    during = observe()
    doors.close()
    assert observe() == before
    changed = {name for name in before if during[name] != before[name]}
    assert changed == {
        "BaseClient.__init__",
        "BaseClient._make_request",
        "Endpoint._send",
        "EndpointRulesetResolver.construct_endpoint",
        "EventAliaser.__init__",
        "HTTPAdapter.send",
        "JSONFileLoader._load_file",
        "Loader.list_available_services",
        "ParamValidationDecorator.serialize_to_request",
        "UserAgentString.to_string",
        "environment",
        "moto's activations",
        "moto's callback",
        "moto's stubber",
    }


def test_closing_puts_back_everything_after_an_exception(service: Any, observe: Observe) -> None:
    """A call that raised inside leaves no trace."""
    before = observe()
    doors = Doors(service)
    doors.open()
    service.replies = [KeyError("a bug")]
    with pytest.raises(KeyError):
        boto3.client("sagemaker").list_pipelines()
    doors.close()
    after = observe() | {"default session": before["default session"]}
    assert after == before


@pytest.mark.parametrize("place", [(BaseClient, "_make_request"), (Endpoint, "_send")])
def test_doors_that_cannot_all_open_leave_nothing_patched(
    service: Any, observe: Observe, monkeypatch: pytest.MonkeyPatch, place: tuple[type, str]
) -> None:
    """The error of the one that failed is raised, and those before it are shut again."""
    with monkeypatch.context() as patch:
        patch.delattr(*place)
        environment = dict(os.environ)
        with pytest.raises(RuntimeError, match=f"has no '{place[1]}' any more"):
            Doors(service).open()
        assert dict(os.environ) == environment
        if place[1] == "_make_request":
            assert vars(Endpoint)["_send"].__module__ == "botocore.endpoint"


def test_every_step_back_is_taken_and_the_first_error_is_raised() -> None:
    """One that fails, or is interrupted, does not keep the others from their turn."""
    undo, taken = Undo(), []

    def fail(error: BaseException) -> None:
        taken.append(error)
        raise error

    interrupt, fault = KeyboardInterrupt(), ValueError("later")
    undo.add(lambda: taken.append("first in, last out"))  # type: ignore[arg-type]
    undo.add(lambda: fail(fault))
    undo.add(lambda: fail(interrupt))
    with pytest.raises(KeyboardInterrupt) as caught:
        undo.run()
    assert caught.value is interrupt
    assert taken == [interrupt, fault, "first in, last out"]


def test_doors_can_be_opened_again(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One pair of hinges serves many activations."""
    doors = Doors(service)
    for _ in range(2):
        doors.open()
        boto3.client("sagemaker").list_pipelines()
        assert boto3.client("s3").list_buckets()["Buckets"] == []
        assert "ListAllMyBucketsResult" in requests.get("https://s3.us-east-1.amazonaws.com/", timeout=5).text
        doors.close()
        monkeypatch.delitem(sys.modules, "responses", raising=False)
    assert len(service.requests) == 2


def test_threads_calling_while_the_doors_open_and_close_see_no_error(early: Callable[..., Any], service: Any) -> None:
    """A call falls on one side or the other; on the far side this client cannot sign."""
    client, unexpected, stop = early(), [], threading.Event()

    def call() -> None:
        while not stop.is_set():
            try:
                client.list_pipelines()
            except Exception as error:  # noqa: BLE001 # judged below
                if "Unable to locate credentials" not in str(error):
                    unexpected.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    for _ in range(20):
        doors = Doors(service)
        doors.open()
        doors.close()
    stop.set()
    thread.join()
    assert unexpected == []
