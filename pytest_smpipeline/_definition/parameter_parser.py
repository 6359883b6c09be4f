"""From the JSON of a definition's Parameters to declared parameters."""

from typing import Final, cast, get_args

from pytest_smpipeline._definition.names import LONGEST_PARAMETER_NAME, read_name
from pytest_smpipeline._definition.nodes import Parameter, ParameterType, ParameterValue
from pytest_smpipeline._definition.objects import ObjectReader
from pytest_smpipeline._definition.problems import Problems
from pytest_smpipeline._definition.wording import found
from pytest_smpipeline.values import Json

PARAMETER_TYPES: Final[tuple[str, ...]] = get_args(ParameterType)
_MEMBERS: Final = frozenset({"Name", "Type", "DefaultValue", "EnumValues", "Description"})


def read_parameters(definition: ObjectReader, problems: Problems) -> list[tuple[Parameter, str]]:
    """Return the declared parameters in their order, each with its path; those that cannot be read are reported and left out."""
    declared: list[tuple[Parameter, str]] = []
    for reader in definition.objects("Parameters"):
        parameter = _read_parameter(reader, problems)
        if parameter is not None:
            declared.append((parameter, reader.path))
    return declared


def _read_parameter(reader: ObjectReader, problems: Problems) -> Parameter | None:
    if not reader.members(_MEMBERS, ("Name",)):
        return None
    reader.string("Description")
    name = read_name(reader, "Name", LONGEST_PARAMETER_NAME, problems)
    kind = cast("ParameterType", reader.choice("Type", PARAMETER_TYPES) or "String")
    enum_values = reader.strings("EnumValues")
    if reader.raw.get("EnumValues") is not None and kind != "String":
        problems.add(reader.place("EnumValues"), f"'EnumValues' belongs to a parameter of type String, not {kind}.")
    default = _read_default(reader, kind, problems)
    return None if name is None else Parameter(name, kind, default, enum_values)


def _read_default(reader: ObjectReader, kind: ParameterType, problems: Problems) -> ParameterValue | None:
    value = reader.raw.get("DefaultValue")
    if value is None:
        return None
    typed = typed_value(value, kind)
    if typed is None:
        problems.add(reader.place("DefaultValue"), f"Expecting a value of type {kind} but found {found(value)}.")
    return typed


def typed_value(value: Json, kind: ParameterType) -> ParameterValue | None:
    """Return a JSON value as a parameter of the type holds it, or None when it is of another type."""
    match kind, value:
        case "String", str():
            return value
        case "Boolean", bool():
            return value
        case (("Integer" | "Float"), bool()):
            return None
        case "Integer", int():
            return value
        case "Float", int() | float():
            return _as_float(value)
        case _:
            return None


def _as_float(value: float) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None
