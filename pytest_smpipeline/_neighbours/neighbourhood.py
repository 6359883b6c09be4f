"""The neighbourhood: all that the rest of AWS does when something changes here, and what it could not do."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final, TypeAlias

from pytest_smpipeline._doors.undo import Undo
from pytest_smpipeline._neighbours.arrival import move_in
from pytest_smpipeline._neighbours.event_bus import EventBus
from pytest_smpipeline._neighbours.job_visits import JobVisitor
from pytest_smpipeline._neighbours.pipeline_schedules import Schedules
from pytest_smpipeline._neighbours.property_files import write_property_files
from pytest_smpipeline._neighbours.rules import Rules
from pytest_smpipeline._state.changes import Change
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline._wire.undelivered import Undelivered

Neighbour: TypeAlias = Callable[[Sequence[Change]], Iterable[Undelivered]]
"""Does its part after these changes, and returns what it could not do; raises nothing: a run does not break for it."""

_NEIGHBOURS: Final[tuple[Neighbour, ...]] = (write_property_files,)


def settle_in(service: Service) -> Callable[[Undo], None]:
    """Let the neighbours of a service hear of what changes in it, and of its time, from now on.

    Returns what moves in among moto's services when the doors open.
    """
    rules = Rules(service)
    neighbours = (*_NEIGHBOURS, EventBus(service, rules).deliver)

    def hear(changes: Sequence[Change]) -> None:
        for neighbour in neighbours:
            service.undelivered.extend(neighbour(changes))

    service.listeners.add(hear)
    service.visitors.append(JobVisitor(service))
    service.timers.add(Schedules(service, rules))
    return partial(move_in, service, rules)
