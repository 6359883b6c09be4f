"""Pipelines built from names: what ``smp.add(name, parameters=..., steps=...)`` takes, as a definition that AWS takes too."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from typing import Final, TypeAlias, cast

from pytest_smpipeline._definition.names import LONGEST_PARAMETER_NAME, LONGEST_STEP_NAME
from pytest_smpipeline._definition.step_schemas import STEP_SCHEMAS
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.failures import shown
from pytest_smpipeline.step_templates import BUILT_TYPES, BuiltStep, step_members
from pytest_smpipeline.suggestions import choices, did_you_mean
from pytest_smpipeline.values import Json, JsonObject

ParameterKind: TypeAlias = type[str] | type[int] | type[float] | type[bool]
BuiltParameters: TypeAlias = Mapping[str, ParameterKind | str | float | bool]
"""Parameters by name: a type means that a start has to give a value, anything else is the default."""
BuiltSteps: TypeAlias = Sequence[str] | Mapping[str, str | tuple[str, Sequence[str]]]
"""Names of steps, or types by name, each alone or with the names of the steps that it depends on."""

_TYPES: Final[Mapping[type, str]] = {str: "String", int: "Integer", float: "Float", bool: "Boolean"}
_USUAL_TYPE: Final = "Training"
_USUAL_STEPS: Final = ("Train",)
_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")
_FORMS: Final = "['Prep', 'Train'], or {'Prep': 'Processing', 'Train': ('Training', ['Prep'])}"


@dataclass(frozen=True, slots=True)
class _Step:
    """A step as the test writes it; ``chained`` says that it depends on the step before because nothing else was said."""

    name: str
    kind: str
    depends_on: tuple[str, ...]
    chained: bool = True


def built_definition(place: BuiltStep, parameters: BuiltParameters | None, steps: BuiltSteps | None) -> JsonObject:
    """Return the definition of a pipeline with these parameters and steps.

    In a list each step depends on the one before; its type is Training, unless its name is that of a type. In a mapping a type
    alone depends on the entry before, and ``(type, names)`` on the named steps. Without ``steps`` there is one, ``Train``.
    ``place`` has the pipeline's name, role, account and region; its step is replaced by each step in turn.

    Raises ``UsageError`` with everything that is wrong, in the words of the two arguments.
    """
    declared = _mapping("parameters", parameters or {}, "{'Date': str, 'Epochs': 10}")
    read, problems = _read_steps(_USUAL_STEPS if steps is None else steps)
    problems = [*_parameter_problems(declared), *problems]
    if not problems:
        problems = list(_graph_problems(read))
    if problems:
        lines = "".join(f"\n  {problem}" for problem in problems)
        message = f"Pipeline {place.pipeline!r} can't be built:{lines}"
        raise UsageError(message)
    definition: dict[str, object] = {
        "Version": "2020-12-01",
        "Parameters": [_parameter(name, value) for name, value in declared.items()],
        "Steps": [_step(place, step) for step in read],
    }
    return cast("JsonObject", definition)


def _parameter(name: str, value: object) -> JsonObject:
    if isinstance(value, type):
        return {"Name": name, "Type": _TYPES[value]}
    return {"Name": name, "Type": _TYPES[type(value)], "DefaultValue": cast("Json", value)}


def _step(place: BuiltStep, step: _Step) -> JsonObject:
    members = step_members(step.kind, replace(place, name=step.name))
    waiting: JsonObject = {"DependsOn": list(step.depends_on)} if step.depends_on else {}
    return {"Name": step.name, "Type": step.kind} | waiting | members


def _mapping(keyword: str, value: object, example: str) -> dict[str, object]:
    if not isinstance(value, Mapping):
        message = f"{keyword}={shown(value)} is not valid: expected a dict such as {example}."
        raise UsageError(message)
    return dict(cast("Mapping[str, object]", value))


def _parameter_problems(parameters: Mapping[str, object]) -> Iterator[str]:
    for name, value in parameters.items():
        place = f"parameters[{name!r}]"
        yield from _name_problems(place, name, LONGEST_PARAMETER_NAME)
        if isinstance(value, float) and not math.isfinite(value):
            yield f"{place} is {value!r}, which no definition can hold. Give a finite number, or float for a required one."
        elif (value if isinstance(value, type) else type(value)) not in _TYPES:
            yield f"{place} is {shown(value)}: expected str, int, float or bool where a start must give a value, or a default."


def _read_steps(steps: object) -> tuple[list[_Step], list[str]]:
    problems: list[str] = []
    items: list[tuple[object, object]]
    if isinstance(steps, Mapping):
        items = list(cast("Mapping[object, object]", steps).items())
    elif isinstance(steps, Sequence) and not isinstance(steps, str):
        names = list(cast("Sequence[object]", steps))
        items = [(name, name if name in STEP_SCHEMAS else _USUAL_TYPE) if isinstance(name, str) else (name, "") for name in names]
        problems += [f"steps has {name!r} more than once; the names of steps are unique." for name in _repeated(names)]
    else:
        message = f"steps={shown(steps)} is not valid: expected {_FORMS}."
        raise UsageError(message)
    if not items:
        problems.append(f"steps is empty: a pipeline has at least one step. Expected {_FORMS}.")
    read: list[_Step] = []
    for name, value in items:
        place = f"steps[{name!r}]"
        found = list(_name_problems(place, name, LONGEST_STEP_NAME)) or list(_entry_problems(place, value))
        problems += found
        if not found:
            before = [step.name for step in read[-1:]]
            kind, *given = (value,) if isinstance(value, str) else cast("tuple[str, Sequence[str]]", value)
            read.append(_Step(str(name), str(kind), tuple(given[0]) if given else tuple(before), chained=not given))
    return read, problems


def _repeated(names: Sequence[object]) -> list[object]:
    return list(dict.fromkeys(name for name in names if isinstance(name, str) and names.count(name) > 1))


def _name_problems(place: str, name: object, longest: int) -> Iterator[str]:
    if isinstance(name, Mapping):
        yield f"{place}: expected a name. Whole steps are for a definition: {{'Version': '2020-12-01', 'Steps': [...]}} instead of steps=."
    elif not isinstance(name, str) or not _NAME.fullmatch(name) or len(name) > longest:
        yield f"{place}: the name is not valid. Expected 1 to {longest} letters, digits, '-' and '_'."


def _entry_problems(place: str, value: object) -> Iterator[str]:
    kind: object = value
    if isinstance(value, tuple | list):
        kind, names = cast("tuple[object, object]", value) if len(value) == 2 else (None, None)  # noqa: PLR2004 - a pair
        if isinstance(names, str):
            yield f"{place} is {shown(value)}: the names it depends on are a list. Write ({kind!r}, [{names!r}])."
        elif not isinstance(names, Sequence) or not all(isinstance(each, str) for each in cast("Sequence[object]", names)):
            yield f"{place} is {shown(value)}: expected a type, or (type, [names of the steps it depends on])."
            return
    if not isinstance(kind, str):
        yield f"{place} is {shown(value)}: expected a type, or (type, [names of the steps it depends on])."
    elif kind not in STEP_SCHEMAS:
        yield f"{place}: {kind!r} is not a type of step.{did_you_mean(kind, STEP_SCHEMAS)} Types that can be built: {choices(BUILT_TYPES)}."
    elif kind not in BUILT_TYPES:
        yield f"{place}: what a {kind} step does lies in its Arguments, so it can't be built from its type. Give a whole definition."


def _graph_problems(steps: Sequence[_Step]) -> Iterator[str]:
    by_name = {step.name: step for step in steps}
    unknown = False
    for step in steps:
        for needed in step.depends_on:
            if needed not in by_name:
                unknown = True
                yield (
                    f"steps[{step.name!r}] depends on {needed!r}, which is not there.{did_you_mean(needed, by_name)} "
                    f"Steps: {choices(by_name)}."
                )
            elif by_name[needed].kind == "Fail":
                what = "comes after" if step.chained else "depends on"
                yield (
                    f"steps[{step.name!r}] {what} {needed!r}, a Fail step, and nothing runs after one. "
                    f"Name what it depends on: ({step.kind!r}, [...])."
                )
        if len(set(step.depends_on)) < len(step.depends_on):
            yield f"steps[{step.name!r}] names a step that it depends on more than once: {list(step.depends_on)}."
    if not unknown:
        yield from _cycle_problems(steps)


def _cycle_problems(steps: Sequence[_Step]) -> Iterator[str]:
    try:
        TopologicalSorter({step.name: step.depends_on for step in steps}).prepare()
    except CycleError as error:
        around = " -> ".join(reversed(cast("list[str]", error.args[1])))
        yield f"steps wait for each other in a circle: {around} (each depends on the next). Take one of these dependencies out."
