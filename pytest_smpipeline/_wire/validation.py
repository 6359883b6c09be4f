"""Finds everything in a request that breaks the service's model, and says it in the service's words.

A shape is compiled once into nested functions. Each takes a value and returns what is wrong with it; a container puts its own
name before the paths of what its content returns, so that a valid request builds no text at all.

A value of the wrong JSON type is a fault of the protocol and comes before any constraint. Absent and null members are the same.
Members that the model does not know are ignored.
"""

from collections.abc import Callable, Sequence
from functools import cache
from math import inf
from typing import Any, Final, NamedTuple, TypeAlias

from pytest_smpipeline._wire.java_patterns import compile_pattern
from pytest_smpipeline.exceptions import ServiceError, validation_exception
from pytest_smpipeline.shapes import Shape
from pytest_smpipeline.values import Json, JsonObject

MOST_VIOLATIONS: Final = 10
"""How many violations one answer names; Coral, the framework of AWS's JSON services, stops looking there."""

LONGEST_VALUE: Final = 1024
"""The longest value, in characters, that a sentence repeats. The service leaves long values out; from which length on is not known."""


def validate(shape: Shape, body: JsonObject) -> None:
    """Raise ``ServiceError`` unless the body fits the shape.

    ``SerializationException`` for a value of the wrong JSON type, else one ``ValidationException`` that lists the violations.
    """
    found = findings(shape, body)
    if found:
        raise validation_exception(listed(_sentences(found)))


def listed(sentences: Sequence[str]) -> str:
    """Return violations as the service lists them: their number, and each one's sentence."""
    plural = "s" if len(sentences) > 1 else ""
    return f"{len(sentences)} validation error{plural} detected: {'; '.join(sentences)}"


def violations(shape: Shape, body: JsonObject) -> list[str]:
    """Return the sentences for the first ten constraints that the body breaks, in the model's order of members.

    Raises ``ServiceError`` ``SerializationException`` for a value of the wrong JSON type.
    """
    return _sentences(findings(shape, body))


def _sentences(found: "Sequence[Finding]") -> list[str]:
    for finding in found:
        if finding.unreadable:
            message = f"Expected {finding.constraint} at '{finding.path}', but found {finding.subject}."
            raise ServiceError("SerializationException", message)
    return [finding.sentence for finding in found[:MOST_VIOLATIONS]]


def findings(shape: Shape, value: Json) -> "Sequence[Finding]":
    """Return all that is wrong with a value, in the model's order of members."""
    return _check_for(shape)(value)


class Finding(NamedTuple):
    """One thing wrong: where, what stands there, what should; ``unreadable`` when it is of the wrong JSON type."""

    path: str
    subject: str
    constraint: str
    unreadable: bool = False

    @property
    def is_missing(self) -> bool:
        """Whether nothing stands there."""
        return self.subject == _NULL

    @property
    def sentence(self) -> str:
        """The service's sentence for it."""
        return f"{self.subject} at '{self.path}' failed to satisfy constraint: {self.constraint}"

    def below(self, parent: str) -> "Finding":
        """Return the same, seen from what contains it."""
        return self._replace(path=f"{parent}.{self.path}" if self.path else parent)


class _Constraint(NamedTuple):
    """One rule for a value: its sentence, and the test that is true of values that keep it."""

    sentence: str
    holds: Callable[[Any], object]


_Check: TypeAlias = Callable[[Json], Sequence[Finding]]
_NULL: Final = "Value null"
_FINE: Final[Sequence[Finding]] = ()


@cache
def _check_for(shape: Shape) -> _Check:
    if shape.type == "structure":
        return _structure(shape)
    if shape.element is not None:
        return _list(shape, shape.element)
    if shape.value is not None:
        return _map(shape, shape.value)
    return _scalar(shape)


def _structure(shape: Shape) -> _Check:
    checks: dict[str, _Check] | None = None

    def check(value: Json) -> Sequence[Finding]:
        nonlocal checks
        if not isinstance(value, dict):
            return _unreadable("an object", value)
        if checks is None:
            # Compiled at the first value rather than with the structure, for a structure may contain itself.
            checks = {name: _check_for(member) for name, member in shape.members.items()}
        # Nearly every value is fine, and has few of the model's members: all of them are gone through, in order, only where one is not.
        for name, member in value.items():
            if member is None or (name in checks and checks[name](member)):
                return in_order(checks, value)
        return _FINE if value.keys() >= shape.required else in_order(checks, value)

    def in_order(checks: dict[str, _Check], value: JsonObject) -> Sequence[Finding]:
        found: list[Finding] = []
        for name, check_member in checks.items():
            member = value.get(name)
            if member is not None:
                found += [finding.below(_lower_camel(name)) for finding in check_member(member)]
            elif name in shape.required:
                found.append(_null(_lower_camel(name)))
        return found

    return check


def _list(shape: Shape, element: Shape) -> _Check:
    check_element = _check_for(element)
    constraints = _constraints(shape)
    least, most = shape.minimum or 0, inf if shape.maximum is None else shape.maximum
    sentences = ", ".join(constraint.sentence for constraint in _constraints(element))
    # The values of a plain list are not named one by one: one sentence tells what all of them must satisfy.
    together = "" if element.type == "structure" else f"Member must satisfy constraint: [{sentences}]"

    def check(value: Json) -> Sequence[Finding]:
        if not isinstance(value, list):
            return _unreadable("a list", value)
        if least <= len(value) <= most:
            for item in value:
                if item is None or check_element(item):
                    break
            else:
                return _FINE
        found = [Finding("", _subject(value), sentence) for sentence, holds in constraints if not holds(value)]
        inside: list[Finding] = []
        for position, item in enumerate(value, 1):
            wrong = check_element(item) if item is not None else (_null(""),)
            if wrong:
                inside += [finding.below(f"{position}.member") for finding in wrong]
        if together and inside and not any(finding.unreadable for finding in inside):
            inside = [Finding("", _subject(value), together)]
        return found + inside

    return check


def _map(shape: Shape, value_shape: Shape) -> _Check:
    check_map, check_value = _scalar(shape), _check_for(value_shape)
    sentences = ", ".join(constraint.sentence for constraint in _constraints(value_shape))
    together = f"Map value must satisfy constraint: [{sentences}]"
    contains = value_shape.type in {"structure", "list", "map"}

    def check(value: Json) -> Sequence[Finding]:
        found = check_map(value)
        if found or not isinstance(value, dict):
            return found
        inside: list[Finding] = []
        for name, item in value.items():
            wrong = check_value(item) if item is not None else _FINE
            if wrong:
                inside += [finding.below(name) for finding in wrong]
        if inside and not contains and not any(finding.unreadable for finding in inside):
            return [Finding("", _subject(value), together)]
        return inside

    return check


def _scalar(shape: Shape) -> _Check:
    python_types, expected = _JSON_TYPES[shape.type]
    constraints = _constraints(shape)
    is_sized = shape.type in _SIZED
    least, most = -inf if shape.minimum is None else shape.minimum, inf if shape.maximum is None else shape.maximum
    tests = [constraint.holds for constraint in _content_constraints(shape)]

    def check(value: Any) -> Sequence[Finding]:  # noqa: ANN401 # of whatever type until the first test
        # Not isinstance: True is an int in Python and no number in JSON.
        if type(value) not in python_types:
            return _unreadable(expected, value)
        # The bounds are tested in place: a call has a dozen values, and nearly all keep them.
        if least <= (len(value) if is_sized else value) <= most:
            for holds in tests:
                if not holds(value):
                    break
            else:
                return _FINE
        return [Finding("", _subject(value), sentence) for sentence, holds in constraints if not holds(value)]

    return check


def _constraints(shape: Shape) -> list[_Constraint]:
    """Return a shape's rules in the order in which the service reports them: length before pattern."""
    return _bounds(shape) + _content_constraints(shape)


def _bounds(shape: Shape) -> list[_Constraint]:
    found: list[_Constraint] = []
    lowest, highest = shape.minimum, shape.maximum
    sized = shape.type in _SIZED
    word = "length" if sized else "value"
    if highest is not None:
        sentence = f"Member must have {word} less than or equal to {highest}"
        found.append(_Constraint(sentence, (lambda value: len(value) <= highest) if sized else (lambda value: value <= highest)))
    if lowest is not None:
        sentence = f"Member must have {word} greater than or equal to {lowest}"
        found.append(_Constraint(sentence, (lambda value: len(value) >= lowest) if sized else (lambda value: value >= lowest)))
    return found


def _content_constraints(shape: Shape) -> list[_Constraint]:
    found: list[_Constraint] = []
    matches = compile_pattern(shape.pattern) if shape.pattern else None
    if matches:
        found.append(_Constraint(f"Member must satisfy regular expression pattern: {shape.pattern}", matches))
    if shape.enum:
        found.append(_Constraint(f"Member must satisfy enum value set: [{', '.join(shape.enum)}]", frozenset(shape.enum).__contains__))
    return found


def _null(path: str) -> Finding:
    return Finding(path, _NULL, "Member must not be null")


def _unreadable(expected: str, value: Json) -> Sequence[Finding]:
    return (Finding("", _JSON_NAMES[type(value)], expected, unreadable=True),)


def _subject(value: Json) -> str:
    """Return ``Value 'x'`` as Java prints x, a list or a map included, or ``Value`` alone when x is long or a list of structures."""
    text = str(value)
    if isinstance(value, list):
        if any(isinstance(item, dict) for item in value):
            return "Value"
        text = f"[{', '.join(map(_printed, value))}]"
    elif isinstance(value, dict):
        text = f"{{{', '.join(f'{name}={_printed(item)}' for name, item in value.items())}}}"
    return f"Value '{text}'" if len(text) <= LONGEST_VALUE else "Value"


def _printed(value: Json) -> str:
    return "null" if value is None else str(value)


def _lower_camel(name: str) -> str:
    return name[:1].lower() + name[1:]


_SIZED: Final = frozenset({"string", "list", "map"})
_JSON_TYPES: Final[dict[str, tuple[frozenset[type], str]]] = {
    "string": (frozenset({str}), "a string"),
    "boolean": (frozenset({bool}), "true or false"),
    "integer": (frozenset({int}), "a whole number"),
    "long": (frozenset({int}), "a whole number"),
    "float": (frozenset({int, float}), "a number"),
    "double": (frozenset({int, float}), "a number"),
    "timestamp": (frozenset({int, float}), "a time in seconds since 1970"),
    "map": (frozenset({dict}), "an object"),
}
_JSON_NAMES: Final[dict[type, str]] = {
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    dict: "an object",
    list: "a list",
    type(None): "null",
}
