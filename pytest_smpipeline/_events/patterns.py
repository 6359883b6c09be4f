"""Event patterns: which events a rule is about, in EventBridge's language."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from pytest_smpipeline._events.operators import OPERATORS, Problem, ValueTest, compile_operator, exact
from pytest_smpipeline.values import Json

Node: TypeAlias = "Fields | Values"

_OR: Final = "$or"


class InvalidPatternError(Exception):
    """A text that is no event pattern; ``problems`` say what is wrong and where, one a line."""

    def __init__(self, problems: list[str]) -> None:
        """Tell all problems."""
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Values:
    """What one field may be: one of its values passes a test, or ``absent`` is allowed and there is none."""

    tests: tuple[ValueTest, ...]
    absent: bool

    def matches(self, value: Json, *, is_there: bool) -> bool:
        """Return whether a field with this value fits; an object is no value, and of an array each element is one."""
        values = list(_leaves(value)) if is_there else []
        return any(test(leaf) for test in self.tests for leaf in values) or (self.absent and not values)


@dataclass(frozen=True, slots=True)
class Fields:
    """What an object may be: all fields fit, and of each group of alternatives one does."""

    fields: Mapping[str, Node]
    alternatives: tuple[tuple["Fields", ...], ...]

    def matches(self, value: Json, *, is_there: bool = True) -> bool:
        """Return whether an object fits; of an array one element has to fit as a whole."""
        if is_there and isinstance(value, list):
            return any(self.matches(element) for element in value)
        members = value if is_there and isinstance(value, dict) else {}
        return all(node.matches(members.get(name), is_there=name in members) for name, node in self.fields.items()) and all(
            any(branch.matches(members) for branch in branches) for branches in self.alternatives
        )


def parse_pattern(pattern: object) -> Fields:
    """Return the pattern that a JSON text or an object says.

    Raises ``InvalidPatternError`` with every problem and its path.
    """
    if isinstance(pattern, str):
        try:
            pattern = json.loads(pattern)
        except ValueError as error:
            raise InvalidPatternError([f"this is no JSON: {error} @ $"]) from None
    problems: list[Problem] = []
    parsed = _fields(pattern, "$", problems, within_or=False)
    if problems:
        raise InvalidPatternError([str(problem) for problem in problems])
    return parsed


def _fields(pattern: object, path: str, problems: list[Problem], *, within_or: bool) -> Fields:
    fields: dict[str, Node] = {}
    alternatives: list[tuple[Fields, ...]] = []
    if not isinstance(pattern, Mapping):
        problems.append(Problem(path, f"a pattern is an object, not {pattern!r}"))
    elif not pattern:
        problems.append(Problem(path, "an empty object matches nothing that EventBridge accepts"))
    else:
        for name, member in pattern.items():
            place = f"{path}.{name}"
            if name == _OR:
                alternatives.append(tuple(_branches(member, path, problems)))
            elif within_or and name in OPERATORS:
                problems.append(Problem(place, f"{name} is an operator and can't be a field inside $or"))
            elif isinstance(member, Mapping):
                fields[name] = _fields(member, place, problems, within_or=within_or)
            else:
                fields[name] = _values(member, place, problems)
    return Fields(fields, tuple(alternatives))


def _branches(branches: object, path: str, problems: list[Problem]) -> Iterator[Fields]:
    if not isinstance(branches, list | tuple) or len(branches) < 2:  # noqa: PLR2004 # an alternative to what?
        problems.append(Problem(f"{path}.{_OR}", f"$or takes an array of two or more patterns, not {branches!r}"))
        return
    for number, branch in enumerate(branches):
        yield _fields(branch, f"{path}.{_OR}[{number}]", problems, within_or=True)


def _values(allowed: object, path: str, problems: list[Problem]) -> Values:
    if not isinstance(allowed, list | tuple) or not allowed:
        problems.append(Problem(path, f"the values of a field are an array that is not empty, not {allowed!r}; write [{allowed!r}]"))
        return Values((), absent=False)
    tests: list[ValueTest] = []
    absent = False
    for number, value in enumerate(allowed):
        place = f"{path}[{number}]"
        if value is None or isinstance(value, str | int | float):
            tests.append(exact(value))
        elif value == {"exists": False}:
            absent = True
        else:
            tests.extend(compile_operator(value, place, problems))
    return Values(tuple(tests), absent)


def _leaves(value: Json) -> Iterator[Json]:
    if isinstance(value, list):
        for element in value:
            yield from _leaves(element)
    elif not isinstance(value, dict):
        yield value
