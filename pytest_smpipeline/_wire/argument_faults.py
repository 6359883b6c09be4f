"""Faults of arguments: what the create call of a step refuses in its resolved arguments, by the installed service model.

Only what stands there counts. Arguments that are missing are left to the test: so are those that stand for what lies outside of the
pipeline, for which tests have made-up names.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

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


def fault_of(kind: str, arguments: JsonObject) -> str | None:
    """Return what the create call of this type of step refuses in the arguments, as the service lists it; None for nothing."""
    operations = CALLED_OPERATIONS.get(kind)
    if operations is None:
        return None
    shape = _shape_of(service_model.current(), operations)
    found = _counting(kind, findings(shape, arguments))
    if any(finding.unreadable for finding in found):
        # What reads as the member's type passes for it: the service's own reading of numbers and texts is that lenient.
        found = _counting(kind, findings(shape, _read_object(arguments, shape)))
    unreadable = next((finding for finding in found if finding.unreadable), None)
    if unreadable is not None:
        return f"Expected {unreadable.constraint} at '{unreadable.path}', but found {unreadable.subject}."
    return listed([finding.sentence for finding in found[:MOST_VIOLATIONS]]) if found else None


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
