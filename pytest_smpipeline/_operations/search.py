"""The operation Search on pipelines and executions: what matches an expression, in any order, in pages.

What is found shows the members that the Describe operations show of it, as far as the installed model has them in SearchRecord.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Final, TypeAlias, cast

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

_State: TypeAlias = PipelineState | ExecutionState

_USUAL_PAGE: Final = 10
_RESOURCES: Final = ("Pipeline", "PipelineExecution")
_KEY: Final = itemgetter(0)


@dataclass(frozen=True, slots=True)
class _Found:
    """How many of what was searched match, and the page that was asked for, each state behind its key of the order."""

    total: int
    page: Page[tuple[list[Json], _State]]


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
    found = _find(context, request, shape)
    # With nothing in motion on the page: whoever waits until a filter finds something would wait without end.
    if moving := _moving(state for _, state in found.page.items) or _moving(_searched(context, request)):
        context.pace.before_look(moving)
        found = _find(context, request, shape)
    total = {"Value": found.total, "Relation": "EqualTo"} if "TotalHits" in answer else None
    results = [{resource: _record(context, state, shape)} for _, state in found.page.items]
    return present(Results=results, NextToken=found.page.next_token, TotalHits=total)


def _find(context: Context, request: JsonObject, shape: Shape) -> _Found:
    properties = Properties(text(request, "Resource"), shape)
    expression = optional_object(request, "SearchExpression")
    matches = (lambda _: True) if expression is None else condition(expression, properties)
    sees, order = visibility(request), _order(request, properties)
    hits: list[tuple[list[Json], _State]] = []
    for state in _searched(context, request):
        record = _record(context, state, shape)
        if sees(record) and matches(record):
            hits.append(([*_sortable(order, record), *_place(state)], state))
    hits.sort(key=_KEY)
    descending = is_descending(request)
    return _Found(len(hits), cut_page(context, "Search", request, hits, _KEY, descending=descending, usual_size=_USUAL_PAGE))


def _searched(context: Context, request: JsonObject) -> Collection[_State]:
    if optional_text(request, "CrossAccountFilterOption") == "CrossAccount":
        return ()
    territory = context.territory
    return territory.by_creation if text(request, "Resource") == "Pipeline" else territory.executions.values()


def _record(context: Context, state: _State, shape: Shape) -> Answer:
    """Return what a search shows of a pipeline or an execution: what the installed model knows there."""
    if isinstance(state, PipelineState):
        members = described_pipeline(context, state, state.latest) | {TAGS: described_tags(state.tags)}
    else:
        added = present(PipelineParameters=described_parameters(state), PipelineVersionDisplayName=state.version.display_name)
        members = described_execution(context, state) | added
    return {name: value for name, value in members.items() if name in shape.members}


def _place(state: _State) -> list[Json]:
    """Return the place among all by creation, which no two share."""
    if isinstance(state, PipelineState):
        return [state.created, state.number]
    return [state.created, state.pipeline.number, state.number]


def _order(request: JsonObject, properties: Properties) -> Property:
    """Return the property to sort by.

    Raises ``ValidationException`` for one that can't be compared, or of which a record can have several.
    """
    order = properties.find(optional_text(request, "SortBy") or "LastModifiedTime")
    if order.kind == "compound" or order.many:
        message = f"SortBy can't be '{order.name}': results are sorted by a property with one value that is text, numeric or timestamp."
        raise validation_exception(message)
    return order


def _sortable(order: Property, record: Answer) -> list[Json]:
    """Return the value to sort by after whether there is one: what has none comes before everything else."""
    values = cast("list[Json]", order.values(record))
    return [len(values), *values]


def _moving(states: Iterable[_State]) -> list[ExecutionState]:
    return [state for state in states if isinstance(state, ExecutionState) and state.status in ACTIVE]
