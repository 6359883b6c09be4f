"""Moving in among moto's services: whatever of them has to know pipelines is told so, as soon as moto has been imported."""

from typing import Final

from pytest_smpipeline._doors.imports import Actions, when_imported
from pytest_smpipeline._doors.moto_events import RULES, SCHEDULES, RuleKeeper, open_rules, open_schedules
from pytest_smpipeline._doors.undo import Undo
from pytest_smpipeline._neighbours.resets import RESETS, open_resets
from pytest_smpipeline._neighbours.stacks import STACKS, open_stacks
from pytest_smpipeline._neighbours.state_machines import STATE_MACHINES, open_state_machines
from pytest_smpipeline._neighbours.tagged_resources import TAGS, open_tags
from pytest_smpipeline._wire.dispatch import Service

# Each is called with a service, a keeper of rules, and where to enter the way back.
_OPENED: Final[Actions] = {
    RULES: lambda _, keeper, undo: open_rules(keeper, undo),
    SCHEDULES: lambda _, keeper, undo: open_schedules(keeper, undo),
    STACKS: lambda service, _, undo: open_stacks(service, undo),
    TAGS: lambda service, _, undo: open_tags(service, undo),
    STATE_MACHINES: lambda _, __, undo: open_state_machines(undo),
    RESETS: lambda service, _, undo: open_resets(service, undo),
}


def move_in(service: Service, keeper: RuleKeeper, undo: Undo) -> None:
    """Let moto's services know the pipelines of a service, and the keeper of rules, until ``undo`` runs; nothing is imported for it."""
    when_imported(_OPENED, undo, service, keeper, undo)
