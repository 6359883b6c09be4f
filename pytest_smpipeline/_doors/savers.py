"""What saves time and does nothing else: opened only where there is time to save.

A test that makes no call need not pay for what makes calls cheap. So only a bell is put in its place, where every call of a client
comes by before anything is worked out: ``BaseClient._resolve_endpoint_ruleset``. It rings once, for the first call of an activation.
What new sessions need is there from the start, but for the lists of services: a session has loaded a file by the time it asks for one.
"""

import threading
from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

from pytest_smpipeline._doors.endpoints import Endpoints
from pytest_smpipeline._doors.event_names import EventNames
from pytest_smpipeline._doors.imports import imported
from pytest_smpipeline._doors.request_bodies import RequestBodies
from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.shared_models import ServiceLists, SharedModels
from pytest_smpipeline._doors.undo import Undo
from pytest_smpipeline._doors.user_agents import UserAgents

Resolve: TypeAlias = Callable[..., object]


class Saver(Protocol):
    """A patch that nobody would miss."""

    def open(self, undo: Undo) -> None:
        """Put it in place until ``undo`` runs."""
        ...


OF_CALLS: Final[tuple[Callable[[], Saver], ...]] = (UserAgents, Endpoints, RequestBodies)
OF_LISTS: Final[tuple[Callable[[], Saver], ...]] = (ServiceLists,)

_BELL: Final = "_resolve_endpoint_ruleset"
_lock: Final = threading.RLock()


class Savers:
    """Everything that makes sessions and calls cheap."""

    def __init__(self, undo: Undo, *, share_models: bool) -> None:
        """Patch nothing yet; ``share_models`` says whether sessions may share anything."""
        self._undo = undo
        self._share_models = share_models
        self._calls = self._lists = _Waiting((), undo)

    def open(self) -> None:
        """Open what new sessions need at once, and wait with the rest."""
        if self._share_models:
            self._lists = _Waiting(OF_LISTS, self._undo)
            SharedModels(self._lists.wake).open(self._undo)
            EventNames().open(self._undo)
        self._calls = _Waiting(OF_CALLS, self._undo)
        client = imported("botocore.client", "BaseClient")
        if _BELL in vars(client):
            self._hang_bell(client)
        else:
            self.wake()

    def wake(self) -> None:
        """Open what saves time at calls, if nobody has."""
        self._calls.wake()

    def shut(self) -> None:
        """Open nothing more; whoever is opening something in another thread finishes."""
        self._lists.forget()
        self._calls.forget()

    def _hang_bell(self, client: object) -> None:
        def resolve(*arguments: object, **keywords: object) -> object:
            __tracebackhide__ = True
            self.wake()
            bell.restore()
            return bell.beneath(*arguments, **keywords)

        bell: Seam[Resolve] = Seam(client, _BELL, resolve)
        bell.open(self._undo)


class _Waiting:
    """Savers that are opened when somebody asks for it, once, also when two threads do so at the same time."""

    __slots__ = ("_savers", "_undo")

    def __init__(self, savers: tuple[Callable[[], Saver], ...], undo: Undo) -> None:
        self._savers = savers
        self._undo = undo

    def wake(self) -> None:
        with _lock:
            savers, self._savers = self._savers, ()
            for saver in savers:
                saver().open(self._undo)

    def forget(self) -> None:
        with _lock:
            self._savers = ()
