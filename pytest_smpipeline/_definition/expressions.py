"""The parts of a definition whose value is known only when the pipeline runs: references, functions, and what holds them.

An expression is either a JSON constant, kept exactly as it stands in the definition and shared by all who read it (treat it as
read-only), or a node: a part whose value is known only when the pipeline runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from pytest_smpipeline._definition.paths import Path, PathKey
from pytest_smpipeline.values import Json, JsonObject


class Deferred:
    """A part of a definition whose value is known only when the pipeline runs."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ParameterReference(Deferred):
    """``{"Get": "Parameters.<name>"}``."""

    name: str


@dataclass(frozen=True, slots=True)
class ExecutionReference(Deferred):
    """``{"Get": "Execution.<variable>"}``."""

    variable: str


@dataclass(frozen=True, slots=True)
class StepReference(Deferred):
    """``{"Get": "Steps.<step>.<path>"}``: a property of a step, or one of its OutputParameters."""

    step: str
    path: Path


@dataclass(frozen=True, slots=True)
class PropertyFileReference(Deferred):
    """``{"Get": "Steps.<step>.PropertyFiles.<name>"}``, which only Std:JsonGet may hold."""

    step: str
    name: str


@dataclass(frozen=True, slots=True)
class IterationReference(Deferred):
    """``{"Get": "ForEach.<path>"}`` or ``{"Get": "IterationOutput.<path>"}``, inside a ForEach step only."""

    root: str
    path: Path


Reference: TypeAlias = ParameterReference | ExecutionReference | StepReference | PropertyFileReference | IterationReference


@dataclass(frozen=True, slots=True)
class Join(Deferred):
    """``{"Std:Join": {"On": ..., "Values": [...]}}``."""

    on: str
    values: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class JsonGet(Deferred):
    """``{"Std:JsonGet": {"PropertyFile" or "S3Uri": ..., "Path": ...}}``: a value out of a JSON file."""

    path: Path
    property_file: PropertyFileReference | None = None
    s3_uri: "Expression" = None


@dataclass(frozen=True, slots=True)
class FillPlan:
    """The containers that a structure's holes lie in, each after the one that it lies in, and what goes where.

    The structure's value is container 0. ``containers`` say of the others in which container each lies, and under which key;
    ``nodes`` belong into a container under a key. ``by_parameters`` says that they depend on the parameters and on nothing else.
    """

    containers: tuple[tuple[int, PathKey], ...]
    nodes: "tuple[tuple[int, PathKey, Node], ...]"
    by_parameters: bool


@dataclass(frozen=True, slots=True)
class Structure(Deferred):
    """An object or a list with nodes somewhere inside.

    ``value`` is the JSON as written; ``holes`` are the places, shallow ones first, where a node's value belongs. ``filled`` are the
    parameters that it was last filled with, and the outcome, where it depends on nothing else.
    """

    value: JsonObject | list[Json]
    holes: "tuple[tuple[Path, Node], ...]"
    _plan: "FillPlan | None" = field(default=None, init=False, repr=False, compare=False)
    filled: "tuple[Mapping[str, Json], Json] | None" = field(default=None, init=False, repr=False, compare=False)

    @property
    def plan(self) -> "FillPlan":
        """How to fill the holes, worked out when it is first asked for: a definition that never runs needs none."""
        if self._plan is None:
            object.__setattr__(self, "_plan", _plan(self.holes))
        return cast("FillPlan", self._plan)

    def keep(self, parameters: Mapping[str, Json], filled: Json) -> None:
        """Remember what these parameters make of it: tests give a pipeline the same ones again and again."""
        object.__setattr__(self, "filled", (parameters, filled))

    def part(self, way: Path) -> "Expression":
        """Return the expression at keys that the structure has."""
        value: Json = self.value
        for key in way:
            value = cast("dict[PathKey, Json]", value)[key]
        inside = tuple((path[len(way) :], node) for path, node in self.holes if path[: len(way)] == way)
        if not inside or not isinstance(value, (dict, list)):
            return value
        return inside[0][1] if inside[0][0] == () else Structure(value, inside)


def _plan(holes: "tuple[tuple[Path, Node], ...]") -> FillPlan:
    numbers: dict[Path, int] = {(): 0}
    containers: list[tuple[int, PathKey]] = []
    nodes: list[tuple[int, PathKey, Node]] = []
    for path, node in holes:
        for length in range(1, len(path)):
            if path[:length] not in numbers:
                numbers[path[:length]] = len(numbers)
                containers.append((numbers[path[: length - 1]], path[length - 1]))
        nodes.append((numbers[path[:-1]], path[-1], node))
    return FillPlan(tuple(containers), tuple(nodes), all(_needs_parameters_only(node) for _, node in holes))


def _needs_parameters_only(expression: "Expression") -> bool:
    if isinstance(expression, Join):
        return all(map(_needs_parameters_only, expression.values))
    return isinstance(expression, ParameterReference) or not isinstance(expression, Deferred)


Node: TypeAlias = Reference | Join | JsonGet | Structure
Expression: TypeAlias = "Json | Node"
Arguments: TypeAlias = "JsonObject | Structure"
