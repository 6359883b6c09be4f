"""How conditions are written."""

from collections.abc import Callable

import pytest

from pytest_smpipeline._definition.expressions import ParameterReference
from pytest_smpipeline._definition.nodes import Comparison, Definition, In, Not, Or
from pytest_smpipeline._definition.problems import DefinitionError
from pytest_smpipeline.values import Json, JsonObject

PREFIX = "Unable to parse pipeline definition. "
EQUAL: JsonObject = {"Type": "Equals", "LeftValue": 1, "RightValue": 1}


def gate(*conditions: Json) -> JsonObject:
    """Return a Condition step."""
    return {"Name": "Gate", "Type": "Condition", "Arguments": {"Conditions": list(conditions), "IfSteps": [], "ElseSteps": []}}


@pytest.mark.fidelity("CND-008")
def test_conditions_are_read(define: Callable[..., Definition]) -> None:
    """Comparisons, In, Not and Or nest freely; operands are constants or functions."""
    conditions: list[Json] = [
        {"Type": "GreaterThan", "LeftValue": {"Get": "Parameters.X"}, "RightValue": 0.5},
        {"Type": "Not", "Condition": {"Type": "In", "QueryValue": "a", "Values": ["b", {"Get": "Parameters.X"}]}},
        {"Type": "Or", "Conditions": [EQUAL, {"Type": "Not", "Condition": EQUAL}]},
        {"Type": "Or", "Conditions": []},
    ]
    definition = define(gate(*conditions), Parameters=[{"Name": "X", "Type": "String"}])
    equal = Comparison("Equals", 1, 1)
    assert definition.steps["Gate"].conditions == (
        Comparison("GreaterThan", ParameterReference("X"), 0.5),
        Not(In("a", ("b", ParameterReference("X")))),
        Or((equal, Not(equal))),
        Or(()),
    )


@pytest.mark.fidelity("CND-009", "CND-010", "CND-011", "DEF-004", "DEF-006")
@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({"Type": "Not", "Expression": EQUAL}, "Cannot parse object, unknown property 'Expression'."),
        ({**EQUAL, "Left": 1}, "Cannot parse object, unknown property 'Left'."),
        (
            {"Type": "In", "Value": 1, "In": [1]},
            "Cannot parse object, unknown property 'Value'.; Cannot parse object, unknown property 'In'.",
        ),
        ("Equals", "Expecting start of Json Object."),
        ({"Type": "Or", "Conditions": EQUAL}, "Expecting start of Json Array."),
        ({"Type": "In", "QueryValue": 1, "Values": {"Get": "Parameters.X"}}, "Expecting start of Json Array."),
        ({"LeftValue": 1, "RightValue": 1}, "'Type' is required. @ $.Steps[0].Arguments.Conditions[0]"),
        ({"Type": 1}, "Expecting a string but found 1. @ $.Steps[0].Arguments.Conditions[0].Type"),
        ({"Type": "Equals", "LeftValue": 1}, "'RightValue' is required. @ $.Steps[0].Arguments.Conditions[0]"),
        ({"Type": "Equals", "LeftValue": None, "RightValue": 1}, "'LeftValue' is required. @ $.Steps[0].Arguments.Conditions[0]"),
        ({"Type": "Not", "Condition": 1}, "Expecting start of Json Object."),
        (
            {"Type": "Equals", "LeftValue": [1], "RightValue": {"a": {"Get": "Parameters.X"}}},
            (
                "Expecting a string, a number, a boolean or a function but found an array. @ $.Steps[0].Arguments.Conditions[0].LeftValue; "
                "Expecting a string, a number, a boolean or a function but found an object. @ $.Steps[0].Arguments.Conditions[0].RightValue"
            ),
        ),
        (
            {"Type": "Equal", "LeftValue": 1, "RightValue": 1},
            (
                "'Equal' is not a type of condition; those are 'Equals', 'GreaterThan', 'GreaterThanOrEqualTo', 'In', 'LessThan',"
                " 'LessThanOrEqualTo', 'Not', 'Or'. Did you mean 'Equals'? @ $.Steps[0].Arguments.Conditions[0].Type"
            ),
        ),
        (
            {"Type": "NotEquals", "LeftValue": 1, "RightValue": 1},
            (
                "'NotEquals' is not a type of condition; those are 'Equals', 'GreaterThan', 'GreaterThanOrEqualTo', 'In', 'LessThan',"
                " 'LessThanOrEqualTo', 'Not', 'Or'. Write Not of Equals instead. @ $.Steps[0].Arguments.Conditions[0].Type"
            ),
        ),
    ],
)
def test_conditions_that_cannot_be_read_are_refused(refusal: Callable[..., DefinitionError], condition: Json, message: str) -> None:
    """The service's words where they are known; a member it does not know hides what is missing beside it."""
    assert refusal(gate(condition), Parameters=[{"Name": "X"}]).message == PREFIX + message


@pytest.mark.fidelity("CND-012")
def test_conditions_nest_up_to_a_bound(define: Callable[..., Definition], refusal: Callable[..., DefinitionError]) -> None:
    """Not and Or may nest 32 levels deep, the comparison included."""

    def nested(levels: int) -> Json:
        condition: Json = EQUAL
        for _ in range(levels - 1):
            condition = {"Type": "Not", "Condition": condition}
        return condition

    assert len(define(gate(nested(32))).steps["Gate"].conditions) == 1
    problem = refusal(gate(nested(33))).problems[0]
    assert problem.message == "The condition is nested deeper than 32 levels."
    assert problem.path == "$.Steps[0].Arguments.Conditions[0]" + 32 * ".Condition"
