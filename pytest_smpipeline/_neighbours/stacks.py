"""moto's CloudFormation with pipelines in it: where it finds their resource, and what becomes of a stack when one is refused.

moto itself rolls nothing back: an error of one resource is raised in the face of whoever created the stack, where CloudFormation
answers the call and then tells in the stack's status and events. For pipelines this is made up for here.

An update deletes what the new template no longer has before all else in moto, and last in CloudFormation; so pipelines wait for the end.
"""

from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any, Final, Protocol, TypeAlias

from pytest_smpipeline._doors.imports import when_imported
from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo
from pytest_smpipeline._neighbours.pipeline_handlers import TYPE, HandlerError
from pytest_smpipeline._neighbours.stack_resources import PipelineResource, deleting_later
from pytest_smpipeline._wire.dispatch import Service

_MODULE: Final = "moto.cloudformation.models"
_NO_UPDATE: Final = frozenset({"ROLLBACK_COMPLETE", "DELETE_FAILED", "UPDATE_ROLLBACK_FAILED"})


class _ResourceMap(Protocol):
    """``ResourceMap``: the resources of a stack, made when first looked up by a name that the template has."""

    _parsed_resources: dict[str, object]
    _resource_json_map: dict[str, object]

    def delete(self) -> None: ...


class _OutputMap(Protocol):
    """``OutputMap``: the outputs of a stack."""

    _output_json_map: dict[str, object] | None


class _Event(Protocol):
    """``Event``, called ``FakeEvent`` in older versions."""

    logical_resource_id: str
    physical_resource_id: str
    resource_type: str


class _Stack(Protocol):
    """``Stack``, called ``FakeStack`` in older versions."""

    stack_id: str
    name: str
    status: str
    account_id: str
    region_name: str
    template: object
    template_dict: dict[str, object]
    parameters: dict[str, object]
    events: list[_Event]
    resource_map: _ResourceMap
    output_map: _OutputMap

    def _add_stack_event(self, resource_status: str, resource_status_reason: str | None = None) -> None: ...


class _Backend(Protocol):
    """``CloudFormationBackend``."""

    stacks: dict[str, _Stack]
    exports: dict[str, Any]
    change_sets: dict[str, Any]


OnStack: TypeAlias = Callable[..., None]
Update: TypeAlias = Callable[[_ResourceMap, dict[str, object], dict[str, object] | None], None]


class _Refused(Exception):  # noqa: N818 # it tells what happened
    """An update has refused resources; raised so that moto does not call it complete."""

    def __init__(self, resource_map: _ResourceMap) -> None:
        super().__init__()
        self.resource_map = resource_map


def open_stacks(service: Service, undo: Undo) -> None:
    """Let moto's CloudFormation know pipelines from the moment it is imported until ``undo`` runs."""

    def forget() -> None:
        PipelineResource.service = None

    undo.add(forget)
    PipelineResource.service = service
    when_imported(_MODULE, lambda: _Stacks().open(undo), undo)


class _Stacks:
    """The patches of moto's CloudFormation."""

    def open(self, undo: Undo) -> None:
        """Patch the functions and classes that the installed version has."""
        from moto.cloudformation import models, parsing

        stack = _class_of(models, "Stack", "FakeStack")
        self._models = models
        self._resource_class: Seam[Callable[[str], type]] = Seam(parsing, "resource_class_from_type", self._class_from_type)
        self._map_update: Seam[Update] = Seam(parsing.ResourceMap, "update", self._on_map_update())
        self._create: Seam[OnStack] = Seam(stack, "create_resources", self._on_create())
        self._update: Seam[OnStack] = Seam(stack, "update", self._on_update())
        self._execute: Seam[OnStack] = Seam(models.CloudFormationBackend, "execute_change_set", self._on_execute())
        self._delete: Seam[OnStack] = Seam(models.CloudFormationBackend, "delete_stack", self._on_delete())
        for seam in (self._resource_class, self._map_update, self._create, self._update, self._execute, self._delete):
            seam.open(undo)

    def _class_from_type(self, resource_type: str) -> type:
        is_ours = resource_type == TYPE and PipelineResource.service is not None
        return PipelineResource if is_ours else self._resource_class.beneath(resource_type)

    def _on_map_update(self) -> Update:
        def update(resource_map: _ResourceMap, template: dict[str, object], parameters: dict[str, object] | None = None) -> None:
            self._map_update.beneath(resource_map, template, parameters)
            resources = resource_map._parsed_resources
            for logical_id, resource in list(resources.items()):
                if isinstance(resource, PipelineResource) and resource.is_absent:
                    del resources[logical_id]  # so that its condition is read again
            if _failed(resource_map):
                raise _Refused(resource_map)

        return update

    def _on_create(self) -> OnStack:
        def create_resources(stack: _Stack) -> None:
            self._create.beneath(stack)
            if _failed(stack.resource_map):
                self._roll_back_creation(stack)

        return create_resources

    def _on_update(self) -> OnStack:
        def update(stack: _Stack, *args: object, **keywords: object) -> None:
            if stack.status in _NO_UPDATE:
                message = f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated."
                raise self._models.ValidationError(message=message)
            self._apply(stack, lambda: self._update.beneath(stack, *args, **keywords))

        return update

    def _on_execute(self) -> OnStack:
        def execute_change_set(backend: _Backend, change_set_name: str, stack_name: str | None = None) -> None:
            change_set = next(
                (each for key, each in backend.change_sets.items() if change_set_name in {key, each.change_set_name}),
                None,
            )
            if change_set is None:
                self._execute.beneath(backend, change_set_name, stack_name)
                return
            stack = change_set.stack
            if not self._apply(
                stack,
                lambda: self._execute.beneath(backend, change_set_name, stack_name),
                is_new=change_set.change_set_type == "CREATE",
            ):
                change_set.execution_status = "EXECUTE_FAILED"

        return execute_change_set

    def _on_delete(self) -> OnStack:
        def delete_stack(backend: _Backend, name_or_stack_id: str) -> None:
            stacks = dict(backend.stacks)
            try:
                self._delete.beneath(backend, name_or_stack_id)
            except HandlerError:  # moto has taken the stack out already
                backend.stacks.clear()
                backend.stacks.update(stacks)
                _keep_the_rest(stacks[name_or_stack_id])

        return delete_stack

    def _apply(self, stack: _Stack, apply: Callable[[], None], *, is_new: bool = False) -> bool:
        """Carry out an update and return whether it went well; one that was refused is rolled back."""
        before = stack.template, stack.template_dict
        with deleting_later() as later:
            try:
                apply()
            except _Refused:
                if is_new:
                    self._roll_back_creation(stack)
                else:
                    stack.template = before[0]
                    self._roll_back_update(stack, before[1], later)
                return False
        _clean_up(stack, later)
        return True

    def _roll_back_creation(self, stack: _Stack) -> None:
        failed = _failed(stack.resource_map)
        _tell(stack, failed)
        stack._add_stack_event("ROLLBACK_IN_PROGRESS", " ".join([*_summaries(failed), "Rollback requested by user."]))
        stack.resource_map.delete()
        _empty(stack)
        exports = self._models.cloudformation_backends[stack.account_id][stack.region_name].exports
        for name in [name for name, export in exports.items() if export.exporting_stack_id == stack.stack_id]:
            del exports[name]
        stack.status = "ROLLBACK_COMPLETE"
        stack._add_stack_event("ROLLBACK_COMPLETE")

    def _roll_back_update(self, stack: _Stack, template: dict[str, object], later: Iterable[PipelineResource]) -> None:
        resources = stack.resource_map._parsed_resources
        failed = _failed(stack.resource_map)
        _tell(stack, failed)
        stack._add_stack_event("UPDATE_ROLLBACK_IN_PROGRESS", " ".join(_summaries(failed)))
        for resource in later:
            successor = resources[resource.logical_resource_id]
            if isinstance(successor, PipelineResource) and successor is not resource:
                successor.remove()
                resources[resource.logical_resource_id] = resource
        with deleting_later() as made_by_the_update:
            stack.template_dict = template
            try:
                self._map_update.beneath(stack.resource_map, template, stack.parameters)
            finally:
                _clean_up(stack, made_by_the_update)
        again = [resource for resource in _failed(stack.resource_map) if resource not in made_by_the_update]
        _tell(stack, again)
        stack.status = "UPDATE_ROLLBACK_FAILED" if again else "UPDATE_ROLLBACK_COMPLETE"
        stack._add_stack_event(stack.status)


def _class_of(models: ModuleType, *names: str) -> Any:  # noqa: ANN401 # a class of moto's, whose name depends on its version
    return next(vars(models)[name] for name in names if name in vars(models))


def _failed(resource_map: _ResourceMap) -> list[PipelineResource]:
    resources = resource_map._parsed_resources.values()
    return [resource for resource in resources if isinstance(resource, PipelineResource) and resource.failure is not None]


def _summaries(failed: Iterable[PipelineResource]) -> Iterator[str]:
    """Yield what the stack itself says of resources that failed, for each thing that they failed to do."""
    for status, verb in (("CREATE_FAILED", "create"), ("UPDATE_FAILED", "update"), ("DELETE_FAILED", "delete")):
        names = [resource.logical_resource_id for resource in failed if resource.failure is not None and resource.failure[0] == status]
        if names:
            yield f"The following resource(s) failed to {verb}: [{', '.join(names)}]."


def _tell(stack: _Stack, failed: Iterable[PipelineResource]) -> None:
    """Add the events of resources that failed; moto has only those of the stack itself."""
    for resource in failed:
        stack._add_stack_event(*(resource.failure or ()))
        event = stack.events[-1]
        event.logical_resource_id = resource.logical_resource_id
        event.physical_resource_id = resource.physical_resource_id
        event.resource_type = TYPE


def _clean_up(stack: _Stack, later: Iterable[PipelineResource]) -> None:
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


def _keep_the_rest(stack: _Stack) -> None:
    """Leave a stack that can't be deleted with what is still there, and nothing that moto would make anew when it is looked at."""
    left = stack.resource_map._parsed_resources
    templates = stack.resource_map._resource_json_map
    stack.resource_map._resource_json_map = {name: template for name, template in templates.items() if name in left}
    stack.output_map._output_json_map = {}
    failed = _failed(stack.resource_map)
    _tell(stack, failed)
    stack.status = "DELETE_FAILED"
    stack._add_stack_event("DELETE_FAILED", " ".join(_summaries(failed)))


def _empty(stack: _Stack) -> None:
    """Leave a stack without resources and outputs: moto makes anew what its template has and it has not."""
    stack.resource_map._resource_json_map = {}
    stack.output_map._output_json_map = {}
