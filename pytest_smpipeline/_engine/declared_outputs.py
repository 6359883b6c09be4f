"""Declared outputs: which OutputParameters a Lambda or Callback step has, and what a value becomes as one."""

import json
from collections.abc import Iterable, Mapping

from pytest_smpipeline._definition.nodes import OutputParameter, Parameter
from pytest_smpipeline._definition.parameters import ParameterValueError, parse_value
from pytest_smpipeline.values import Json


def typed_output(output: OutputParameter, value: Json) -> Json:
    """Return a value as the type that is declared for it; objects and lists stay what they are where text is declared.

    Raises ``ParameterValueError`` when its text is not of that type.
    """
    if output.type == "String" and isinstance(value, dict | list):
        return value
    return parse_value(Parameter(output.name, output.type), value if isinstance(value, str) else json.dumps(value))


def typed_outputs(declared: Iterable[OutputParameter], values: Mapping[str, Json]) -> dict[str, Json]:
    """Return values by name, those that are declared as their types.

    What does not fit stays as it is: a script is checked when it is written, against the version that was the newest then.
    """
    typed = dict(values)
    for output in declared:
        if output.name in values:
            try:
                typed[output.name] = typed_output(output, values[output.name])
            except ParameterValueError:
                continue
    return typed
