"""What a start gives a pipeline's parameters."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_smpipeline._definition.nodes import Definition, Parameter, ParameterType, ParameterValue
from pytest_smpipeline._definition.parameters import ParameterValueError, bind, format_value, parse_value
from pytest_smpipeline.exceptions import ServiceError

DECLARED = [
    {"Name": "Date", "Type": "String"},
    {"Name": "Epochs", "Type": "Integer", "DefaultValue": 10},
    {"Name": "Stage", "Type": "String", "DefaultValue": "dev", "EnumValues": ["dev", "prod"]},
    {"Name": "Debug", "Type": "Boolean", "DefaultValue": False},
    {"Name": "Note", "Type": "String", "DefaultValue": ""},
]


@pytest.fixture
def definition(define: Callable[..., Definition]) -> Definition:
    """Return a definition with a few parameters and no steps."""
    return define(Parameters=DECLARED)


@pytest.mark.fidelity("PRM-005")
def test_values_are_typed_and_defaults_filled_in(definition: Definition) -> None:
    """The effective values stand in the definition's order; a default may be empty."""
    values = bind(definition, [("Debug", "True"), ("Date", "2026-11-22"), ("Epochs", "-3")])
    assert list(values.items()) == [("Date", "2026-11-22"), ("Epochs", -3), ("Stage", "dev"), ("Debug", True), ("Note", "")]


@pytest.mark.fidelity("PRM-006", "PRM-007", "PRM-008", "PRM-009", "PRM-010", "PRM-011", "PRM-012")
@pytest.mark.parametrize(
    ("given_values", "message"),
    [
        ([("Date", "")], '[string "" is too short (length: 0, required minimum: 1)]'),
        (
            [("Date", ""), ("Epochs", "")],
            '[string "" is too short (length: 0, required minimum: 1), string "" is too short (length: 0, required minimum: 1)]',
        ),
        ([("Date", "x"), ("Epoch", "3")], "Unknown parameter 'Epoch'. Did you mean 'Epochs'?"),
        ([], "Parameter 'Date' is undefined."),
        ([("Date", "x"), ("Epochs", "3.5")], "Unexpected type for parameter 'Epochs'. Expected Integer but found '3.5'."),
        ([("Date", "x"), ("Stage", "prd")], "Parameter 'Stage' takes 'dev', 'prod', not 'prd'. Did you mean 'prod'?"),
        ([("Date", "x"), ("Date", "x")], "Parameter 'Date' is given more than once."),
        (
            [("Dat", "x"), ("Debug", "yes"), ("Note", "")],
            (
                "Unknown parameter 'Dat'. Did you mean 'Date'?; Parameter 'Date' is undefined.; "
                '[string "" is too short (length: 0, required minimum: 1)]; '
                "Unexpected type for parameter 'Debug'. Expected Boolean but found 'yes'."
            ),
        ),
    ],
)
def test_every_violation_is_reported(definition: Definition, given_values: Sequence[tuple[str, str]], message: str) -> None:
    """One answer names them all; an empty value is told in the service's own words."""
    with pytest.raises(ServiceError) as caught:
        bind(definition, given_values)
    assert (caught.value.code, caught.value.message) == ("ValidationException", message)


@pytest.mark.fidelity("PRM-005", "PRM-013")
@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("String", "3", "3"),
        ("Integer", "3", 3),
        ("Integer", "-12", -12),
        ("Integer", "007", 7),
        ("Float", "0.5", 0.5),
        ("Float", "1e-3", 0.001),
        ("Float", "1e-05", 0.00001),
        ("Float", "3", 3.0),
        ("Float", "-.5", -0.5),
        ("Float", "2.", 2.0),
        ("Boolean", "True", True),
        ("Boolean", "true", True),
        ("Boolean", "False", False),
        ("Boolean", "false", False),
    ],
)
def test_strings_become_typed_values(kind: ParameterType, text: str, value: ParameterValue) -> None:
    """What the SDK sends for a Python value reads back as that value."""
    parsed = parse_value(Parameter("P", kind), text)
    assert (parsed, type(parsed)) == (value, type(value))


@pytest.mark.fidelity("PRM-013")
@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *[("Integer", text) for text in ["", " 3", "3.0", "1e3", "1_000", "+3", "\u0663", "true", "9" * 1025]],
        *[("Float", text) for text in ["", ".", "nan", "inf", "-Infinity", "1e999", "0x1", "1_0.0", "1,5"]],
        *[("Boolean", text) for text in ["", "TRUE", "1", "yes", " true"]],
    ],
)
def test_strings_of_another_type_are_refused(kind: ParameterType, text: str) -> None:
    """Only plain decimal notation counts as a number, and only the two words as a boolean."""
    with pytest.raises(ParameterValueError, match=f"Unexpected type for parameter 'P'. Expected {kind} but found"):
        parse_value(Parameter("P", kind), text)


@given(st.one_of(st.text(), st.integers(-(10**30), 10**30), st.floats(allow_nan=False, allow_infinity=False), st.booleans()))
def test_formatted_values_read_back(value: ParameterValue) -> None:
    """What is formatted is what a start with the same value sends."""
    kinds: dict[type, ParameterType] = {str: "String", int: "Integer", float: "Float", bool: "Boolean"}
    parsed = parse_value(Parameter("P", kinds[type(value)]), format_value(value))
    assert (parsed, type(parsed)) == (value, type(value))


@pytest.mark.fidelity("PRM-014")
def test_booleans_are_formatted_in_lower_case() -> None:
    """A boolean is listed as JSON writes it."""
    assert [format_value(value) for value in (True, False, 1, 0.5, "True")] == ["true", "false", "1", "0.5", "True"]
