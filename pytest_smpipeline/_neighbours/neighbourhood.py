"""The neighbourhood: all that the rest of AWS does when something changes here, and what it could not do."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial

from pytest_smpipeline._doors.moto_service import is_awake
from pytest_smpipeline._doors.undo import Undo
from pytest_smpipeline._neighbours.arrival import move_in
from pytest_smpipeline._neighbours.event_bus import EventBus
from pytest_smpipeline._neighbours.job_visits import JobVisitor
from pytest_smpipeline._neighbours.pipeline_schedules import Schedules
from pytest_smpipeline._neighbours.property_files import write_property_files
from pytest_smpipeline._neighbours.rules import Rules
from pytest_smpipeline._state.changes import Change
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline._wire.visitors import Payload
from pytest_smpipeline.values import Instant


def settle_in(service: Service) -> Callable[[Undo], None]:
    """Let the neighbours of a service hear of what changes in it, and of its time, from now on.

    Returns what moves in among moto's services when the doors open.
    """
    neighbours = _Neighbours(service)
    service.listeners.add(neighbours.hear)
    service.visitors.append(neighbours)
    service.timers.add(neighbours)
    return partial(move_in, service, neighbours.rules)


def move_out(service: Service) -> None:
    """Let nobody hear any more of a service that has ended: with no circle between the two, it is gone when nobody holds its records."""
    service.listeners.clear()
    service.visitors.clear()
    service.timers.clear()


class _Neighbours:
    """A service's listener, visitor of moto, and timer in one; asked with the service's lock held.

    What stands behind each is made when it has something to do: few tests wake moto, and to all others an activation has to be cheap.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self.rules = Rules(service)
        if is_awake():
            self._jobs.count_versions()

    def hear(self, changes: Sequence[Change], first: int) -> None:
        if is_awake():  # while moto sleeps there is no bucket and no bus
            undelivered = self._service.undelivered
            undelivered.extend(write_property_files(changes))
            undelivered.extend(self._bus.deliver(changes, first))

    def before(self, operation: str, body: bytes | str) -> Payload | None:
        return self._jobs.before(operation, body)

    def after(self, operation: str) -> None:
        self._jobs.after(operation)

    def forget(self) -> None:
        self._jobs.forget()

    def due_by(self, instant: Instant) -> Instant | None:
        return self._schedules.due_by(instant)

    def is_due_between(self, first: Instant, last: Instant) -> bool:
        # Asked at every call, of which few have anything to do with schedules.
        return ("_schedules" in vars(self) or is_awake()) and self._schedules.is_due_between(first, last)

    def go_off(self, due: Instant) -> None:
        self._schedules.go_off(due)

    @cached_property
    def _bus(self) -> EventBus:
        return EventBus(self._service, self.rules)

    @cached_property
    def _jobs(self) -> JobVisitor:
        return JobVisitor(self._service)

    @cached_property
    def _schedules(self) -> Schedules:
        return Schedules(self._service, self.rules)
