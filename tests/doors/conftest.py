"""A bare machine, a service that answers anything, and the doors in front of it."""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import moto.iam.models
import pytest
import requests.adapters
from botocore.client import BaseClient
from botocore.endpoint import Endpoint
from botocore.hooks import EventAliaser
from botocore.loaders import JSONFileLoader, Loader
from botocore.regions import EndpointRulesetResolver
from botocore.useragent import UserAgentString
from botocore.validate import ParamValidationDecorator
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.config import default_user_config
from moto.core.models import MockAWS, botocore_stubber
from moto.sagemaker.urls import url_paths

from pytest_smpipeline._doors.entrance import Doors, settle
from pytest_smpipeline._wire.messages import Answer, Request
from pytest_smpipeline.options import Options

HANDLED = frozenset({"DescribePipeline", "ListPipelines", "StartPipelineExecution"})
SHARED = frozenset({"AddTags", "ListTags"})


class FakeService:
    """Answers with what a test has put down, and an empty success otherwise."""

    def __init__(self) -> None:
        self.options = Options()
        self.requests: list[Request] = []
        self.travellers: set[str] = set()
        self.replies: list[Answer | Exception] = []
        self.time = 0

    def handles(self, operation: str, body: bytes | str) -> bool:
        return operation in HANDLED or (operation in SHARED and ":pipeline/" in str(body))

    def travels_express(self, operation: str) -> bool:
        return self.options.wire == "express" and operation not in self.travellers

    def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        reply = self.replies.pop(0) if self.replies else self.success()
        if isinstance(reply, Exception):
            raise reply
        return reply

    def before_moto(self, operation: str, body: bytes | str) -> Answer | None:
        return None

    def after_moto(self, operation: str) -> None:
        pass

    def now(self) -> int:
        return self.time

    def advance(self, milliseconds: int) -> None:
        self.time += milliseconds

    def reach(self, instant: int) -> None:
        self.time = max(self.time, instant)

    @staticmethod
    def success(**payload: Any) -> Answer:
        return FakeService._answer(200, payload)

    @staticmethod
    def error(code: str, message: str, status: int = 400) -> Answer:
        return FakeService._answer(status, {"__type": code, "Message": message})

    @staticmethod
    def _answer(status: int, payload: dict[str, Any]) -> Answer:
        body = json.dumps(payload).encode()
        headers = {"x-amzn-RequestId": "5e1f-id", "Content-Type": "application/x-amz-json-1.1", "Content-Length": str(len(body))}
        return Answer(status, payload, body, headers)

    @property
    def last(self) -> Request:
        return self.requests[-1]


def state_of_others() -> dict[str, object]:
    """Everything of other people's that the doors may change while they are open."""
    return {
        "BaseClient._make_request": vars(BaseClient)["_make_request"],
        "BaseClient.__init__": vars(BaseClient)["__init__"],
        "BaseClient._resolve_endpoint_ruleset": vars(BaseClient)["_resolve_endpoint_ruleset"],
        "Endpoint._send": vars(Endpoint)["_send"],
        "JSONFileLoader._load_file": vars(JSONFileLoader)["_load_file"],
        "Loader.list_available_services": vars(Loader)["list_available_services"],
        "EventAliaser.__init__": vars(EventAliaser)["__init__"],
        "EndpointRulesetResolver.construct_endpoint": vars(EndpointRulesetResolver)["construct_endpoint"],
        "ParamValidationDecorator.serialize_to_request": vars(ParamValidationDecorator)["serialize_to_request"],
        "UserAgentString.to_string": vars(UserAgentString)["to_string"],
        "HTTPAdapter.send": vars(requests.adapters.HTTPAdapter)["send"],
        "moto's callback": url_paths["{0}/$"],
        "moto's stubber": vars(BotocoreStubber)["__call__"],
        "moto's account": vars(moto.iam.models)["DEFAULT_ACCOUNT_ID"],
        "moto's settings": {section: dict(values) for section, values in default_user_config.items()},  # type: ignore[call-overload]
        "moto's activations": (MockAWS._nested_count, MockAWS._mocks_active, botocore_stubber.enabled),
        "sleep": (time.sleep, asyncio.sleep, asyncio.tasks.sleep),
        "environment": {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"},
        "default session": boto3.DEFAULT_SESSION,
    }


@pytest.fixture(autouse=True)
def bare_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No credentials, no region, no configuration, no default session."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setattr(boto3, "DEFAULT_SESSION", None)
        yield


@pytest.fixture(autouse=True)
def nothing_left_behind(bare_machine: None) -> Iterator[None]:
    """After every test, all that was patched is the very thing it was before."""
    before = state_of_others()
    yield
    settle()
    after = state_of_others()
    after["default session"] = before["default session"]  # boto3 makes one whenever a test calls boto3.client
    assert after == before


@pytest.fixture
def observe() -> Callable[[], dict[str, object]]:
    """Return the function that looks at everything the doors may change."""
    return state_of_others


@pytest.fixture
def service() -> FakeService:
    """The service behind the doors."""
    return FakeService()


@pytest.fixture
def doors(service: FakeService) -> Iterator[Doors]:
    """Open doors."""
    doors = Doors(service)
    doors.open()
    yield doors
    doors.close()


@pytest.fixture(scope="session")
def early_session(tmp_path_factory: pytest.TempPathFactory) -> boto3.Session:
    """A session that is older than any activation and has no credentials; it keeps the models it has parsed."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        return boto3.Session()


@pytest.fixture
def early(early_session: boto3.Session) -> Callable[..., Any]:
    """Return a maker of clients without credentials that do not know moto, as those made before moto was imported."""

    def make(service: str = "sagemaker", region: str = "us-east-1", **options: Any) -> Any:
        client: Any = early_session.client(service, region_name=region, **options)  # type: ignore[call-overload]
        client.meta.events.unregister("before-send", botocore_stubber)
        client._request_signer._credentials = None  # the session may have found what an open activation lends
        return client

    return make


@pytest.fixture
def list_often(service: Any) -> Callable[..., None]:
    """Return a function that lists pipelines twice with each of these clients, in one activation and in the next."""

    def call(*clients: Any) -> None:
        for _ in range(2):
            doors = Doors(service)
            doors.open()
            for client in [*clients, *clients]:
                client.list_pipelines()
            doors.close()

    return call


@pytest.fixture
def run_python(tmp_path: Path) -> Callable[[str], str]:
    """Return the function that runs a script in a fresh interpreter on a bare machine and gives back what it printed."""
    import subprocess

    root = str(Path(__file__).parents[2])
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])}

    def run(script: str) -> str:
        done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run
