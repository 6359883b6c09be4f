"""The operation Search on pipelines and executions: what matches an expression, in any order, in pages.

What is found shows the members that the Describe operations show of it, as far as the installed model has them in SearchRecord.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Final, cast

from pytest_smpipeline._operations.context import Answer, Context
from pytest_smpipeline._operations.descriptions import described_execution, described_parameters, described_pipeline
from pytest_smpipeline._operations.members import optional_object, optional_text, present, text
from pytest_smpipeline._operations.paging import Page, cut_page, is_descending
from pytest_smpipeline._operations.search_filters import condition, visibility
from pytest_smpipeline._operations.search_properties import TAGS, Properties, Property
from pytest_smpipeline._operations.tags import described_tags
from pytest_smpipeline._state.entities import ExecutionState, PipelineState
from pytest_smpipeline._state.transitions import ACTIVE
from pytest_smpipeline.exceptions import ServiceError, validation_exception
from pytest_smpipeline.shapes import Shape
from pytest_smpipeline.values import Json, JsonObject

_USUAL_PAGE: Final = 10
_RESOURCES: Final = ("Pipeline", "PipelineExecution")
_KEY: Final = itemgetter(0)


@dataclass(frozen=True, slots=True)
class _Hit:
    """Something that a search may find: its record, its place among all by creation, and the execution if it is one."""

    record: Answer
    place: list[Json]
    execution: ExecutionState | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What a search went through, how many of it match, and the page that was asked for, each hit behind its key of the order."""

    searched: list[_Hit]
    total: int
    page: Page[tuple[list[Json], _Hit]]

    def moving(self) -> list[ExecutionState]:
        """Return the executions on the page that have not ended; where there is none, those that were searched.

        The second is for who waits until a filter finds something: no look at an empty page would ever bring that about.
        """
        return _moving(hit for _, hit in self.page.items) or _moving(self.searched)


def is_about_pipelines(request: JsonObject) -> bool:
    """Return whether a request that nobody has validated yet searches for pipelines or their executions."""
    return request.get("Resource") in _RESOURCES


def search(context: Context, request: JsonObject) -> Answer:
    """Find the pipelines or the executions that match, those modified last first unless asked otherwise."""
    resource = text(request, "Resource")
    if resource not in _RESOURCES:
        message = f"pytest-smpipeline searches for {' and '.join(_RESOURCES)}; Search for {resource} belongs to moto."
        raise ServiceError("NotImplemented", message, status=501)
    answer = context.answer_shape("Search").members
    shape = cast("Shape", answer["Results"].element).members[resource]
    found = _find(context, request, resource, shape)
    if moving := found.moving():
        context.pace.before_look(moving)
        found = _find(context, request, resource, shape)
    total = {"Value": found.total, "Relation": "EqualTo"} if "TotalHits" in answer else None
    results = [{resource: hit.record} for _, hit in found.page.items]
    return present(Results=results, NextToken=found.page.next_token, TotalHits=total)


def _find(context: Context, request: JsonObject, resource: str, shape: Shape) -> _Found:
    properties = Properties(resource, shape)
    expression = optional_object(request, "SearchExpression")
    matches = (lambda _: True) if expression is None else condition(expression, properties)
    sees, order = visibility(request), _order(request, properties)
    searched = _searched(context, request, resource, shape)
    hits = [([*_sortable(order, hit), *hit.place], hit) for hit in searched if sees(hit.record) and matches(hit.record)]
    hits.sort(key=_KEY)
    descending = is_descending(request)
    return _Found(searched, len(hits), cut_page(context, "Search", request, hits, _KEY, descending=descending, usual_size=_USUAL_PAGE))


def _searched(context: Context, request: JsonObject, resource: str, shape: Shape) -> list[_Hit]:
    if optional_text(request, "CrossAccountFilterOption") == "CrossAccount":
        return []
    if resource == "Pipeline":
        return [_pipeline(context, pipeline, shape) for pipeline in context.territory.by_creation]
    return [_execution(context, execution, shape) for execution in context.territory.executions.values()]


def _pipeline(context: Context, pipeline: PipelineState, shape: Shape) -> _Hit:
    members = described_pipeline(context, pipeline, pipeline.latest) | {TAGS: described_tags(pipeline.tags)}
    return _Hit(_known(members, shape), [pipeline.created, pipeline.number])


def _execution(context: Context, execution: ExecutionState, shape: Shape) -> _Hit:
    members = described_execution(context, execution) | present(
        PipelineParameters=described_parameters(execution),
        PipelineVersionDisplayName=execution.version.display_name,
    )
    return _Hit(_known(members, shape), [execution.created, execution.pipeline.number, execution.number], execution)


def _known(members: Answer, shape: Shape) -> Answer:
    return {name: value for name, value in members.items() if name in shape.members}


def _order(request: JsonObject, properties: Properties) -> Property:
    """Return the property to sort by.

    Raises ``ValidationException`` for one that can't be compared, or of which a record can have several.
    """
    order = properties.find(optional_text(request, "SortBy") or "LastModifiedTime")
    if order.kind == "compound" or order.many:
        message = f"SortBy can't be '{order.name}': results are sorted by a property with one value that is text, numeric or timestamp."
        raise validation_exception(message)
    return order


def _sortable(order: Property, hit: _Hit) -> list[Json]:
    """Return the value to sort by after whether there is one: what has none comes before everything else."""
    values = cast("list[Json]", order.values(hit.record))
    return [len(values), *values]


def _moving(hits: Iterable[_Hit]) -> list[ExecutionState]:
    return [hit.execution for hit in hits if hit.execution is not None and hit.execution.status in ACTIVE]
