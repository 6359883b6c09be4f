"""The full road: the answer is given where the bytes would leave.

The patched place is ``botocore.endpoint.Endpoint._send``. A call that comes this far was signed by botocore, and is retried
and parsed by it, with the caller's own settings. Calls of our operations are answered here; what else arrives is
handed to moto, also from clients that were made before moto was imported and so do not know it.
"""

from collections.abc import Callable
from typing import TypeAlias

from pytest_smpipeline._doors.accounts import account_of, operation_of, origin
from pytest_smpipeline._doors.backend import Backend
from pytest_smpipeline._doors.borrowed import Endpoint, HttpRequest, HttpResponse
from pytest_smpipeline._doors.imports import imported
from pytest_smpipeline._doors.moto_service import MotoService
from pytest_smpipeline._doors.replies import http_response
from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo
from pytest_smpipeline._wire.messages import Request

Send: TypeAlias = Callable[[Endpoint, HttpRequest], HttpResponse]


class FullRoad:
    """Answers our operations, and moto everything else it knows, in place of the network."""

    def __init__(self, backend: Backend, moto: MotoService) -> None:
        """Patch nothing yet."""
        self._backend = backend
        self._moto = moto
        self._is_open = False
        self._seam: Seam[Send]

    def open(self, undo: Undo) -> None:
        """Patch the class."""

        def send(endpoint: Endpoint, request: HttpRequest) -> HttpResponse:
            __tracebackhide__ = True
            response = self.respond(request) if self._is_open else None
            return self._seam.beneath(endpoint, request) if response is None else response

        self._seam = Seam(imported("botocore.endpoint", "Endpoint"), "_send", send)
        self._seam.open(undo)
        self._is_open = True

    def shut(self) -> None:
        """Let requests pass through from now on, also where somebody still holds the patch after it was undone."""
        self._is_open = False

    def respond(self, request: HttpRequest) -> HttpResponse | None:
        """Return our answer or moto's to what is about to leave, or None when neither knows it."""
        __tracebackhide__ = True
        operation = operation_of(request.headers)
        if operation is None or not self._backend.handles(operation, request.body):
            return self._moto.respond(request)
        sender = origin(request.url, request.headers)
        account_id = account_of(sender.access_key, self._backend)
        region = sender.region or self._backend.options.region
        sent = Request(operation, request.body, region, account_id, sender.access_key, request.url)
        return http_response(self._backend.answer(sent), request.url)
