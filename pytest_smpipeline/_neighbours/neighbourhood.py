"""The neighbourhood: all that the rest of AWS does when something changes here, and what it could not do."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

from pytest_smpipeline._neighbours.job_visits import JobVisitor
from pytest_smpipeline._neighbours.property_files import write_property_files
from pytest_smpipeline._state.changes import Change
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline._wire.undelivered import Undelivered

Neighbour: TypeAlias = Callable[[Sequence[Change]], Iterable[Undelivered]]
"""Does its part after these changes, and returns what it could not do; raises nothing: a run does not break for it."""

_NEIGHBOURS: Final[tuple[Neighbour, ...]] = (write_property_files,)


def settle_in(service: Service) -> None:
    """Let the neighbours of a service hear of what changes in it, from now on."""

    def hear(changes: Sequence[Change]) -> None:
        for neighbour in _NEIGHBOURS:
            service.undelivered.extend(neighbour(changes))

    service.listeners.add(hear)
    service.visitors.append(JobVisitor(service))
