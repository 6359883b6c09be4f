"""The doors for aiobotocore, on which aioboto3 stands: the express door and the full road once more, with awaits.

Its clients derive from botocore's and override two of the places that are patched there: ``AioBaseClient._make_request`` and
``AioEndpoint._send``. Both are patched here as soon as aiobotocore has been imported: when the doors open, or when the first client
is made afterwards, which goes through ``BaseClient.__init__``. Nothing here imports it.

moto knows nothing of aiobotocore: its answers can't be awaited. So its own hook is told to pass such requests by, and they meet
moto where the bytes would leave, where its answer is made over.
"""

import sys
import threading
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias

from pytest_smpipeline._doors.accounts import access_key_of, is_of_assumed_role
from pytest_smpipeline._doors.aio_replies import aio_response, plain_body
from pytest_smpipeline._doors.borrowed import Client, Endpoint, HttpRequest, HttpResponse, OperationModel, Parsed
from pytest_smpipeline._doors.express import Express, Reply
from pytest_smpipeline._doors.full_road import FullRoad
from pytest_smpipeline._doors.imports import imported
from pytest_smpipeline._doors.lending import Lending
from pytest_smpipeline._doors.moto_service import MotoService, passing_by
from pytest_smpipeline._doors.replies import http_response
from pytest_smpipeline._doors.savers import Savers
from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo
from pytest_smpipeline._wire.messages import Answer

Init: TypeAlias = Callable[..., None]
MakeRequest: TypeAlias = Callable[[Client, OperationModel, Mapping[str, object], object], Awaitable[Reply]]
Send: TypeAlias = Callable[[Endpoint, HttpRequest], Awaitable[HttpResponse]]

_CLIENT: Final = "aiobotocore.client"


class Aio:
    """The patches of aiobotocore."""

    def __init__(self, express: Express, full_road: FullRoad, lending: Lending, moto: MotoService, savers: Savers) -> None:
        """Patch nothing yet."""
        self._express = express
        self._full_road = full_road
        self._lending = lending
        self._moto = moto
        self._savers = savers
        self._lock = threading.Lock()
        self._is_open = False
        self._is_noticed = False
        self._undo: Undo

    def open(self, undo: Undo) -> None:
        """Patch aiobotocore, or wait for it."""

        def init(client: object, *args: object, **kwargs: object) -> None:
            self._notice()
            seam.beneath(client, *args, **kwargs)

        self._undo = undo
        seam: Seam[Init] = Seam(imported("botocore.client", "BaseClient"), "__init__", init)
        seam.open(undo)
        self._is_open = True
        self._notice()

    def shut(self) -> None:
        """Let calls pass through from now on, and patch nothing more; whoever is patching in another thread finishes."""
        with self._lock:
            self._is_open = self._is_noticed = False

    def _notice(self) -> None:
        if self._is_noticed:
            return
        client = getattr(sys.modules.get(_CLIENT), "AioBaseClient", None)  # none while another thread is importing it
        with self._lock:
            if client is not None and self._is_open and not self._is_noticed:
                self._is_noticed = True
                self._savers.wake()  # where its bell hangs, clients of aiobotocore do not come by
                self._open_client(client)
                self._open_endpoint(sys.modules["aiobotocore.endpoint"].AioEndpoint)

    def _open_client(self, owner: object) -> None:
        async def make_request(
            client: Client, operation_model: OperationModel, request_dict: Mapping[str, object], request_context: object
        ) -> Reply:
            __tracebackhide__ = True
            if not self._is_open:
                return await seam.beneath(client, operation_model, request_dict, request_context)
            if self._express.takes(client, operation_model, request_dict):
                return await self._reply(client, operation_model, request_dict, request_context)
            self._lending.lend(client, sys.modules["aiobotocore.credentials"].AioCredentials)
            self._moto.notice()
            with passing_by():
                return await seam.beneath(client, operation_model, request_dict, request_context)

        seam: Seam[MakeRequest] = Seam(owner, "_make_request", make_request)
        seam.open(self._undo)

    def _open_endpoint(self, owner: object) -> None:
        async def send(endpoint: Endpoint, request: HttpRequest) -> HttpResponse:
            __tracebackhide__ = True
            response = await self._respond(request) if self._is_open else None
            return await seam.beneath(endpoint, request) if response is None else response

        seam: Seam[Send] = Seam(owner, "_send", send)
        seam.open(self._undo)

    async def _respond(self, request: HttpRequest) -> HttpResponse | None:
        __tracebackhide__ = True
        async with plain_body(request):
            response = self._full_road.respond(request)
        return None if response is None else aio_response(response, request.url)

    async def _reply(self, client: Any, operation_model: OperationModel, request_dict: Mapping[str, object], context: object) -> Reply:  # noqa: ANN401 # botocore's client, whose methods are to be awaited
        __tracebackhide__ = True
        try:
            access_key = await _access_key_of(client._request_signer._credentials)
            answer = self._express.ask(client, operation_model, request_dict, access_key)
            return await _parse(client, operation_model, answer)
        except Exception as error:
            service_id = client.meta.service_model.service_id.hyphenize()
            await client.meta.events.emit(f"after-call-error.{service_id}.{operation_model.name}", exception=error, context=context)
            raise


async def _access_key_of(credentials: Any) -> str | None:  # noqa: ANN401 # aiobotocore's credentials, as the signer keeps them
    if is_of_assumed_role(credentials):
        key: str = (await credentials.get_frozen_credentials()).access_key
        return key
    return access_key_of(credentials)


async def _parse(client: Any, operation_model: OperationModel, answer: Answer) -> Reply:  # noqa: ANN401 # as above
    """Return what ``AioEndpoint._do_get_response`` makes of an answer, by the same parser."""
    endpoint = client._endpoint
    url = client.meta.endpoint_url
    response = aio_response(http_response(answer, url), url)
    response_dict = await sys.modules["aiobotocore.endpoint"].convert_to_response_dict(response, operation_model)
    parser = endpoint._response_parser_factory.create_parser(operation_model.service_model.resolved_protocol)
    parsed: Parsed = await parser.parse(response_dict, operation_model.output_shape)
    if answer.status >= 300:  # noqa: PLR2004 # the same limit as botocore's
        await endpoint._add_modeled_error_fields(response_dict, parsed, operation_model, parser)
    parsed["ResponseMetadata"]["RetryAttempts"] = 0
    return response, parsed
