"""moto, asleep until somebody calls another service or another operation of SageMaker.

Waking it costs an import and an activation, so tests of pipelines alone never pay. While a ``mock_aws`` of the
user's is active it is not woken at all: everything is the user's. Otherwise the first call that would leave the process starts
moto as ``mock_aws`` would, but quietly: the environment and boto3's default session stay as they are.
"""

import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, cast
from unittest.mock import patch
from urllib.parse import urlsplit

from pytest_smpipeline._doors import moto_door
from pytest_smpipeline._doors.accounts import operation_of
from pytest_smpipeline._doors.backend import Backend
from pytest_smpipeline._doors.borrowed import HttpRequest, HttpResponse, MotoMock
from pytest_smpipeline._doors.imports import imported
from pytest_smpipeline._doors.requests_gate import RequestsGate
from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo

_MOTO: Final = "moto.core.models"
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_passes_by: Final = ContextVar("moto's own hook passes requests by", default=False)


class MotoService:
    """moto as the neighbour behind our doors, and the patches in it that let us live side by side."""

    def __init__(self, backend: Backend, gate: RequestsGate, undo: Undo) -> None:
        """Do nothing yet."""
        self._backend = backend
        self._gate = gate
        self._undo = undo
        self._account = Undo()
        self._lock = threading.RLock()
        self._is_open = False
        self._is_guest = False
        self._has_door = False
        self._is_noticed = False

    def open(self) -> None:
        """Install the moto door if moto is imported already: requests come there from servers too."""
        self._is_open = True
        self._is_guest = is_awake()
        if _MOTO in sys.modules:
            self._open_door()

    def notice(self) -> None:
        """Install what belongs into moto once it has been imported, by whomever; to be called before a call goes on its way."""
        if self._is_noticed or _MOTO not in sys.modules:
            return
        with self._lock:
            if self._is_open and not self._is_noticed:
                self._open_stubber()
                if not self._has_door:
                    self._open_door()
                self._is_noticed = True  # no earlier: other threads do not wait where nothing is left to do

    def refresh(self) -> None:
        """Make the account of the options moto's default account too, unless the user's ``mock_aws`` was here first."""
        with self._lock:
            self._account.run()
            if self._has_door:
                self._open_account()

    def wake(self) -> None:
        """Start moto unless it is active, ours or the user's."""
        with self._lock:
            if not self._is_open:
                return
            from moto.core.models import MockAWS

            self.notice()
            if not is_awake():
                config = self._backend.options.moto_config
                mock = cast("MotoMock", MockAWS(None if config is None else dict(config)))  # type: ignore[arg-type] # moto judges it
                _silence(mock)
                self._gate.start(mock, self._undo)
                self._undo.add(lambda: self._stop(mock))

    def respond(self, request: HttpRequest) -> HttpResponse | None:
        """Return moto's answer to a request that nobody has answered, or None when moto does not know it.

        A server on this machine is reached without waking moto: starting would empty one that runs in this process.
        """
        if urlsplit(request.url).hostname not in _LOOPBACK:
            self.wake()
        if not is_awake():
            return None
        with passing_by(pass_by=False):
            response = sys.modules[_MOTO].botocore_stubber(event_name="before-send", request=request)
        return cast("HttpResponse | None", response)

    def _stop(self, mock: MotoMock) -> None:
        with self._lock:
            if is_awake():  # otherwise somebody has stopped it once too often
                self._gate.stop(mock)

    def shut(self) -> None:
        """Patch nothing more; whoever is waking moto in another thread finishes."""
        with self._lock:
            self._is_open = self._is_noticed = self._has_door = False
            moto_door.shut()

    def _open_door(self) -> None:
        self._has_door = True
        moto_door.open_door(self._backend, self._undo)
        self._open_account()

    def _open_stubber(self) -> None:
        """Keep moto's own hook in botocore off our operations.

        It would answer some endpoints of SageMaker with "Not yet implemented", though the full road ends with us. Requests that
        pass by are those whose answer has to be made over.
        """

        def call(stubber: object, event_name: str, request: HttpRequest, **keywords: object) -> object:
            operation = operation_of(request.headers) if self._is_open else None
            if _passes_by.get() or (operation is not None and self._backend.handles(operation, request.body)):
                return None
            return seam.beneath(stubber, event_name, request, **keywords)

        seam: Seam[Callable[..., object]] = Seam(imported("moto.core.botocore_stubber", "BotocoreStubber"), "__call__", call)
        seam.open(self._undo)

    def _open_account(self) -> None:
        account_id = self._backend.options.account_id
        if not self._is_guest and account_id != imported(_MOTO, "DEFAULT_ACCOUNT_ID"):
            import moto.iam.models

            Seam(moto.iam.models, "DEFAULT_ACCOUNT_ID", account_id).open(self._account)
            self._undo.add(self._account.run)


@contextmanager
def passing_by(*, pass_by: bool = True) -> Generator[None]:
    """Let moto's own hook pass by the requests that this task or thread sends meanwhile: they meet moto where they would leave."""
    token = _passes_by.set(pass_by)
    try:
        yield
    finally:
        _passes_by.reset(token)


def is_own(mock: object) -> bool:
    """Return whether an activation of moto is one that woke it here, and not a user's."""
    return "_unmock_env_variables" in vars(mock)


def is_awake() -> bool:
    """Return whether moto answers in this process, started here or by the user."""
    # Another thread may be importing moto right now: then the module is there and the stubber is not.
    stubber = getattr(sys.modules.get(_MOTO), "botocore_stubber", None)
    return stubber is not None and bool(stubber.enabled)


def _silence(mock: MotoMock) -> None:
    """Keep an activation of moto off boto3's default session and the environment, which we have lent already.

    Newer versions of moto offer this as settings, but those would hold for the user's own ``mock_aws`` as well.
    """
    mock._default_session_mock = patch.dict({})
    mock._mock_env_variables = mock._unmock_env_variables = lambda: None
