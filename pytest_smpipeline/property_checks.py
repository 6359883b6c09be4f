"""Whether scripted properties are such that the Describe call of a step's job could return them."""

from collections.abc import Iterator, Mapping
from typing import Final

from pytest_smpipeline._definition.paths import render_keys
from pytest_smpipeline._wire import service_model
from pytest_smpipeline.failures import shown
from pytest_smpipeline.shapes import Shape
from pytest_smpipeline.suggestions import did_you_mean
from pytest_smpipeline.values import Json

# The operations whose answers are the properties of a step, by its type. The SDK gives a tuning job the best training jobs too, and
# reads both forms of AutoML from one type of step. Types that are not here have properties that SageMaker's model does not describe.
DESCRIBE_CALLS: Final[Mapping[str, tuple[str, ...]]] = {
    "Training": ("DescribeTrainingJob",),
    "Processing": ("DescribeProcessingJob",),
    "Transform": ("DescribeTransformJob",),
    "Tuning": ("DescribeHyperParameterTuningJob", "ListTrainingJobsForHyperParameterTuningJob"),
    "AutoML": ("DescribeAutoMLJob", "DescribeAutoMLJobV2"),
    "Model": ("DescribeModel",),
    "RegisterModel": ("DescribeModelPackage",),
    "EndpointConfig": ("DescribeEndpointConfig",),
    "Endpoint": ("DescribeEndpoint",),
    "InferenceComponent": ("DescribeInferenceComponent",),
}
# Properties that Pipelines adds to those of the answer: SageMaker SDK, AutoMLStep.
_ADDED: Final[Mapping[str, frozenset[str]]] = {"AutoML": frozenset({"BestCandidateProperties"})}
_NOTHING: Final = frozenset[str]()

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
# What a newer model may have.
_ANY: Final = ((object, bool), "a value")


def property_problems(step_type: str, properties: Mapping[str, Json]) -> list[str]:
    """Return what is wrong with properties of a step of this type, each problem with its path below ``properties``.

    Wrong are members that the answer does not have, values of another JSON type, and strings outside of an enum, as the installed
    botocore's model has them. Nothing is wrong with properties of a type that the model does not describe.
    """
    operations = DESCRIBE_CALLS.get(step_type)
    if not properties or operations is None:
        return []
    model = service_model.current()
    answers = [model.output_shape(operation) for operation in operations]
    members = {name: shape for answer in reversed(answers) for name, shape in answer.members.items()}
    checked = {name: value for name, value in properties.items() if name not in _ADDED.get(step_type, _NOTHING)}
    return list(_problems(Shape(name=operations[0], type="structure", members=members), checked, ()))


def _problems(shape: Shape, value: Json, path: tuple[str | int, ...]) -> Iterator[str]:
    kinds, expected = _KINDS.get(shape.type, _ANY)
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
