"""Faults of arguments: what the create call of a step refuses in its resolved arguments, by the installed service model.

Only what stands there counts. Arguments that are missing are left to the test: so are those that stand for what lies outside of the
pipeline, for which tests have made-up names.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, cast

from pytest_smpipeline._definition.expressions import Structure
from pytest_smpipeline._definition.nodes import Step
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


def fault_of(step: Step, arguments: JsonObject) -> str | None:
    """Return what the create call of a step refuses in its resolved arguments, as the service lists it; None for nothing."""
    operations = CALLED_OPERATIONS.get(step.type)
    if operations is None:
        return None
    changing = _changing_part(step.origin or step, service_model.current())
    if changing is None:
        found = _found(step.type, _shape_of(service_model.current(), operations), arguments)
    elif changing.members:
        found = _found(step.type, changing, arguments)
    else:
        return None
    if not found:
        return None
    unreadable = next((finding for finding in found if finding.unreadable), None)
    if unreadable is not None:
        return f"Expected {unreadable.constraint} at '{unreadable.path}', but found {unreadable.subject}."
    return listed([finding.sentence for finding in found[:MOST_VIOLATIONS]])


def _found(kind: str, shape: Shape, arguments: JsonObject) -> list[Finding]:
    found = findings(shape, arguments)
    if not found:
        return []
    counting = _counting(kind, found)
    if any(finding.unreadable for finding in counting):
        # What reads as the member's type passes for it: the service's own reading of numbers and texts is that lenient.
        return _counting(kind, findings(shape, _read_object(arguments, shape)))
    return counting


@lru_cache(maxsize=4096)
def _changing_part(step: Step, model: SageMakerModel) -> Shape | None:
    """Return the members that have to be looked at whenever a step runs: those that its definition does not give as constants.

    The constants are looked at here, once for each step of a definition. Returns None when they are refused themselves.
    """
    shape = _shape_of(model, CALLED_OPERATIONS[step.type])
    written, holes = (step.arguments.value, step.arguments.holes) if isinstance(step.arguments, Structure) else (step.arguments, ())
    names = {path[0] for path, _ in holes}
    constants = {name: value for name, value in cast("JsonObject", written).items() if name not in names}
    if _found(step.type, shape, constants):
        return None
    return Shape(name=shape.name, type=shape.type, members={name: member for name, member in shape.members.items() if name in names})


@lru_cache(maxsize=64)
def _shape_of(model: SageMakerModel, operations: tuple[str, ...]) -> Shape:
    """Return the members of all operations that a type of step can call; the first says what those are that they share."""
    first, *others = map(model.input_shape, operations)
    members = {name: member for shape in (*others, first) for name, member in shape.members.items()}
    return Shape(name=first.name, type=first.type, members=members)


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
