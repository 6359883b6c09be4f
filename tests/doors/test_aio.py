"""The doors for aiobotocore, with a stand-in for it: tests/clients tries the real one, which asks for an older botocore."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.client import BaseClient
from botocore.credentials import Credentials
from botocore.endpoint import convert_to_response_dict
from botocore.useragent import UserAgentString

from pytest_smpipeline._doors.entrance import Doors
from pytest_smpipeline._wire.messages import Request
from pytest_smpipeline.options import Options

NAME = "aiobotocore"


class AioCredentials(Credentials):
    """The class that says how it is to be asked."""


class AioAWSResponse(AWSResponse):
    """A response whose body is awaited."""

    @property
    def content(self) -> Any:
        return self.raw.read()


class Parser:
    """A parser that is awaited."""

    def __init__(self, parser: Any) -> None:
        self._parser = parser

    async def parse(self, response: Any, shape: object) -> Any:
        return self._parser.parse(response, shape)


class AioEndpoint:
    """As much of the endpoint as the doors stand on; what arrives at ``_send`` would have left."""

    def __init__(self, endpoint: Any) -> None:
        self._endpoint = endpoint
        self._response_parser_factory = self
        self.requests: list[Any] = []

    def create_parser(self, protocol: str) -> Parser:
        return Parser(self._endpoint._response_parser_factory.create_parser(protocol))

    async def _add_modeled_error_fields(self, response: Any, parsed: Any, model: Any, parser: Any) -> None:
        self._endpoint._add_modeled_error_fields(response, parsed, model, parser._parser)

    async def make_request(self, model: Any, request_dict: Any) -> Any:
        """Send something of this operation, as the road between would have made it, and return what comes back."""
        target = {"X-Amz-Target": f"{model.metadata['targetPrefix']}.{model.name}"}
        request: Any = AWSRequest(method="POST", url=request_dict["url"], headers=target).prepare()
        request.body = request_dict["body"]
        return await self._send(request)

    async def _send(self, request: Any) -> Any:
        self.requests.append(request)
        return "sent"


class AioBaseClient(BaseClient):
    """As much of the client as the doors stand on."""

    _endpoint: AioEndpoint

    async def _make_request(self, operation_model: Any, request_dict: Any, request_context: Any) -> Any:
        return await self._endpoint.make_request(operation_model, request_dict)


async def aio_response_dict(response: Any, model: Any) -> Any:
    """What a parser takes, with the body awaited."""
    content = await response.content
    return convert_to_response_dict(AWSResponse(response.url, response.status_code, response.headers, _Raw(content)), model)


class _Raw:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        yield self._content


def stand_in() -> dict[str, ModuleType]:
    """Return the modules of the stand-in, with classes that nobody has patched."""
    contents: dict[str, dict[str, object]] = {
        NAME: {},
        f"{NAME}.client": {"AioBaseClient": type("AioBaseClient", (AioBaseClient,), {"_make_request": AioBaseClient._make_request})},
        f"{NAME}.endpoint": {
            "AioEndpoint": type("AioEndpoint", (AioEndpoint,), {"_send": AioEndpoint._send}),
            "convert_to_response_dict": aio_response_dict,
        },
        f"{NAME}.awsrequest": {"AioAWSResponse": AioAWSResponse},
        f"{NAME}.credentials": {"AioCredentials": AioCredentials},
    }
    modules = {}
    for name, content in contents.items():
        modules[name] = ModuleType(name)
        vars(modules[name]).update(content)
    return modules


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    """The stand-in in the place of aiobotocore, which may or may not be installed."""
    for name in [name for name in sys.modules if name.partition(".")[0] == NAME]:
        monkeypatch.delitem(sys.modules, name)
    return stand_in()


@pytest.fixture
def imported(modules: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    """The stand-in, imported."""
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    return modules


class Signer:
    """What holds the credentials."""

    def __init__(self, credentials: Any) -> None:
        self._credentials = credentials


class Awaited:
    """An emitter of events that is awaited."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, object]] = []

    async def emit(self, event_name: str, **arguments: object) -> None:
        self.heard.append((event_name, arguments["exception"]))


@pytest.fixture
def make_client(early: Callable[..., Any], modules: dict[str, ModuleType]) -> Callable[..., Any]:
    """Return a maker of clients of the stand-in: a client of botocore's in its class."""

    def make(service: str = "sagemaker", credentials: Any = None) -> Any:
        made = early(service)
        client: Any = object.__new__(modules[f"{NAME}.client"].AioBaseClient)
        vars(client).update(vars(made))
        client._endpoint = modules[f"{NAME}.endpoint"].AioEndpoint(made._endpoint)
        client._request_signer = Signer(credentials)
        meta = made.meta
        client.meta = SimpleNamespace(
            service_model=meta.service_model, region_name=meta.region_name, endpoint_url=meta.endpoint_url, events=Awaited()
        )
        return client

    return make


def call(client: Any, operation: str, body: Any = b"{}") -> Any:
    """Make a call, below what serialises it."""
    model = client.meta.service_model.operation_model(operation)
    return asyncio.run(client._make_request(model, {"url": f"{client.meta.endpoint_url}/", "body": body}, {}))


@pytest.fixture
def client(imported: dict[str, ModuleType], make_client: Callable[..., Any]) -> Any:
    """A SageMaker client of the stand-in that is older than any activation."""
    return make_client()


@pytest.mark.express
def test_a_client_of_aiobotocore_is_answered_at_the_express_door(client: Any, doors: Doors, service: Any) -> None:
    """With the request, the region and the account that a client of botocore's would have."""
    service.replies = [service.success(NextToken="there is more")]

    http, parsed = call(client, "ListPipelines", b'{"MaxResults": 1}')

    assert service.requests == [
        Request("ListPipelines", b'{"MaxResults": 1}', "us-east-1", "123456789012", None, "https://api.sagemaker.us-east-1.amazonaws.com")
    ]
    assert (http.status_code, parsed["NextToken"], parsed["ResponseMetadata"]["RetryAttempts"]) == (200, "there is more", 0)
    assert isinstance(http, AioAWSResponse)


@pytest.mark.express
def test_an_error_of_the_service_is_parsed_with_its_modelled_members(client: Any, doors: Doors, service: Any) -> None:
    """From it aiobotocore makes the exception."""
    service.replies = [service.error("ResourceNotFound", "no such pipeline")]

    http, parsed = call(client, "DescribePipeline")

    assert http.status_code == 400
    assert (parsed["Error"]["Code"], parsed["Message"]) == ("ResourceNotFound", "no such pipeline")


@pytest.mark.express
def test_an_exception_inside_is_announced_as_aiobotocore_does(client: Any, doors: Doors, service: Any) -> None:
    """Handlers of ``after-call-error`` are awaited."""
    error = LookupError("a bug")
    service.replies = [error]

    with pytest.raises(LookupError, match="a bug"):
        call(client, "ListPipelines")

    assert client.meta.events.heard == [("after-call-error.sagemaker.ListPipelines", error)]


def test_an_aiobotocore_that_is_imported_later_is_noticed_with_its_first_client(
    modules: dict[str, ModuleType], doors: Doors, early: Callable[..., Any], make_client: Callable[..., Any], service: Any
) -> None:
    """Each of its clients comes through the constructor of botocore's."""
    early("sts")
    with pytest.MonkeyPatch.context() as patch:
        for name, module in modules.items():
            patch.setitem(sys.modules, name, module)
        call(make_client(), "ListPipelines")
        call(make_client(), "ListPipelines")

    assert [request.operation for request in service.requests] == ["ListPipelines", "ListPipelines"]


def test_what_makes_calls_cheap_is_open_as_soon_as_aiobotocore_is_there(imported: dict[str, ModuleType], doors: Doors) -> None:
    """Its clients resolve endpoints in a way of their own, and do not come by where botocore's make it open."""
    assert vars(UserAgentString)["to_string"].__module__ != "botocore.useragent"


def test_an_aiobotocore_that_is_just_being_imported_is_left_alone(
    modules: dict[str, ModuleType], doors: Doors, early: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread may be half through with it."""
    monkeypatch.setitem(sys.modules, f"{NAME}.client", ModuleType(f"{NAME}.client"))

    assert early("sts").meta.region_name == "us-east-1"


def test_closing_puts_everything_back(client: Any, service: Any, imported: dict[str, ModuleType]) -> None:
    """What is still held afterwards lets calls pass."""
    owners = (imported[f"{NAME}.client"].AioBaseClient, imported[f"{NAME}.endpoint"].AioEndpoint, BaseClient)
    names = ("_make_request", "_send", "__init__")
    before = [vars(owner)[name] for owner, name in zip(owners, names, strict=True)]
    doors = Doors(service)
    doors.open()
    within = [vars(owner)[name] for owner, name in zip(owners, names, strict=True)]
    doors.close()

    assert [vars(owner)[name] for owner, name in zip(owners, names, strict=True)] == before
    assert all(ours is not theirs for ours, theirs in zip(within, before, strict=True))
    client._make_request = within[0].__get__(client)
    client._endpoint._send = within[1].__get__(client._endpoint)
    assert call(client, "ListPipelines") == "sent"
    assert service.requests == []


def test_a_client_made_while_the_doors_close_is_not_patched(
    early: Callable[..., Any], service: Any, imported: dict[str, ModuleType], modules: dict[str, ModuleType]
) -> None:
    """Whoever still holds our constructor finds the doors shut."""
    doors = Doors(service)
    doors.open()
    ours = vars(BaseClient)["__init__"]
    doors.close()
    patched = vars(modules[f"{NAME}.client"].AioBaseClient)["_make_request"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "__init__", ours)
        early("sts")

    assert vars(modules[f"{NAME}.client"].AioBaseClient)["_make_request"] is patched


def test_a_call_that_must_travel_is_answered_where_it_would_leave(client: Any, doors: Doors, service: Any) -> None:
    """So aiobotocore's retries act on it; a client without credentials has been lent some of aiobotocore's kind."""
    service.travellers = {"ListPipelines"}
    service.replies = [service.error("ThrottlingException", "slow down")]

    response = call(client, "ListPipelines")

    assert response.status_code == 400
    assert asyncio.run(response.content).endswith(b'"slow down"}')
    assert type(client._request_signer._credentials) is AioCredentials
    doors.close()
    assert client._request_signer._credentials is None


def test_with_wire_full_every_call_travels(client: Any, doors: Doors, service: Any) -> None:
    """As with botocore."""
    service.options = Options(wire="full")
    assert call(client, "ListPipelines").status_code == 200
    assert service.last.operation == "ListPipelines"


def test_another_service_is_answered_by_moto_in_a_form_that_can_be_awaited(
    imported: dict[str, ModuleType], doors: Doors, make_client: Callable[..., Any]
) -> None:
    """In one piece, or as a stream."""

    async def read() -> tuple[bytes, bytes, bool, bytes]:
        client = make_client("dynamodb")
        model = client.meta.service_model.operation_model("ListTables")
        response = await client._make_request(model, {"url": f"{client.meta.endpoint_url}/", "body": b"{}"}, {})
        async with response.raw as stream:
            first = await stream.content.read(3)
            assert not stream.at_eof()
            rest = await stream.content.read()
        return first, rest, stream.at_eof(), await stream.read()

    assert asyncio.run(read()) == (b'{"T', b'ableNames": []}', True, b"")


def test_what_nobody_knows_is_sent(imported: dict[str, ModuleType], doors: Doors, make_client: Callable[..., Any]) -> None:
    """A server on this machine, for one."""
    client = make_client()
    client.meta.endpoint_url = "http://localhost:1"

    assert call(client, "ListTrainingJobs") == "sent"
    assert [request.url for request in client._endpoint.requests] == ["http://localhost:1/"]


class AwaitedBody:
    """A request's body that is awaited, as aiobotocore wraps what is uploaded in chunks."""

    def __init__(self) -> None:
        self._file = BytesIO(b"{}")

    async def read(self) -> bytes:
        return self._file.read()

    def seek(self, place: int) -> None:
        self._file.seek(place)


def test_a_body_that_is_awaited_is_read_for_those_who_do_not_await(client: Any, doors: Doors, service: Any) -> None:
    """The request has it back, to be read again by a next attempt."""
    body = AwaitedBody()
    service.options = Options(wire="full")

    for _ in range(2):
        call(client, "StartPipelineExecution", body)

    assert [request.body for request in service.requests] == [b"{}", b"{}"]


@pytest.mark.parametrize("body", [AwaitedBody(), BytesIO(b"plain"), b"bytes"], ids=["awaited", "file", "bytes"])
def test_a_body_that_nobody_here_wants_is_sent_as_it_was(client: Any, doors: Doors, body: Any) -> None:
    """How it is transferred is not ours to change."""
    client.meta.endpoint_url = "http://localhost:1"

    call(client, "ListTrainingJobs", body)

    assert client._endpoint.requests[0].body is body


class AssumedRole:
    """Credentials that ask STS for the role when they are awaited."""

    method = "assume-role"

    async def get_frozen_credentials(self) -> Any:
        return SimpleNamespace(access_key="ASIAROLE")


@pytest.mark.express
def test_the_credentials_of_an_assumed_role_are_awaited(
    imported: dict[str, ModuleType], doors: Doors, make_client: Callable[..., Any], service: Any
) -> None:
    """The access key decides the account, and they have none before."""
    call(make_client(credentials=AssumedRole()), "ListPipelines")

    assert service.last.access_key == "ASIAROLE"
