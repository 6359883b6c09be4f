"""Moving in among moto's services: whatever of them has to know pipelines is told so, as soon as moto has been imported."""

from pytest_smpipeline._doors.imports import when_imported
from pytest_smpipeline._doors.moto_events import MotoEvents, RuleKeeper
from pytest_smpipeline._doors.undo import Undo
from pytest_smpipeline._neighbours.resets import reset_patches
from pytest_smpipeline._neighbours.stacks import stack_patches
from pytest_smpipeline._neighbours.state_machines import state_machine_patches
from pytest_smpipeline._neighbours.tagged_resources import tagging_patches
from pytest_smpipeline._wire.dispatch import Service


def move_in(service: Service, keeper: RuleKeeper, undo: Undo) -> None:
    """Let moto's services know the pipelines of a service, and the keeper of rules, until ``undo`` runs; nothing is imported for it."""
    patches = {
        **MotoEvents(keeper).patches(undo),
        **stack_patches(service, undo),
        **tagging_patches(service, undo),
        **state_machine_patches(undo),
        **reset_patches(service, undo),
    }
    when_imported(patches, undo)
