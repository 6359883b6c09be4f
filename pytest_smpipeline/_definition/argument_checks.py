"""Checks on the Arguments of job steps: each is read as the request of the operation that its step calls.

Required members are not asked for: the job fails at run time without them. What the parts of a definition refer to is checked
elsewhere; here counts only whether a value of that kind may stand where it stands.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

from pytest_smpipeline._definition.expressions import IterationReference, Node, ParameterReference, Reference, StepReference, Structure
from pytest_smpipeline._definition.nodes import Parameter, ParameterType
from pytest_smpipeline._definition.parsed_steps import ParsedStep
from pytest_smpipeline._definition.paths import Path, PathKey, render_keys
from pytest_smpipeline._definition.problems import Problems
from pytest_smpipeline._definition.step_schemas import CALLED_OPERATIONS
from pytest_smpipeline._definition.wording import kind_of, printable
from pytest_smpipeline.shapes import Shape
from pytest_smpipeline.values import Json, JsonObject

JobShape: TypeAlias = Callable[[str], Shape]
"""Answers what a request of an operation, such as ``CreateTrainingJob``, must look like."""

# By the shape's name: what the API takes and Pipelines refuses, as AWS's engineers (SDK pull request 3472) and users (SDK issue 4994)
# were told by the service.
_EXCLUDED: Final[Mapping[str, frozenset[str]]] = {
    "CreateModelPackageInput": frozenset({"ModelPackageName"}),
    "ContainerDefinition": frozenset({"AdditionalModelDataSources"}),
}
# What AWS's JSON schema of definitions has and the API's model lacks. Two more members of that schema stand one level too deep there
# (DeploymentSpecification, OutputConfig), which is a slip of the schema rather than a member.
_ADDED: Final[Mapping[str, frozenset[str]]] = {
    "HyperParameterAlgorithmSpecification": frozenset({"EnableSageMakerMetricsTimeSeries"}),
}
_NONE: Final = frozenset[str]()
_CONTAINERS: Final = frozenset({"structure", "map", "list"})
# Numbers widen, as they do in every typed language; nothing else is known to be converted.
_FITS: Final[Mapping[ParameterType, frozenset[str]]] = {
    "String": frozenset({"string", "timestamp"}),
    "Integer": frozenset({"integer", "long", "float", "double", "timestamp"}),
    "Float": frozenset({"float", "double", "timestamp"}),
    "Boolean": frozenset({"boolean"}),
}


def check_arguments(steps: Sequence[ParsedStep], parameters: Mapping[str, Parameter], job_shape: JobShape, problems: Problems) -> Problems:
    """Report arguments that the operations of the steps cannot take; return the problems of types, which the service finds later.

    Members that the operation does not have, strings outside of an enum, and whatever stands where an object or a list belongs are
    reported in the service's words (SDK pull request 3472, SDK issues 3908 and 2345), and so are parameters and declared outputs of a
    type that does not fit the argument (SDK issue 4867).
    """
    unfit = Problems()
    shapes: dict[str, Shape] = {}
    types = _types(steps, parameters)
    for parsed in (inner for outer in steps for inner in (outer, *outer.body)):
        kind = parsed.step.type
        if kind in CALLED_OPERATIONS and parsed.step.arguments:
            shape = shapes.get(kind) or shapes.setdefault(kind, called_shape(CALLED_OPERATIONS[kind], job_shape))
            _ArgumentWalk(parsed, types, problems, unfit).check(shape)
    return unfit


def _types(steps: Iterable[ParsedStep], parameters: Mapping[str, Parameter]) -> dict[Reference, ParameterType]:
    """Return the types of the references whose type a definition declares."""
    types: dict[Reference, ParameterType] = {ParameterReference(name): parameter.type for name, parameter in parameters.items()}
    for parsed in (inner for outer in steps for inner in (outer, *outer.body)):
        for output in parsed.step.output_parameters:
            types[StepReference(parsed.step.name, ("OutputParameters", output.name))] = output.type
    return types


def called_shape(operations: tuple[str, ...], job_shape: JobShape) -> Shape:
    """Return the members of all operations that a type of step can call; the first says what those are that they share."""
    first, *others = map(job_shape, operations)
    if not others:
        return first
    members = {name: member for shape in (*others, first) for name, member in shape.members.items()}
    return Shape(name=first.name, type=first.type, members=members)


@lru_cache(maxsize=512)
def _values(shape: Shape) -> frozenset[str]:
    # There are hundreds of instance types, and nearly every step names one.
    return frozenset(shape.enum)


class _ArgumentWalk:
    """Goes through the Arguments of one step, beside the shape that they should have."""

    def __init__(self, parsed: ParsedStep, types: Mapping[Reference, ParameterType], problems: Problems, unfit: Problems) -> None:
        arguments = parsed.step.arguments
        self._value, self._holes = (arguments.value, dict(arguments.holes)) if isinstance(arguments, Structure) else (arguments, {})
        self._step = parsed.path
        self._problems = problems
        self._types = types
        self._unfit = unfit

    def check(self, shape: Shape) -> None:
        self._check_container(self._value, shape, ())

    def _check(self, value: Json, shape: Shape, way: Path, key: PathKey) -> None:
        """Check what stands under a key of the container at ``way``."""
        if isinstance(value, (dict, list)):
            self._check_container(value, shape, (*way, key))
        elif value is not None:
            if shape.type in _CONTAINERS:
                self._refuse(kind_of(value), shape, (*way, key))
            elif shape.enum and isinstance(value, str) and value not in _values(shape):
                self._refuse_value(value, shape, (*way, key))

    def _check_container(self, value: JsonObject | list[Json], shape: Shape, way: Path) -> None:
        if isinstance(value, dict):
            self._check_object(value, shape, way)
        elif shape.element is not None:
            for index, item in enumerate(value):
                self._check(item, shape.element, way, index)
        else:
            self._refuse(kind_of(value), shape, way)

    def _check_object(self, value: JsonObject, shape: Shape, way: Path) -> None:
        node = self._holes.get(way) if self._holes else None
        if node is not None:
            self._check_node(node, value, shape, way)
        elif shape.type == "structure":
            self._check_members(value, shape, way)
        elif shape.value is not None:
            for name, item in value.items():
                self._check(item, shape.value, way, name)
        else:
            self._refuse(kind_of(value), shape, way)

    def _check_members(self, value: JsonObject, shape: Shape, way: Path) -> None:
        excluded = _EXCLUDED.get(shape.name, _NONE)
        for name, item in value.items():
            member = shape.members.get(name)
            if member is not None and name not in excluded:
                self._check(item, member, way, name)
            elif name not in _ADDED.get(shape.name, _NONE):
                self._problems.quote(self._place((*way, name)), f"Unknown Argument member '{printable(name)}'.")

    def _check_node(self, node: Node, written: JsonObject, shape: Shape, way: Path) -> None:
        if shape.type in _CONTAINERS:
            # Nothing is known of what the items of a ForEach step may be.
            if not isinstance(node, IterationReference):
                self._refuse("a function", shape, way)
        elif isinstance(node, ParameterReference | StepReference):
            declared = self._types.get(node)
            if declared is not None and shape.type not in _FITS[declared]:
                message = f"Cannot assign property reference [{printable(str(written['Get']))}] to argument of type"
                self._unfit.quote(self._place(way), f"{message} [{shape.type.capitalize()}].")

    def _place(self, way: Path) -> str:
        return f"{self._step}.Arguments{render_keys(way)}"

    def _refuse_value(self, value: str, shape: Shape, way: Path) -> None:
        message = (
            f"Model Validation failed: Value '{printable(value)}' for '{shape.name}' "
            f"failed to satisfy enum value set: [{', '.join(shape.enum)}]"
        )
        self._problems.quote(self._place(way), message)

    def _refuse(self, found: str, shape: Shape, way: Path) -> None:
        path = self._place(way)
        match shape.type:
            case "list":
                self._problems.expecting_array(path)
            case "structure" | "map":
                self._problems.expecting_object(path)
            case _:
                self._problems.add(path, f"Expecting a string, a number, a boolean or a function but found {found}.")
