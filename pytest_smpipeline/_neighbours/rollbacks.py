"""What becomes of a stack when a pipeline of it is refused: rollbacks, failed deletions, and the events that tell of them.

Source of the statuses and of the order of things: CloudFormation's user guide, "Stack failure options" and "Update behaviors".
"""

from collections.abc import Callable, Iterable, Iterator

from pytest_smpipeline._neighbours.pipeline_handlers import TYPE, HandlerError
from pytest_smpipeline._neighbours.stack_parts import Export, ResourceMap, Stack
from pytest_smpipeline._neighbours.stack_resources import PipelineResource, deleting_later


def failed_in(resource_map: ResourceMap) -> list[PipelineResource]:
    """Return the pipelines of a stack for which the template could not be followed."""
    resources = resource_map._parsed_resources.values()
    return [resource for resource in resources if isinstance(resource, PipelineResource) and resource.failure is not None]


def roll_back_creation(stack: Stack, exports: dict[str, Export]) -> None:
    """Delete what the stack has made; it stays without resources, to be looked at and deleted."""
    failed = failed_in(stack.resource_map)
    _tell(stack, failed)
    stack._add_stack_event("ROLLBACK_IN_PROGRESS", " ".join([*_summaries(failed), "Rollback requested by user."]))
    stack.resource_map.delete()
    # moto makes anew whatever the template has and the stack has not, as soon as somebody looks.
    stack.resource_map._resource_json_map = {}
    stack.output_map._output_json_map = {}
    for name in [name for name, export in exports.items() if export.exporting_stack_id == stack.stack_id]:
        del exports[name]
    stack.status = "ROLLBACK_COMPLETE"
    stack._add_stack_event(stack.status)


def roll_back_update(stack: Stack, later: Iterable[PipelineResource], apply: Callable[[], None]) -> None:
    """Undo an update: ``later`` is what it would have deleted, ``apply`` updates the resources to the template before."""
    resources = stack.resource_map._parsed_resources
    failed = failed_in(stack.resource_map)
    _tell(stack, failed)
    stack._add_stack_event("UPDATE_ROLLBACK_IN_PROGRESS", " ".join(_summaries(failed)))
    for resource in later:
        successor = resources[resource.logical_resource_id]
        if isinstance(successor, PipelineResource) and successor is not resource:
            successor.remove()
            resources[resource.logical_resource_id] = resource
    with deleting_later() as made_by_the_update:
        apply()
    clean_up(stack, made_by_the_update)
    again = failed_in(stack.resource_map)
    _tell(stack, again)
    stack.status = "UPDATE_ROLLBACK_FAILED" if again else "UPDATE_ROLLBACK_COMPLETE"
    stack._add_stack_event(stack.status)


def clean_up(stack: Stack, later: Iterable[PipelineResource]) -> None:
    """Delete what an update has taken away; what can't be deleted is left behind, and the update is complete all the same."""
    resources = stack.resource_map._parsed_resources
    for resource in later:
        if resources.get(resource.logical_resource_id) is resource:  # removed; otherwise its successor is there
            del resources[resource.logical_resource_id]
            if resource.is_retained("DeletionPolicy"):
                continue
        try:
            resource.remove()
        except HandlerError:
            _tell(stack, [resource])
            stack._add_stack_event(stack.status, "Update successful. One or more resources could not be deleted.")


def keep_what_is_left(stack: Stack) -> None:
    """Leave a stack that can't be deleted with what is still there, and nothing that moto would make anew when it is looked at."""
    left = stack.resource_map._parsed_resources
    templates = stack.resource_map._resource_json_map
    stack.resource_map._resource_json_map = {name: template for name, template in templates.items() if name in left}
    stack.output_map._output_json_map = {}
    failed = failed_in(stack.resource_map)
    _tell(stack, failed)
    stack.status = "DELETE_FAILED"
    stack._add_stack_event(stack.status, " ".join(_summaries(failed)))


def _summaries(failed: Iterable[PipelineResource]) -> Iterator[str]:
    """Yield what the stack itself says of resources that failed, for each thing that they failed to do."""
    for status, verb in (("CREATE_FAILED", "create"), ("UPDATE_FAILED", "update"), ("DELETE_FAILED", "delete")):
        names = [resource.logical_resource_id for resource in failed if resource.failure is not None and resource.failure[0] == status]
        if names:
            yield f"The following resource(s) failed to {verb}: [{', '.join(names)}]."


def _tell(stack: Stack, failed: Iterable[PipelineResource]) -> None:
    """Add the events of resources that failed; moto has only those of the stack itself."""
    for resource in failed:
        stack._add_stack_event(*(resource.failure or ()))
        event = stack.events[-1]
        event.logical_resource_id = resource.logical_resource_id
        event.physical_resource_id = resource.physical_resource_id
        event.resource_type = TYPE
