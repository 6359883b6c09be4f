"""A pipeline as a resource of a stack, with the methods by which moto's CloudFormation makes, changes and deletes resources.

moto tries a method that raises five times, and knows no stack that failed. So nothing is raised here while a stack is created or
updated: a resource keeps what went wrong, and ``stacks`` looks for it when moto is through.

A resource outlives the emulation that made it where a ``mock_aws`` of the user's goes on: then there is no pipeline any more, and
nothing is asked of anybody.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ClassVar, Final, Self, cast

from pytest_smpipeline._neighbours.pipeline_handlers import HandlerError, Handlers
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline.values import JsonObject

_left_for_later: Final[ContextVar["list[PipelineResource] | None"]] = ContextVar("what an update deletes at its end", default=None)


class PipelineResource:
    """One ``AWS::SageMaker::Pipeline`` of a stack.

    ``failure`` is why the last thing that the template asked for could not be done, with the status that the stack's events give it.
    ``is_absent`` is a resource that a condition of the template left out.
    """

    service: ClassVar[Service | None] = None
    """The emulation that is active."""

    logical_resource_id: str

    def __init__(self, account_id: str, region: str, template: JsonObject) -> None:
        """Stand for what the template says; nothing is made yet."""
        self._account_id = account_id
        self._region = region
        self._template = template
        self.failure: tuple[str, str] | None = None
        self.is_absent = False
        self._is_made = False

    @property
    def name(self) -> str:
        """The name of the pipeline, or nothing when the template gives none."""
        return str(self._properties.get("PipelineName", ""))

    @property
    def physical_resource_id(self) -> str:
        """What ``Ref`` returns: the name of the pipeline."""
        return self.name

    def is_created(self) -> bool:
        """Return whether the resource is there, as far as CloudFormation has to wait for it."""
        return self.failure is None

    @staticmethod
    def has_cfn_attr(attr: str) -> bool:  # noqa: ARG004 # as moto calls it
        """Return whether ``Fn::GetAtt`` knows an attribute: the resource type has none."""
        return False

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """Refuse, as there is no attribute, in the way that moto makes CloudFormation's answer of."""
        from moto.cloudformation.exceptions import UnformattedGetAttTemplateException

        raise UnformattedGetAttTemplateException(attribute_name)

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: JsonObject, account_id: str, region_name: str, **keywords: str
    ) -> Self:
        """Create the pipeline; the generated name is not used, since the type asks for one."""
        del resource_name
        resource = cls(account_id, region_name, cloudformation_json)
        resource.logical_resource_id = keywords["LogicalId"]
        resource.create()
        return resource

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Self | None,
        new_resource_name: str,
        cloudformation_json: JsonObject,
        account_id: str,
        region_name: str,
    ) -> Self:
        """Change the pipeline, or replace it when its name changes; moto has no resource where a condition left it out."""
        del new_resource_name
        if original_resource is None:
            absent = cls(account_id, region_name, cloudformation_json)
            absent.is_absent = True
            return absent
        return original_resource.change(cloudformation_json)

    @classmethod
    def delete_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: JsonObject, account_id: str, region_name: str
    ) -> None:
        """Do nothing: a resource that is there is asked itself, by ``delete``."""

    def create(self, status: str = "CREATE_FAILED") -> None:
        """Create the pipeline now; a refusal is kept, with this status for the stack's events."""
        try:
            self._active().create(self.logical_resource_id, self._properties)
        except HandlerError as error:
            self.failure = (status, error.reason)
        else:
            self._is_made = True

    def change(self, template: JsonObject) -> Self:
        """Make the pipeline what a new template says, and return the resource that stands for it then; a refusal is kept."""
        self.failure = None
        properties = cast("JsonObject", template["Properties"])
        if str(properties.get("PipelineName", "")) != self.name:
            return self._replace(template)
        try:
            self._active().update(self.logical_resource_id, self._properties, properties)
        except HandlerError as error:
            self.failure = ("UPDATE_FAILED", error.reason)
        else:
            self._template = template
        return self

    def delete(self, account_id: str, region_name: str) -> None:
        """Delete the pipeline, at the end of the update that is under way if there is one; raises what its handler does."""
        del account_id, region_name
        later = _left_for_later.get()
        if later is None:
            self.remove()
        else:
            later.append(self)

    def remove(self) -> None:
        """Delete the pipeline now, unless it never was made. Raises ``HandlerError`` when it can't be deleted."""
        self.failure = None
        if self._is_made and self.service is not None:
            try:
                self._handlers(self.service).delete(self.name)
            except HandlerError as error:
                self.failure = ("DELETE_FAILED", error.reason)
                raise
        self._is_made = False

    def is_retained(self, policy: str) -> bool:
        """Return whether this policy of the template lets the pipeline stay when an update takes its resource away."""
        return self._template.get(policy) == "Retain"

    @property
    def _properties(self) -> JsonObject:
        return cast("JsonObject", self._template["Properties"])

    def _handlers(self, service: Service) -> Handlers:
        return Handlers(service, self._account_id, self._region)

    def _active(self) -> Handlers:
        assert self.service is not None  # noqa: S101 # moto finds this class only while an emulation is active
        return self._handlers(self.service)

    def _replace(self, template: JsonObject) -> Self:
        successor = type(self)(self._account_id, self._region, template)
        successor.logical_resource_id = self.logical_resource_id
        successor.create("UPDATE_FAILED")
        if successor.failure is not None:
            self.failure = successor.failure
            return self
        if not self.is_retained("UpdateReplacePolicy"):
            self.delete(self._account_id, self._region)
        return successor


@contextmanager
def deleting_later() -> Generator[list[PipelineResource]]:
    """Let an update delete pipelines only when all else is done, as CloudFormation does; gives those that it is to delete."""
    later: list[PipelineResource] = []
    token = _left_for_later.set(later)
    try:
        yield later
    finally:
        _left_for_later.reset(token)
