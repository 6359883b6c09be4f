"""What a server answers: its JSON door on one path, moto's services, with ours in front of them, on all others.

Imports moto's server, so it is imported when somebody serves.
"""

import json
import threading
from collections.abc import Callable, Collection, Generator, Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import parse_qsl

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.wrappers import Request, Response

from pytest_smpipeline._doors.door_messages import RESET, DoorAnswer, DoorRequest, refusal
from pytest_smpipeline._doors.origins import stranger

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Door: TypeAlias = Callable[[DoorRequest], DoorAnswer]

PREFIX: Final = "/smpipeline/"
"""Where the JSON door stands. Signed requests there are S3's, for a bucket of that name."""


class Application:
    """The WSGI application of one server."""

    def __init__(self, door: Door, hosts: Collection[str]) -> None:
        """Answer by this door, under these names beside addresses."""
        self._door = door
        self._hosts = frozenset(hosts)
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._gate = Gate()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        if not environ["PATH_INFO"].startswith(PREFIX) or "HTTP_AUTHORIZATION" in environ:
            with self._gate.shared():
                answer: Iterable[bytes] = self._moto(environ, start_response)
                return answer
        answered = self._answered(Request(environ))
        response = Response(json.dumps(answered.payload), answered.status, {"Cache-Control": "no-store"}, "application/json")
        return response(environ, start_response)

    def _answered(self, request: Request) -> DoorAnswer:
        headers = {name.lower(): value for name, value in request.headers.items()}
        reason = stranger(headers, self._hosts)
        if reason is not None:
            return refusal(403, "Forbidden", reason)
        query = dict(parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True))
        # Whoever asks for the head alone, as health checks do, gets that of GET's answer.
        method = "GET" if request.method == "HEAD" else request.method
        asked = DoorRequest(method, request.path.removeprefix(PREFIX), query, request.get_data())
        with self._gate.alone() if asked.path == RESET else self._gate.shared():
            return self._door(asked)


class Gate:
    """Lets requests through side by side, but for one that must be alone: while everything begins anew nothing may be asked."""

    def __init__(self) -> None:
        """Let everybody in."""
        self._condition = threading.Condition()
        self._inside = 0

    @contextmanager
    def shared(self) -> Generator[None]:
        """Be inside with others."""
        with self._condition:
            self._inside += 1
        try:
            yield
        finally:
            with self._condition:
                self._inside -= 1
                self._condition.notify_all()

    @contextmanager
    def alone(self) -> Generator[None]:
        """Wait until nobody is inside, and keep others waiting."""
        with self._condition:
            self._condition.wait_for(lambda: not self._inside)
            yield
