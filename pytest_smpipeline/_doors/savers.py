"""What saves time and does nothing else: opened only where there is time to save.

A test that makes no call need not pay for what makes calls cheap. So only a bell is put in its place, where every call of a client
comes by before anything is worked out: ``BaseClient._resolve_endpoint_ruleset``. It rings once, for the first call of an activation.
"""

import threading
from collections.abc import Callable
from typing import Final, TypeAlias

from pytest_smpipeline._doors.endpoints import Endpoints
from pytest_smpipeline._doors.event_names import EventNames
from pytest_smpipeline._doors.imports import imported
from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.shared_models import SharedModels
from pytest_smpipeline._doors.undo import Undo
from pytest_smpipeline._doors.user_agents import UserAgents

Resolve: TypeAlias = Callable[..., object]

# A new session is dear, and nothing that could ring comes before it.
_OF_SESSIONS: Final = (SharedModels, EventNames)
_OF_CALLS: Final = (UserAgents, Endpoints)

_BELL: Final = "_resolve_endpoint_ruleset"


class Savers:
    """Everything that makes sessions and calls cheap."""

    def __init__(self, undo: Undo, *, share_models: bool) -> None:
        """Patch nothing yet; ``share_models`` says whether sessions may share anything."""
        self._undo = undo
        self._share_models = share_models
        self._lock = threading.Lock()
        self._is_waiting = False
        self._bell: Seam[Resolve] | None = None

    def open(self) -> None:
        """Open what saves time at new sessions, and wait for the first call with the rest."""
        if self._share_models:
            for saver in _OF_SESSIONS:
                saver().open(self._undo)
        self._is_waiting = True
        client = imported("botocore.client", "BaseClient")
        if _BELL not in vars(client):
            self.wake()
            return

        def resolve(*arguments: object, **keywords: object) -> object:
            self.wake()
            return bell.beneath(*arguments, **keywords)

        bell = self._bell = Seam(client, _BELL, resolve)
        bell.open(self._undo)

    def wake(self) -> None:
        """Open what saves time at calls, if nobody has; two threads may make the first call at once."""
        with self._lock:
            if self._is_waiting:
                self._is_waiting = False
                if self._bell is not None:
                    self._bell.restore()
                for saver in _OF_CALLS:
                    saver().open(self._undo)

    def shut(self) -> None:
        """Open nothing more; whoever is opening something in another thread finishes."""
        with self._lock:
            self._is_waiting = False
