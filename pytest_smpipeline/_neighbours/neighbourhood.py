"""The neighbourhood: all that the rest of AWS does when something changes here, and what it could not do."""

from collections.abc import Callable, Sequence
from functools import partial

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


def settle_in(service: Service) -> Callable[[Undo], None]:
    """Let the neighbours of a service hear of what changes in it, and of its time, from now on.

    Returns what moves in among moto's services when the doors open.
    """
    rules = Rules(service)
    bus = EventBus(service, rules)

    def hear(changes: Sequence[Change], first: int) -> None:
        if is_awake():  # while moto sleeps there is no bucket and no bus
            service.undelivered.extend(write_property_files(changes))
            service.undelivered.extend(bus.deliver(changes, first))

    service.listeners.add(hear)
    service.visitors.append(JobVisitor(service))
    service.timers.add(Schedules(service, rules))
    return partial(move_in, service, rules)
