"""The operators of event patterns: what one value of a field has to be."""

import ipaddress
import json
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias, TypeGuard

from pytest_smpipeline.suggestions import choices, did_you_mean
from pytest_smpipeline.values import Json

ValueTest: TypeAlias = Callable[[Json], bool]
"""Says of one value whether it is what a pattern asks for."""

Test: TypeAlias = Callable[[str], bool]

LARGEST_NUMBER: Final = 5_000_000_000
"""Numbers are compared up to this bound, on both sides of zero."""

_COMPARISONS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}
_RANGES: Final = [[below, above] for below in (">", ">=") for above in ("<", "<=")]
_WILDCARD_PARTS: Final = re.compile(r"(?P<escaped>\\[*\\])|(?P<star>\*)|(?P<wrong>\\)|(?P<text>[^*\\]+)")


class Problem(NamedTuple):
    """What is wrong with a pattern, and where."""

    path: str
    text: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.text} @ {self.path}"


class _UnfitError(Exception):
    """An operator was given something that it does not take; the text says what it takes."""


def exact(wanted: Json) -> ValueTest:
    """Return the test for this very value: numbers count as they are written, so 300 is not 300.0, and 1 is not true."""
    text = json.dumps(wanted)
    return lambda value: json.dumps(value) == text


def compile_operator(expression: object, path: str, problems: list[Problem]) -> Iterator[ValueTest]:
    """Yield the test that an object with one operator stands for, or note what is wrong with it."""
    if not isinstance(expression, Mapping) or len(expression) != 1:
        problems.append(
            Problem(path, f"a value is a string, a number, true, false, null or an object with one operator, not {expression!r}")
        )
        return
    ((name, operand),) = expression.items()
    if name not in OPERATORS:
        problems.append(Problem(path, f"{name!r} is no operator.{did_you_mean(str(name), OPERATORS)} Known: {choices(OPERATORS)}"))
        return
    try:
        yield OPERATORS[name](operand)
    except _UnfitError as error:
        problems.append(Problem(f"{path}.{name}", f"{name} takes {error}, not {operand!r}"))


def _on_text(test: Test) -> ValueTest:
    return lambda value: isinstance(value, str) and test(value)


def _prefix(operand: object) -> ValueTest:
    return _on_text(_end_of_text(operand, str.startswith))


def _suffix(operand: object) -> ValueTest:
    return _on_text(_end_of_text(operand, str.endswith))


def _end_of_text(operand: object, compare: Callable[[str, str], bool]) -> Test:
    if isinstance(operand, str):
        return lambda text: compare(text, operand)
    if isinstance(operand, Mapping) and list(operand) == ["equals-ignore-case"]:
        folded = _text(operand["equals-ignore-case"], "a string, or an object with equals-ignore-case and a string").lower()
        return lambda text: compare(text.lower(), folded)
    raise _UnfitError("a string, or an object with equals-ignore-case and a string")


def _equals_ignore_case(operand: object) -> ValueTest:
    folded = _text(operand, "a string").lower()
    return _on_text(lambda text: text.lower() == folded)


def _wildcard(operand: object) -> ValueTest:
    pattern = re.compile(_wildcard_expression(_text(operand, "a string")), re.DOTALL)
    return _on_text(lambda text: pattern.fullmatch(text) is not None)


def _wildcard_expression(wildcard: str) -> str:
    if "**" in wildcard.replace("\\\\", "").replace("\\*", ""):
        raise _UnfitError("a string without two wildcards in a row")
    expression = ""
    for part in _WILDCARD_PARTS.finditer(wildcard):
        if part["wrong"]:
            raise _UnfitError("a string in which a backslash stands before * or another backslash only")
        expression += ".*" if part["star"] else re.escape(part["text"] or part["escaped"][1:])
    return expression


def _exists(operand: object) -> ValueTest:
    if operand is not True:  # false is no test of a value
        raise _UnfitError("true or false")
    return lambda _: True


def _numeric(operand: object) -> ValueTest:
    takes = 'a comparison and a number, such as [">", 0], or two of them from below and above, such as [">", 0, "<=", 5]'
    if not isinstance(operand, list | tuple) or len(operand) not in {2, 4}:
        raise _UnfitError(takes)
    signs, bounds = list(operand[::2]), list(operand[1::2])
    if not all(_is_number(bound) and abs(bound) <= LARGEST_NUMBER for bound in bounds):
        raise _UnfitError(f"{takes}, with numbers from -{LARGEST_NUMBER} to {LARGEST_NUMBER}")
    fits = signs[0] in list(_COMPARISONS) if len(signs) == 1 else signs in _RANGES and bounds[0] < bounds[1]
    if not fits:
        raise _UnfitError(takes)
    pairs = list(zip(signs, bounds, strict=True))
    return lambda value: (
        _is_number(value) and abs(value) <= LARGEST_NUMBER and all(_COMPARISONS[sign](value, bound) for sign, bound in pairs)
    )


def _cidr(operand: object) -> ValueTest:
    try:
        network = ipaddress.ip_network(_text(operand, "a range of IP addresses"), strict=False)
    except ValueError:
        raise _UnfitError("a range of IP addresses, such as 10.0.0.0/24") from None
    return _on_text(lambda text: _is_within(text, network))


def _is_within(text: str, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    try:
        return ipaddress.ip_address(text) in network
    except ValueError:
        return False


def _anything_but(operand: object) -> ValueTest:
    if isinstance(operand, Mapping):
        return _anything_but_like(operand)
    refused = list(operand) if isinstance(operand, list | tuple) else [operand]
    if refused and all(_is_number(each) for each in refused):
        return lambda value: not (_is_number(value) and value in refused)
    if refused and all(isinstance(each, str) for each in refused):
        return lambda value: value not in refused
    raise _UnfitError("a string, a number, an array of the one or the other, or an object with one operator")


def _anything_but_like(operand: Mapping[object, object]) -> ValueTest:
    known = {name: OPERATORS[name] for name in ("prefix", "suffix", "equals-ignore-case", "wildcard")}
    name = next(iter(operand), None)
    if len(operand) != 1 or not isinstance(name, str) or name not in known:
        raise _UnfitError(f"of operators one of {choices(known)}")
    texts = operand[name]
    each = texts if isinstance(texts, list) else [texts]
    if not each or not all(isinstance(text, str) and text for text in each):
        raise _UnfitError(f"{name} with a string or an array of strings, none of them empty")
    tests = [known[name](text) for text in each]
    return lambda value: not any(test(value) for test in tests)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(operand: object, takes: str) -> str:
    if not isinstance(operand, str):
        raise _UnfitError(takes)
    return operand


OPERATORS: Final[Mapping[str, Callable[[object], ValueTest]]] = {
    "anything-but": _anything_but,
    "cidr": _cidr,
    "equals-ignore-case": _equals_ignore_case,
    "exists": _exists,
    "numeric": _numeric,
    "prefix": _prefix,
    "suffix": _suffix,
    "wildcard": _wildcard,
}
"""What a value can be held against, by name."""
