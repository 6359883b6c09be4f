"""What arguments may hold."""

from collections.abc import Callable

import pytest

from pytest_smpipeline._definition.expression_parser import MAX_NESTING, ExpressionParser
from pytest_smpipeline._definition.expressions import JsonGet, ParameterReference, PropertyFileReference, Structure
from pytest_smpipeline._definition.problems import Problems
from pytest_smpipeline.values import Json, JsonObject

Complaints = Callable[[Json], list[str]]
FILE: Json = {"Get": "Steps.Eval.PropertyFiles.Report"}


@pytest.fixture
def complaints() -> Complaints:
    """Return a function that parses a value at ``$.A`` and returns what is wrong with it, as the service answers."""

    def complaints(value: Json) -> list[str]:
        problems = Problems()
        ExpressionParser(problems).parse(value, "$.A")
        return [problem.answer() for problem in problems]

    return complaints


@pytest.mark.fidelity("DEF-004", "REF-002", "REF-009", "REF-010", "REF-011")
@pytest.mark.parametrize(
    ("value", "answers"),
    [
        ({"Get": 1}, ["Expecting a string but found 1. @ $.A.Get"]),
        ({"Get": {"Get": "Parameters.X"}}, ["Expecting a string but found a function. @ $.A.Get"]),
        ({"x": {"Get": "Parameters.X", "Default": 1}}, ["Cannot parse object, unknown property 'Default'."]),
        (
            {"x": [{"Get": "Steps.S.a["}]},
            ["'Steps.S.a[' is not a reference: cannot read '['; expected .name, [0] or ['name']. @ $.A.x[0].Get"],
        ),
        (
            {"x y": FILE},
            ["'Steps.Eval.PropertyFiles.Report' is a property file; only the PropertyFile of Std:JsonGet can hold it. @ $.A['x y'].Get"],
        ),
        ({"Std:Jion": {}}, ["'Std:Jion' is not a function. Did you mean 'Std:Join'? @ $.A"]),
        ({"Std:Join": "x"}, ["Expecting start of Json Object."]),
        ({"Std:Join": {"Get": "Parameters.X"}}, ["Expecting start of Json Object."]),
        ({"Std:Join": {"Values": [], "on": "/"}}, ["Cannot parse object, unknown property 'on'."]),
        ({"Std:Join": {"Values": []}, "x": 1}, ["Cannot parse object, unknown property 'x'."]),
        ({"Std:JsonGet": {"Path": "a"}, "x": 1}, ["Cannot parse object, unknown property 'x'."]),
        ({"Std:Join": {"On": "/"}}, ["Expecting start of Json Array."]),
        ({"Std:Join": {"On": "/", "Values": {"Get": "Parameters.X"}}}, ["Expecting start of Json Array."]),
        ({"Std:Join": {"On": 1, "Values": []}}, ["Expecting a string but found 1. @ $.A['Std:Join'].On"]),
        (
            {"Std:Join": {"On": {"Get": "Parameters.X"}, "Values": []}},
            ["Expecting a string but found a function. @ $.A['Std:Join'].On"],
        ),
        (
            {"Std:Join": {"Values": ["a", None, [1], {"b": {"Get": "Parameters.X"}}]}},
            [
                "Expecting a string, a number, a boolean or a function but found null. @ $.A['Std:Join'].Values[1]",
                "Expecting a string, a number, a boolean or a function but found an array. @ $.A['Std:Join'].Values[2]",
                "Expecting a string, a number, a boolean or a function but found an object. @ $.A['Std:Join'].Values[3]",
            ],
        ),
        (
            {"Std:Join": {"Values": [{"Get": "Nothing"}]}},
            [
                (
                    "'Nothing' is not a reference: it starts with none of 'Execution', 'ForEach', 'IterationOutput', 'Parameters', 'Steps'."
                    " @ $.A['Std:Join'].Values[0].Get"
                )
            ],
        ),
        ({"Std:JsonGet": []}, ["Expecting start of Json Object."]),
        ({"Std:JsonGet": {"Path": "a"}}, ["Std:JsonGet needs 'PropertyFile' or 'S3Uri'. @ $.A['Std:JsonGet']"]),
        (
            {"Std:JsonGet": {"Path": "a", "PropertyFile": FILE, "S3Uri": "s3://b/k"}},
            ["Std:JsonGet takes either 'PropertyFile' or 'S3Uri', not both. @ $.A['Std:JsonGet']"],
        ),
        (
            {"Std:JsonGet": {"Path": "a", "PropertyFile": "Report"}},
            ['The PropertyFile of Std:JsonGet must be {"Get": "Steps.<step>.PropertyFiles.<name>"}. @ $.A[\'Std:JsonGet\'].PropertyFile'],
        ),
        (
            {"Std:JsonGet": {"Path": "a", "PropertyFile": {"Get": "Steps.Eval.Report"}}},
            ['The PropertyFile of Std:JsonGet must be {"Get": "Steps.<step>.PropertyFiles.<name>"}. @ $.A[\'Std:JsonGet\'].PropertyFile'],
        ),
        (
            {"Std:JsonGet": {"Path": "a", "PropertyFile": {"Get": 1}}},
            ["Expecting a string but found 1. @ $.A['Std:JsonGet'].PropertyFile.Get"],
        ),
        (
            {"Std:JsonGet": {"Path": "a", "S3Uri": ["s3://b/k"]}},
            ["The S3Uri of Std:JsonGet must be a string or a function, not an array. @ $.A['Std:JsonGet'].S3Uri"],
        ),
        ({"Std:JsonGet": {"S3Uri": "s3://b/k"}}, ["Expecting a string but found null. @ $.A['Std:JsonGet'].Path"]),
        (
            {"Std:JsonGet": {"S3Uri": "s3://b/k", "Path": "a..b"}},
            ["'a..b' is not a path: cannot read '..b'; expected .name, [0] or ['name']. @ $.A['Std:JsonGet'].Path"],
        ),
        (
            {"Std:JsonGet": {"S3Uri": "s3://b/k", "Path": ""}},
            ["'' is not a path: a path needs at least one name. @ $.A['Std:JsonGet'].Path"],
        ),
    ],
)
def test_functions_that_cannot_be_read_are_refused(complaints: Complaints, value: Json, answers: list[str]) -> None:
    """Each says what was expected and where; what holds a refused function does not complain again."""
    assert complaints(value) == answers


def test_all_problems_of_a_value_are_found(complaints: Complaints) -> None:
    """One bad function does not hide another."""
    assert len(complaints({"a": {"Get": 1}, "b": [{"Std:Join": 2}, {"Get": None}]})) == 3


def test_a_property_file_is_read_inside_json_get_only(express: Callable[[Json], object]) -> None:
    """Std:JsonGet keeps the file and the keys of its path."""
    assert express({"Std:JsonGet": {"PropertyFile": FILE, "Path": "a[0]"}}) == JsonGet(
        ("a", 0), property_file=PropertyFileReference("Eval", "Report")
    )


def test_structures_know_where_their_nodes_are(express: Callable[[Json], object]) -> None:
    """A structure keeps the JSON as written and the way to each node in it."""
    value: JsonObject = {"a": [{"Get": "Parameters.X"}, 1], "b": {"c": {"Get": "Parameters.Y"}}}
    assert express(value) == Structure(value, ((("a", 0), ParameterReference("X")), (("b", "c"), ParameterReference("Y"))))


def test_references_are_noted_with_their_places() -> None:
    """Each reference is noted once, and forgotten once taken."""
    parser = ExpressionParser(Problems())
    parser.parse({"a": [{"Get": "Parameters.X"}], "b": {"Std:Join": {"Values": ["x", {"Get": "Execution.PipelineName"}]}}}, "$.A")
    parser.parse({"Get": "Parameters.Z"}, "$.B")
    assert [occurrence.place() for occurrence in parser.take_occurrences()] == [
        "$.A.a[0].Get",
        "$.A.b['Std:Join'].Values[1].Get",
        "$.B.Get",
    ]
    assert parser.take_occurrences() == ()


@pytest.mark.fidelity("DEF-005")
def test_nesting_is_bounded(complaints: Complaints) -> None:
    """A value may nest 64 levels deep; one more is refused, and ten thousand cost no recursion."""

    def nested(levels: int) -> Json:
        value: Json = "x"
        for _ in range(levels):
            value = [value]
        return value

    assert complaints(nested(MAX_NESTING)) == []
    assert complaints(nested(MAX_NESTING + 1)) == ["The value is nested 65 levels deep; at most 64 are read. @ $.A"]
    assert complaints(nested(10_000)) == ["The value is nested 10000 levels deep; at most 64 are read. @ $.A"]
