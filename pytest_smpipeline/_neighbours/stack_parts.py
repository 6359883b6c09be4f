"""The parts of moto's CloudFormation that pipelines in stacks stand on, as types: none of them is a promise of moto's."""

from collections.abc import Callable
from typing import Protocol, TypeAlias


class ResourceMap(Protocol):
    """``ResourceMap``: the resources of a stack, made when first looked up by a name that the template has."""

    _parsed_resources: dict[str, object]
    _resource_json_map: dict[str, object]

    def delete(self) -> None:
        """Delete all resources but those that are retained."""
        ...


class OutputMap(Protocol):
    """``OutputMap``: the outputs of a stack."""

    _output_json_map: dict[str, object] | None


class Event(Protocol):
    """``Event``, called ``FakeEvent`` in older versions."""

    logical_resource_id: str
    physical_resource_id: str
    resource_type: str


class Stack(Protocol):
    """``Stack``, called ``FakeStack`` in older versions."""

    stack_id: str
    name: str
    status: str
    account_id: str
    region_name: str
    template: object
    template_dict: dict[str, object]
    parameters: dict[str, object]
    events: list[Event]
    resource_map: ResourceMap
    output_map: OutputMap

    def _add_stack_event(self, resource_status: str, resource_status_reason: str | None = None) -> None: ...


class Export(Protocol):
    """``Export``: an output that other stacks may import."""

    exporting_stack_id: str


class ChangeSet(Protocol):
    """``ChangeSet``, called ``FakeChangeSet`` in older versions."""

    stack: Stack
    change_set_name: str
    change_set_type: str
    execution_status: str | None


class Backend(Protocol):
    """``CloudFormationBackend``: one account in one region."""

    stacks: dict[str, Stack]
    exports: dict[str, Export]
    change_sets: dict[str, ChangeSet]


Update: TypeAlias = Callable[[ResourceMap, dict[str, object], dict[str, object] | None], None]
"""``ResourceMap.update``: a template and the stack's parameters."""
