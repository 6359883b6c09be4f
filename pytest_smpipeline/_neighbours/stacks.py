"""moto's CloudFormation with pipelines in it: where it finds their resource, and where a refusal becomes a rollback.

moto itself rolls nothing back: an error of one resource is raised in the face of whoever created the stack, where CloudFormation
answers the call and then tells in the stack's status and events. For pipelines this is made up for here.

An update deletes what the new template no longer has before all else in moto, and last in CloudFormation; so pipelines wait for the end.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any, Final, TypeAlias

from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo
from pytest_smpipeline._neighbours.pipeline_handlers import TYPE, HandlerError
from pytest_smpipeline._neighbours.rollbacks import (
    clean_up,
    failed_in,
    keep_what_is_left,
    roll_back_creation,
    roll_back_update,
)
from pytest_smpipeline._neighbours.stack_parts import Backend, ResourceMap, Stack, Update
from pytest_smpipeline._neighbours.stack_resources import PipelineResource, deleting_later
from pytest_smpipeline._wire.dispatch import Service

OnStack: TypeAlias = Callable[..., None]

STACKS: Final = "moto.cloudformation.models"
_NO_UPDATE: Final = frozenset({"ROLLBACK_COMPLETE", "DELETE_FAILED", "UPDATE_ROLLBACK_FAILED"})


class _Refused(Exception):  # noqa: N818 # it tells what happened
    """An update has refused resources; raised so that moto does not call it complete."""


def open_stacks(service: Service, undo: Undo) -> None:
    """Let moto's CloudFormation know the pipelines of this service until ``undo`` runs."""

    def forget() -> None:
        PipelineResource.service = None

    undo.add(forget)
    PipelineResource.service = service
    _Stacks().open(undo)


class _Stacks:
    """The patches of moto's CloudFormation."""

    def open(self, undo: Undo) -> None:
        """Patch the functions and classes that the installed version has."""
        from moto.cloudformation import models, parsing

        stack = _class_of(models, "Stack", "FakeStack")  # its names in newer and older versions
        self._models: Any = models
        self._find: Seam[Callable[[str], type]] = Seam(parsing, "resource_class_from_type", self._on_find())
        self._map_update: Seam[Update] = Seam(parsing.ResourceMap, "update", self._on_map_update())
        self._create: Seam[OnStack] = Seam(stack, "create_resources", self._on_create())
        self._update: Seam[OnStack] = Seam(stack, "update", self._on_update())
        self._execute: Seam[OnStack] = Seam(models.CloudFormationBackend, "execute_change_set", self._on_execute())
        self._delete: Seam[OnStack] = Seam(models.CloudFormationBackend, "delete_stack", self._on_delete())
        self._find.open(undo)
        self._map_update.open(undo)
        for seam in (self._create, self._update, self._execute, self._delete):
            seam.open(undo)

    def _on_find(self) -> Callable[[str], type]:
        def resource_class_from_type(resource_type: str) -> type:
            is_ours = resource_type == TYPE and PipelineResource.service is not None
            return PipelineResource if is_ours else self._find.beneath(resource_type)

        return resource_class_from_type

    def _on_map_update(self) -> Update:
        def update(resource_map: ResourceMap, template: dict[str, object], parameters: dict[str, object] | None = None) -> None:
            self._update_map(resource_map, template, parameters)
            if failed_in(resource_map):
                raise _Refused

        return update

    def _on_create(self) -> OnStack:
        def create_resources(stack: Stack) -> None:
            self._create.beneath(stack)
            if failed_in(stack.resource_map):
                self._roll_back_creation(stack)

        return create_resources

    def _on_update(self) -> OnStack:
        def update(stack: Stack, *args: object, **keywords: object) -> None:
            if stack.status in _NO_UPDATE:
                message = f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated."
                raise self._models.ValidationError(message=message)
            self._apply(stack, lambda: self._update.beneath(stack, *args, **keywords))

        return update

    def _on_execute(self) -> OnStack:
        def execute_change_set(backend: Backend, change_set_name: str, stack_name: str | None = None) -> None:
            def execute() -> None:
                self._execute.beneath(backend, change_set_name, stack_name)

            named = [each for key, each in backend.change_sets.items() if change_set_name in {key, each.change_set_name}]
            if not named:
                execute()
            elif not self._apply(named[-1].stack, execute, is_new=named[-1].change_set_type == "CREATE"):
                named[-1].execution_status = "EXECUTE_FAILED"

        return execute_change_set

    def _on_delete(self) -> OnStack:
        def delete_stack(backend: Backend, name_or_stack_id: str) -> None:
            stacks = dict(backend.stacks)
            try:
                self._delete.beneath(backend, name_or_stack_id)
            except HandlerError:  # moto has taken the stack out already
                backend.stacks.clear()
                backend.stacks.update(stacks)
                keep_what_is_left(stacks[name_or_stack_id])

        return delete_stack

    def _apply(self, stack: Stack, apply: Callable[[], None], *, is_new: bool = False) -> bool:
        """Carry out an update and return whether it went well; one that was refused is rolled back."""
        template, content = stack.template, stack.template_dict
        with deleting_later() as later:
            try:
                apply()
            except _Refused:
                refused = True
            else:
                refused = False
        if refused and is_new:
            self._roll_back_creation(stack)
        elif refused:
            stack.template, stack.template_dict = template, content
            roll_back_update(stack, later, lambda: self._update_map(stack.resource_map, content, stack.parameters))
        else:
            clean_up(stack, later)
        return not refused

    def _update_map(self, resource_map: ResourceMap, template: dict[str, object], parameters: dict[str, object] | None) -> None:
        self._map_update.beneath(resource_map, template, parameters)
        resources = resource_map._parsed_resources
        for logical_id, resource in list(resources.items()):
            if isinstance(resource, PipelineResource) and resource.is_absent:
                del resources[logical_id]  # so that its condition is read again

    def _roll_back_creation(self, stack: Stack) -> None:
        roll_back_creation(stack, self._models.cloudformation_backends[stack.account_id][stack.region_name].exports)


def _class_of(models: ModuleType, *names: str) -> type:
    found: type = next(vars(models)[name] for name in names if name in vars(models))
    return found
