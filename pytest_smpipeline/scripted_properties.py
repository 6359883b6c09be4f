"""Whether scripted properties are such that the Describe call of a step's job could return them."""

from collections.abc import Iterator, Mapping
from typing import Final

from pytest_smpipeline._definition.paths import render_keys
from pytest_smpipeline._engine.step_types import STEP_TYPES
from pytest_smpipeline._wire import service_model
from pytest_smpipeline.failures import shown
from pytest_smpipeline.shapes import Shape
from pytest_smpipeline.suggestions import did_you_mean
from pytest_smpipeline.values import Json

# What of the names beside a Describe call has a shape in another operation's answer.
_LISTED_BY: Final[Mapping[str, str]] = {"TrainingJobSummaries": "ListTrainingJobsForHyperParameterTuningJob"}

_NUMBER: Final = (int, float)
_KINDS: Final[Mapping[str, tuple[tuple[type, ...], str]]] = {
    "structure": ((dict,), "an object"),
    "map": ((dict,), "an object"),
    "list": ((list,), "an array"),
    "string": ((str,), "a string"),
    "boolean": ((bool,), "a boolean"),
    "integer": ((int,), "a whole number"),
    "long": ((int,), "a whole number"),
    "float": (_NUMBER, "a number"),
    "double": (_NUMBER, "a number"),
    "timestamp": ((*_NUMBER, str), "a time, in seconds or as text"),
}
# What nothing is known of, or only a newer model has.
_UNKNOWN: Final = Shape("Unknown", "unknown")


def property_problems(step_type: str, properties: Mapping[str, Json]) -> list[str]:
    """Return what is wrong with properties of a step of this type, each problem with its path below ``properties``.

    Wrong are members that the answer does not have, values of another JSON type, and strings outside of an enum, as the installed
    botocore's model has them. Nothing is wrong with properties of a type of which nothing is known.
    """
    kind, model = STEP_TYPES[step_type], service_model.current()
    call = kind.describe_call
    if not properties or call is None or not model.has_operation(call):
        return []
    members = {**dict.fromkeys(kind.own_properties, _UNKNOWN), **model.output_shape(call).members}
    for name in members.keys() & _LISTED_BY.keys():
        members |= model.output_shape(_LISTED_BY[name]).members
    return list(_problems(Shape(name=call, type="structure", members=members), dict(properties), ()))


def _problems(shape: Shape, value: Json, path: tuple[str | int, ...]) -> Iterator[str]:
    if shape.type not in _KINDS:
        return
    kinds, expected = _KINDS[shape.type]
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        yield f"expected {expected}, got {shown(value)} @ {_place(path)}"
    elif isinstance(value, dict):
        yield from _problems_within(shape, value, path)
    elif isinstance(value, list) and shape.element is not None:
        for index, element in enumerate(value):
            yield from _problems(shape.element, element, (*path, index))
    elif isinstance(value, str) and shape.enum and value not in shape.enum:
        yield f"{shown(value)} is no {shape.name}.{did_you_mean(value, shape.enum)} @ {_place(path)}"


def _problems_within(shape: Shape, value: dict[str, Json], path: tuple[str | int, ...]) -> Iterator[str]:
    for name, inner in value.items():
        if shape.value is not None:
            yield from _problems(shape.value, inner, (*path, name))
        elif name in shape.members:
            yield from _problems(shape.members[name], inner, (*path, name))
        else:
            yield f"{shape.name} has no member {name!r}.{did_you_mean(name, shape.members)} @ {_place((*path, name))}"


def _place(path: tuple[str | int, ...]) -> str:
    return f"properties{render_keys(path)}"
