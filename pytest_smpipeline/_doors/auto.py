"""A bare ``moto.mock_aws`` as a way in: the emulation begins and ends with it.

moto counts its activations, and so does this: the first that begins opens the emulation, the last that ends closes it, in
whatever order they come. Where moto keeps its data between two activations, as it does between ``setUp`` and the test method of
a decorated class, the emulation goes on in between and is ended by ``settle`` at the end of the test.
"""

import threading
from collections.abc import Callable
from typing import Protocol, TypeAlias

from pytest_smpipeline._doors.imports import when_imported
from pytest_smpipeline._doors.moto_service import is_own
from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo


class Emulation(Protocol):
    """What an activation begins."""

    def stop(self) -> None:
        """End it."""
        ...


class _Start(Protocol):
    """``MockAWS.start``."""

    def __call__(self, mock: object, reset: bool = True) -> None: ...  # noqa: FBT001, FBT002 # as moto has it


class _Stop(Protocol):
    """``MockAWS.stop``."""

    def __call__(self, mock: object, remove_data: bool = True) -> None: ...  # noqa: FBT001, FBT002 # as moto has it


Begin: TypeAlias = Callable[[], Emulation | None]
"""Begins an emulation and returns it; None when there is one already, which is left to whoever began it."""


class Auto:
    """Lets moto's activations begin and end an emulation."""

    def __init__(self, begin: Begin) -> None:
        """Patch nothing yet."""
        self._begin = begin
        self._undo = Undo()
        self._lock = threading.RLock()
        self._active = 0
        self._emulation: Emulation | None = None
        self._is_open = False

    def open(self) -> None:
        """Follow moto as soon as somebody has imported it."""
        self._is_open = True
        self._undo.add(self._shut)
        when_imported({"moto.core.models": self._follow_moto}, self._undo)

    def close(self) -> None:
        """Put back everything and end what is still active; where somebody still holds a patch after that, calls pass through it."""
        self._undo.run()

    def settle(self) -> None:
        """End an emulation that waits for a next activation of moto; to be called when a test is over."""
        with self._lock:
            if not self._active:
                self._end()

    def _shut(self) -> None:
        self._is_open = False
        self._active = 0
        self._end()

    def _follow_moto(self) -> None:
        from moto.core.models import MockAWS

        def start(mock: object, reset: bool = True) -> None:  # noqa: FBT001, FBT002 # as moto has it
            start_seam.beneath(mock, reset=reset)
            if self._is_open and not is_own(mock):
                try:
                    self._enter(fresh=reset)
                except BaseException:
                    stop_seam.beneath(mock)
                    raise

        def stop(mock: object, remove_data: bool = True) -> None:  # noqa: FBT001, FBT002 # as moto has it
            try:
                if self._is_open and not is_own(mock):
                    self._leave(for_good=remove_data)
            finally:
                stop_seam.beneath(mock, remove_data=remove_data)

        start_seam: Seam[_Start] = Seam(MockAWS, "start", start)
        stop_seam: Seam[_Stop] = Seam(MockAWS, "stop", stop)
        start_seam.open(self._undo)
        stop_seam.open(self._undo)

    def _enter(self, *, fresh: bool) -> None:
        with self._lock:
            if not self._active:
                if fresh:
                    self._end()
                self._emulation = self._emulation or self._begin()
            self._active += 1

    def _leave(self, *, for_good: bool) -> None:
        with self._lock:
            if self._active:  # otherwise it is stopped once too often, or began before the session
                self._active -= 1
                if not self._active and for_good:
                    self._end()

    def _end(self) -> None:
        ended, self._emulation = self._emulation, None
        if ended is not None:
            ended.stop()
