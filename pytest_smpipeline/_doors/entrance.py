"""All doors together: what an activation opens and closes."""

from collections.abc import Callable

from pytest_smpipeline._doors import environment, seams
from pytest_smpipeline._doors.aio import Aio
from pytest_smpipeline._doors.backend import Backend
from pytest_smpipeline._doors.environment import Environment
from pytest_smpipeline._doors.express import Express
from pytest_smpipeline._doors.full_road import FullRoad
from pytest_smpipeline._doors.lending import Lending
from pytest_smpipeline._doors.moto_service import MotoService
from pytest_smpipeline._doors.requests_gate import RequestsGate
from pytest_smpipeline._doors.savers import Savers
from pytest_smpipeline._doors.sleep import Sleep
from pytest_smpipeline._doors.undo import Undo


class Doors:
    """Everything that is patched while a mock is active: opened once for the outermost activation, process-wide."""

    def __init__(self, backend: Backend, move_in: Callable[[Undo], None] | None = None, *, share_models: bool = True) -> None:
        """Build the doors; all of them are shut.

        ``move_in`` is called when they have been opened, to patch what lies beyond. With ``share_models`` sessions share the
        service models they parse, and the names of events that they translate.
        """
        self._move_in = move_in
        self._undo = Undo()
        self._lending = Lending()
        self._gate = RequestsGate()
        self._environment = Environment(backend)
        self._moto = MotoService(backend, self._gate, self._undo)
        self._full_road = FullRoad(backend, self._moto)
        self._express = Express(backend, self._lending, self._moto)
        self._savers = Savers(self._undo, share_models=share_models)
        self._aio = Aio(self._express, self._full_road, self._lending, self._moto, self._savers)
        self._sleep = Sleep(backend)

    def open(self) -> None:
        """Open all doors, or none: if one cannot be opened, everything is put back and its error is raised."""
        try:
            self._environment.open(self._undo)
            self._lending.open(self._undo)
            self._gate.open(self._undo)
            self._moto.open()
            self._full_road.open(self._undo)
            self._express.open(self._undo)
            self._savers.open()
            self._aio.open(self._undo)
            self._sleep.open(self._undo)
            if self._move_in is not None:
                self._move_in(self._undo)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Put back everything, in reverse order; then raise the first error, if there was one."""
        try:
            # First nobody patches anything more, and calls pass through.
            self._savers.shut()
            self._aio.shut()
            self._express.shut()
            self._full_road.shut()
            self._moto.shut()
        finally:
            self._undo.run()

    def refresh(self) -> None:
        """Follow the options of a nested activation: its region in the environment, its account as moto's default, its sleep."""
        self._environment.refresh()
        self._moto.refresh()
        self._sleep.refresh()

    def wake_moto(self) -> None:
        """Start moto now instead of at the first call that needs it, unless it is active already."""
        self._moto.wake()


def settle() -> None:
    """Put back what could not be when the doors closed, because somebody else's patch lay over ours or was undone later.

    To be called once a test and all its fixtures are over.
    """
    seams.settle()
    environment.settle()
