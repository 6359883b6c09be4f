"""The guard: while no mock is active, no call of SageMaker reaches the network.

It stands where the bytes of a request would leave, ``Endpoint._send``, so whatever answers before is let pass: a ``Stubber``,
moto, handlers of botocore's events. A call that gets no further than signing, because the machine has no credentials, counts
too: a test that forgot its mock fails on every machine alike.
"""

import ipaddress
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias, cast
from urllib.parse import urlsplit

from pytest_smpipeline._doors.accounts import operation_of, origin
from pytest_smpipeline._doors.backend import SERVICE
from pytest_smpipeline._doors.borrowed import Client, Endpoint, HttpRequest, OperationModel
from pytest_smpipeline._doors.imports import when_imported
from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo
from pytest_smpipeline.exceptions import RealSageMakerCall

Send: TypeAlias = Callable[[Endpoint, HttpRequest], object]
MakeRequest: TypeAlias = Callable[[Client, OperationModel, Mapping[str, object], object], Any]

# Whoever calls SageMaker through these made the call, not they.
_ON_THE_WAY: Final = frozenset(
    {
        *("aioboto3", "aiobotocore", "awscli", "boto3", "botocore", "sagemaker", "sagemaker_core"),
        *("asyncio", "concurrent", "threading", "pytest_smpipeline"),
    }
)
_CREDENTIAL_ERRORS: Final = (
    *("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"),
    *("NoAuthTokenError", "TokenRetrievalError", "SSOError"),
)


class Guard:
    """Stops calls that would reach the real service, and remembers them until somebody asks."""

    def __init__(self, root: Path, is_mocked: Callable[[], bool]) -> None:
        """Patch nothing yet; places inside ``root`` are told relative to it."""
        self._root = root
        self._is_mocked = is_mocked
        self._undo = Undo()
        self._is_open = False
        self._stopped: list[RealSageMakerCall] = []

    def open(self) -> None:
        """Guard botocore and aiobotocore, each as soon as somebody has imported it."""
        self._is_open = True
        self._undo.add(self._shut)
        when_imported({"botocore.client": self._guard_botocore, "aiobotocore.client": self._guard_aiobotocore}, self._undo)

    def close(self) -> None:
        """Put back everything; where somebody still holds a patch after that, calls pass through it."""
        self._undo.run()

    def take(self) -> list[RealSageMakerCall]:
        """Return the calls that were stopped since the last time and not taken back; then forget all."""
        stopped, self._stopped = self._stopped, []
        left: list[RealSageMakerCall] = []
        taken_back: set[object] = set()
        for error in reversed(stopped):
            if error.acknowledged:
                taken_back.add(error.args)
            elif error.args not in taken_back:
                left.append(error)
        return left[::-1]

    def _shut(self) -> None:
        self._is_open = False

    def _guard_botocore(self) -> None:
        from botocore.client import BaseClient
        from botocore.endpoint import Endpoint as BotocoreEndpoint

        def make_request(client: Client, operation_model: OperationModel, request_dict: Mapping[str, object], context: object) -> object:
            __tracebackhide__ = True
            try:
                return seam.beneath(client, operation_model, request_dict, context)
            except Exception as error:
                self._look_at(error, client, operation_model, request_dict)
                raise

        seam: Seam[MakeRequest] = Seam(BaseClient, "_make_request", make_request)
        seam.open(self._undo)
        self._guard_sending(BotocoreEndpoint)

    def _guard_aiobotocore(self) -> None:
        client_class = sys.modules["aiobotocore.client"].AioBaseClient

        async def make_request(
            client: Client, operation_model: OperationModel, request_dict: Mapping[str, object], context: object
        ) -> object:
            __tracebackhide__ = True
            try:
                return await cast("Awaitable[object]", seam.beneath(client, operation_model, request_dict, context))
            except Exception as error:
                self._look_at(error, client, operation_model, request_dict)
                raise

        seam: Seam[MakeRequest] = Seam(client_class, "_make_request", make_request)
        seam.open(self._undo)
        self._guard_sending(sys.modules["aiobotocore.endpoint"].AioEndpoint)

    def _guard_sending(self, endpoint_class: type) -> None:
        """Guard the method of a class that sends; one that is a coroutine function returns what is awaited later."""

        def send(endpoint: Endpoint, request: HttpRequest) -> object:
            __tracebackhide__ = True
            operation = operation_of(request.headers)
            if operation is not None and self._is_real(request.url):
                raise self._stop(operation, origin(request.url, request.headers).region, request.url)
            return seam.beneath(endpoint, request)

        seam: Seam[Send] = Seam(endpoint_class, "_send", send)
        seam.open(self._undo)

    def _look_at(self, error: Exception, client: Client, operation_model: OperationModel, request: Mapping[str, object]) -> None:
        """Raise the guard's own error if it was for want of credentials alone that a call was not sent."""
        __tracebackhide__ = True
        url = str(request["url"])
        is_sagemaker = client.meta.service_model.service_name == SERVICE
        if is_sagemaker and _is_for_want_of_credentials(error) and self._is_real(url) and not _is_moto_active("MockAWS"):
            raise self._stop(operation_model.name, client.meta.region_name, url) from error

    def _is_real(self, url: str) -> bool:
        return self._is_open and not self._is_mocked() and not _is_loopback(url) and not _is_moto_active("ProxyModeMockAWS")

    def _stop(self, operation: str, region: str | None, url: str) -> RealSageMakerCall:
        parts = urlsplit(url)
        error = RealSageMakerCall(operation, region, f"{parts.scheme}://{parts.netloc}", _caller(self._root))
        self._stopped.append(error)
        return error


def _is_for_want_of_credentials(error: Exception) -> bool:
    exceptions = sys.modules["botocore.exceptions"]
    return isinstance(error, tuple(getattr(exceptions, name) for name in _CREDENTIAL_ERRORS))


def _is_moto_active(kind: str) -> bool:
    """Return whether moto's activation of this kind is active; the one in proxy mode sends requests to a proxy, with their real URLs."""
    mock = getattr(sys.modules.get("moto.core.models"), kind, None)
    return mock is not None and bool(vars(mock).get("_mocks_active"))  # what it inherits is another kind's


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified


def _caller(root: Path) -> str:
    """Return the line that made the call, by the nearest frame that only has it made."""
    frame = sys._getframe()
    while frame.f_globals.get("__name__", "").partition(".")[0] in _ON_THE_WAY:
        if frame.f_back is None:
            return "a thread of its own"
        frame = frame.f_back
    path = Path(frame.f_code.co_filename)
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    return f"{shown}:{frame.f_lineno} in {frame.f_code.co_name}"
