"""Moving in among moto's services: whatever of them has to know pipelines is told so, as soon as moto has been imported."""

from pytest_smpipeline._doors.moto_events import MotoEvents, RuleKeeper
from pytest_smpipeline._doors.undo import Undo
from pytest_smpipeline._neighbours.resets import open_resets
from pytest_smpipeline._neighbours.stacks import open_stacks
from pytest_smpipeline._neighbours.state_machines import open_state_machines
from pytest_smpipeline._neighbours.tagged_resources import open_tagging
from pytest_smpipeline._wire.dispatch import Service


def move_in(service: Service, keeper: RuleKeeper, undo: Undo) -> None:
    """Let moto's services know the pipelines of a service, and the keeper of rules, until ``undo`` runs; nothing is imported for it."""
    MotoEvents(keeper).open(undo)
    open_stacks(service, undo)
    open_tagging(service, undo)
    open_state_machines(undo)
    open_resets(service, undo)
