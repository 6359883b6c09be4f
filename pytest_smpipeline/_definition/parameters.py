"""What StartPipelineExecution gives a pipeline's parameters: strings, checked against the definition and typed by it."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, cast

from pytest_smpipeline._definition.nodes import Definition, Parameter, ParameterValue
from pytest_smpipeline._definition.wording import quoted
from pytest_smpipeline.exceptions import validation_exception
from pytest_smpipeline.suggestions import choices, did_you_mean

__all__ = ["ParameterValue", "ParameterValueError", "bind", "format_value", "parse_value"]

_INTEGER: Final = re.compile(r"-?[0-9]{1,1024}")
_FLOAT: Final = re.compile(r"-?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_BOOLEANS: Final = {"true": True, "True": True, "false": False, "False": False}
# The service's words for a violation of its JSON schema (SDK issue 4016); they name no parameter.
_TOO_SHORT: Final = 'string "" is too short (length: 0, required minimum: 1)'


class ParameterValueError(ValueError):
    """A parameter cannot take a value; the message names both."""


def bind(definition: Definition, given: Sequence[tuple[str, str]]) -> Mapping[str, ParameterValue]:
    """Return the effective values of a run in the definition's order, defaults filled in.

    ``given`` holds the names and values of the request; who gives the same as the last one gets the same mapping. Raises
    ``ServiceError`` (ValidationException) with every violation: a name that is unknown or given twice, a value that is empty, of the
    wrong type or not among the EnumValues, a parameter without default that is not given.
    """
    known = definition.bound
    if known is not None and known[0] == given:
        return known[1]
    declared = definition.parameters
    violations = list(_misnamed(declared, given))
    empty = [_TOO_SHORT for _, text in given if not text]
    if empty:
        violations.append(f"[{', '.join(empty)}]")
    values = {name: parameter.default for name, parameter in declared.items()}
    for name, text in given:
        if text and name in declared:
            try:
                values[name] = parse_value(declared[name], text)
            except ParameterValueError as error:
                violations.append(str(error))
    if violations:
        raise validation_exception("; ".join(violations))
    bound = cast("dict[str, ParameterValue]", values)  # in the order of the definition, each with its value
    definition.keep(given, bound)
    return bound


def _misnamed(declared: Mapping[str, Parameter], given: Sequence[tuple[str, str]]) -> Iterator[str]:
    named: set[str] = set()
    for name, _ in given:
        if name in named:
            yield f"Parameter {quoted(name)} is given more than once."
        elif name not in declared:
            yield f"Unknown parameter {quoted(name)}.{did_you_mean(name, declared)}"
        named.add(name)
    for name, parameter in declared.items():
        if name not in named and not parameter.has_default:
            yield f"Parameter {quoted(name)} is undefined."


def parse_value(parameter: Parameter, text: str) -> ParameterValue:
    """Return the typed value that a request's string gives a parameter.

    Raises ``ParameterValueError`` when the text is not of the parameter's type or not among its EnumValues.
    """
    match parameter.type:
        case "String":
            value: ParameterValue | None = text
        case "Integer":
            value = int(text) if _INTEGER.fullmatch(text) else None
        case "Float":
            value = _finite(text)
        case _:
            value = _BOOLEANS.get(text)
    if value is None:
        message = f"Unexpected type for parameter '{parameter.name}'. Expected {parameter.type} but found {quoted(text)}."
        raise ParameterValueError(message)
    if parameter.enum_values and text not in parameter.enum_values:
        hint = did_you_mean(text, parameter.enum_values)
        message = f"Parameter '{parameter.name}' takes {choices(parameter.enum_values)}, not {quoted(text)}.{hint}"
        raise ParameterValueError(message)
    return value


def _finite(text: str) -> float | None:
    value = float(text) if _FLOAT.fullmatch(text) else math.inf
    return value if math.isfinite(value) else None


def format_value(value: ParameterValue) -> str:
    """Return a value as the text of a request or an answer: booleans as ``true`` and ``false``, strings as they are."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
