"""Faults of arguments: what the create call of a step refuses in its resolved arguments, by the installed service model.

Only what stands there counts. Arguments that are missing are left to the test: so are those that stand for what lies outside of the
pipeline, for which tests have made-up names.
"""

import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import Final, NamedTuple, cast

from pytest_smpipeline._definition.argument_checks import called_shape
from pytest_smpipeline._definition.expressions import Structure
from pytest_smpipeline._definition.nodes import Step
from pytest_smpipeline._definition.paths import Path, follow
from pytest_smpipeline._definition.step_schemas import CALLED_OPERATIONS
from pytest_smpipeline._wire import service_model
from pytest_smpipeline._wire.service_model import SageMakerModel
from pytest_smpipeline._wire.validation import MOST_VIOLATIONS, Finding, findings, listed
from pytest_smpipeline.shapes import Shape
from pytest_smpipeline.values import Json, JsonObject

_MADE_UP: Final = frozenset({"roleArn", "executionRoleArn", "validationRole", "subnets", "securityGroupIds"})
"""Roles, subnets and security groups: a test may call them what it likes."""
_NOWHERE: Final = "Value 's3://'"
"""What the SDK writes for a place in S3 when a test gives it none."""

_WHOLE: Final = re.compile(r"[+-]?[0-9]+")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_TRUTHS: Final = {"true": True, "false": False}


class _Place(NamedTuple):
    """A place in the arguments whose value is known only when the step runs.

    ``path`` is the way to it, ``shape`` what has to stand there, ``argument`` the member of the request that it lies in, alone.
    """

    path: tuple[str, ...]
    shape: Shape
    argument: Shape


@dataclass(slots=True)
class _Places:
    """The places in the arguments of one step that change; ``fine`` are arguments that were taken, where parameters alone decide."""

    changing: tuple[_Place, ...] = ()
    by_parameters: bool = False
    fine: JsonObject | None = None


def fault_of(step: Step, arguments: JsonObject) -> str | None:
    """Return what the create call of a step refuses in its resolved arguments, as the service lists it; None for nothing."""
    operations = CALLED_OPERATIONS.get(step.type)
    if operations is None:
        return None
    model = service_model.current()
    places = _changing_places(step.origin or step, model)
    if places is not None:
        if arguments is places.fine:
            return None
        for place in places.changing:
            if _is_refused(step.type, place, arguments):
                break
        else:
            if places.by_parameters:
                places.fine = arguments
            return None
    found = _found(step.type, _shape_of(model, operations), arguments)
    unreadable = next((finding for finding in found if finding.unreadable), None)
    if unreadable is not None:
        return f"Expected {unreadable.constraint} at '{unreadable.path}', but found {unreadable.subject}."
    return listed([finding.sentence for finding in found[:MOST_VIOLATIONS]]) if found else None


def _is_refused(kind: str, place: _Place, arguments: JsonObject) -> bool:
    value: Json = arguments
    for name in place.path:  # as follow() does, which takes six times as long, and without its checks: all of it is there
        value = value[name]  # type: ignore[call-overload,index]
    return value is not None and bool(findings(place.shape, value)) and bool(_found(kind, place.argument, arguments))


def _found(kind: str, shape: Shape, arguments: JsonObject) -> list[Finding]:
    found = _counting(kind, findings(shape, arguments))
    if any(finding.unreadable for finding in found):
        # What reads as the member's type passes for it: the service's own reading of numbers and texts is that lenient.
        found = _counting(kind, findings(shape, _read_object(arguments, shape)))
    return found


@lru_cache(maxsize=4096)
def _changing_places(step: Step, model: SageMakerModel) -> _Places | None:
    """Return the places that have to be looked at whenever a step runs: those to which its definition gives no constant.

    All else is looked at here, once for each step of a definition; returns None when some of that is refused.
    """
    shape = _shape_of(model, CALLED_OPERATIONS[step.type])
    if not isinstance(step.arguments, Structure):
        return None if _found(step.type, shape, step.arguments) else _Places()
    paths = {_way_to(path) for path, _ in step.arguments.holes}
    constants = cast("JsonObject", deepcopy(step.arguments.value))
    for *way, last in paths:
        cast("JsonObject", follow(constants, tuple(way)))[last] = None
    if _found(step.type, shape, constants):
        return None
    places: list[_Place] = []
    for path in paths:
        there = _shape_at(shape, path)
        if there is not None:
            argument = Shape(name=shape.name, type=shape.type, members={path[0]: shape.members[path[0]]})
            places.append(_Place(path, there, argument))
    return _Places(tuple(places), step.arguments.plan.by_parameters)


def _way_to(hole: Path) -> tuple[str, ...]:
    """Return the way to a place, which ends at the first list: how many items a list has counts for it as a whole."""
    return cast("tuple[str, ...]", tuple(takewhile(lambda key: isinstance(key, str), hole)))


def _shape_at(shape: Shape | None, path: Sequence[str]) -> Shape | None:
    """Return what has to stand at a place, None for one that the model does not know."""
    for name in path:
        shape = shape and (shape.value if shape.value is not None else shape.members.get(name))
    return shape


@lru_cache(maxsize=64)
def _shape_of(model: SageMakerModel, operations: tuple[str, ...]) -> Shape:
    return called_shape(operations, model.input_shape)


def _counting(kind: str, found: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in found if not (finding.is_missing or _is_made_up(kind, finding))]


def _is_made_up(kind: str, finding: Finding) -> bool:
    member = finding.path.rpartition(".")[2]
    if finding.unreadable:
        return False
    # A model that another step or nobody has made; the name of a new one has to be right.
    return member in _MADE_UP or (member == "modelName" and kind != "Model") or finding.subject == _NOWHERE


def _read(value: Json, shape: Shape) -> Json:
    if isinstance(value, dict):
        return _read_object(value, shape)
    if isinstance(value, list):
        return [_read(item, shape.element) for item in value] if shape.element is not None else value
    return _read_scalar(value, shape.type)


def _read_object(value: JsonObject, shape: Shape) -> JsonObject:
    members = dict.fromkeys(value, shape.value) if shape.value is not None else shape.members
    return {name: _read(item, member) if (member := members.get(name)) is not None else item for name, item in value.items()}


def _read_scalar(value: Json, kind: str) -> Json:
    if kind == "string" and isinstance(value, bool | int | float):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if kind == "boolean" and isinstance(value, str):
        return _TRUTHS.get(value.lower(), value)
    if kind in {"integer", "long"}:
        return _whole(value)
    if kind in {"float", "double"} and isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value)
    return value


def _whole(value: Json) -> Json:
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value
