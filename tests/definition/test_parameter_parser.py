"""How parameters are declared."""

from collections.abc import Callable

import pytest

from pytest_smpipeline._definition.nodes import Definition, Parameter
from pytest_smpipeline._definition.problems import DefinitionError
from pytest_smpipeline.values import Json

PREFIX = "Unable to parse pipeline definition. "


@pytest.mark.fidelity("PRM-001", "PRM-002")
@pytest.mark.parametrize(
    ("declared", "parameter"),
    [
        ({"Name": "A"}, Parameter("A", "String")),
        ({"Name": "A", "Type": None, "DefaultValue": None, "EnumValues": None}, Parameter("A", "String")),
        ({"Name": "A", "Type": "String", "DefaultValue": ""}, Parameter("A", "String", "")),
        ({"Name": "A", "Type": "String", "DefaultValue": "x", "EnumValues": ["x", "y"]}, Parameter("A", "String", "x", ("x", "y"))),
        ({"Name": "A", "Type": "Integer", "DefaultValue": 0, "Description": "d"}, Parameter("A", "Integer", 0)),
        ({"Name": "A", "Type": "Float", "DefaultValue": 1}, Parameter("A", "Float", 1.0)),
        ({"Name": "A", "Type": "Float", "DefaultValue": 0.5}, Parameter("A", "Float", 0.5)),
        ({"Name": "A-b_1", "Type": "Boolean", "DefaultValue": False}, Parameter("A-b_1", "Boolean", False)),
    ],
)
def test_parameters_are_declared(define: Callable[..., Definition], declared: Json, parameter: Parameter) -> None:
    """String is the type unless another is given; a default may be empty, zero or false, and null is none."""
    found = define(Parameters=[declared]).parameters[parameter.name]
    assert found == parameter
    assert type(found.default) is type(parameter.default)
    assert found.has_default is (parameter.default is not None)


@pytest.mark.fidelity("PRM-003", "PRM-004", "DEF-004")
@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ("A", "Expecting start of Json Object."),
        ({"Name": "A", "Default": 1}, "Cannot parse object, unknown property 'Default'."),
        ({"Type": "String"}, "'Name' is required. @ $.Parameters[0]"),
        ({"Name": 3}, "Expecting a string but found 3. @ $.Parameters[0].Name"),
        ({"Name": "a b"}, "'a b' is not a name: expected 1 to 256 letters, digits, '-' and '_'. @ $.Parameters[0].Name"),
        (
            {"Name": "A", "Type": "Int"},
            "'Type' takes 'Boolean', 'Float', 'Integer', 'String', not 'Int'. Did you mean 'Integer'? @ $.Parameters[0].Type",
        ),
        ({"Name": "A", "Description": 1}, "Expecting a string but found 1. @ $.Parameters[0].Description"),
        ({"Name": "A", "DefaultValue": 1}, "Expecting a value of type String but found 1. @ $.Parameters[0].DefaultValue"),
        (
            {"Name": "A", "Type": "Integer", "DefaultValue": "1"},
            "Expecting a value of type Integer but found a string. @ $.Parameters[0].DefaultValue",
        ),
        (
            {"Name": "A", "Type": "Integer", "DefaultValue": 1.0},
            "Expecting a value of type Integer but found 1.0. @ $.Parameters[0].DefaultValue",
        ),
        (
            {"Name": "A", "Type": "Integer", "DefaultValue": True},
            "Expecting a value of type Integer but found true. @ $.Parameters[0].DefaultValue",
        ),
        (
            {"Name": "A", "Type": "Float", "DefaultValue": False},
            "Expecting a value of type Float but found false. @ $.Parameters[0].DefaultValue",
        ),
        (
            {"Name": "A", "Type": "Float", "DefaultValue": 10**309},
            f"Expecting a value of type Float but found {str(10**309)[:120]}.... @ $.Parameters[0].DefaultValue",
        ),
        (
            {"Name": "A", "Type": "Boolean", "DefaultValue": "true"},
            "Expecting a value of type Boolean but found a string. @ $.Parameters[0].DefaultValue",
        ),
        (
            {"Name": "A", "Type": "Integer", "EnumValues": ["1"]},
            "'EnumValues' belongs to a parameter of type String, not Integer. @ $.Parameters[0].EnumValues",
        ),
        ({"Name": "A", "EnumValues": ["x", 1]}, "Expecting a string but found 1. @ $.Parameters[0].EnumValues[1]"),
        ({"Name": "A", "EnumValues": "x"}, "Expecting start of Json Array."),
    ],
)
def test_declarations_that_cannot_be_read_are_refused(refusal: Callable[..., DefinitionError], declared: Json, message: str) -> None:
    """A default is of the parameter's own JSON type, never a string that only looks like it."""
    assert refusal(Parameters=[declared]).message == PREFIX + message
