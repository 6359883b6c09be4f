"""When conditions hold."""

from collections.abc import Callable, Sequence

import pytest

from pytest_smpipeline._definition.conditions import ConditionError, evaluate, evaluate_all
from pytest_smpipeline._definition.expressions import Expression, ParameterReference
from pytest_smpipeline._definition.nodes import Comparison, ComparisonType, Condition, In, Not, Or
from pytest_smpipeline._definition.references import Scope, Unresolved
from pytest_smpipeline.values import Json

TRUE, FALSE = Comparison("Equals", 1, 1), Comparison("Equals", 1, 2)
MISSING = ParameterReference("Missing")


@pytest.fixture
def known(scope: Callable[..., Scope]) -> Scope:
    """Return a scope with a few parameters."""
    return scope(parameters={"One": 1, "Null": None, "List": [1]})


@pytest.mark.fidelity("CND-001", "CND-002")
@pytest.mark.parametrize(
    ("left", "right", "holding"),
    [
        ("1", "0", ["GreaterThan", "GreaterThanOrEqualTo"]),
        ("1", "3", ["LessThan", "LessThanOrEqualTo"]),
        ("10", "9", ["LessThan", "LessThanOrEqualTo"]),
        ("a", "a", ["Equals", "GreaterThanOrEqualTo", "LessThanOrEqualTo"]),
        ("a", "B", ["GreaterThan", "GreaterThanOrEqualTo"]),
        (10, 9, ["GreaterThan", "GreaterThanOrEqualTo"]),
        (1, 1.0, ["Equals", "GreaterThanOrEqualTo", "LessThanOrEqualTo"]),
        (-0.5, 0, ["LessThan", "LessThanOrEqualTo"]),
        (ParameterReference("One"), 1, ["Equals", "GreaterThanOrEqualTo", "LessThanOrEqualTo"]),
    ],
)
def test_comparisons(known: Scope, left: Expression, right: Expression, holding: Sequence[str]) -> None:
    """Strings compare character by character, also when they hold digits; numbers compare by value, whole or not."""
    kinds: tuple[ComparisonType, ...] = ("Equals", "GreaterThan", "GreaterThanOrEqualTo", "LessThan", "LessThanOrEqualTo")
    assert [kind for kind in kinds if evaluate(Comparison(kind, left, right), known)] == holding


def test_booleans_are_equal_or_not(known: Scope) -> None:
    """Booleans compare for equality."""
    assert evaluate(Comparison("Equals", True, True), known)
    assert not evaluate(Comparison("Equals", True, False), known)


@pytest.mark.fidelity("CND-003")
@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (Comparison("Equals", "1", 1), "Equals cannot compare the string '1' with the number 1."),
        (Comparison("LessThan", 2.5, "3"), "LessThan cannot compare the number 2.5 with the string '3'."),
        (Comparison("Equals", True, 1), "Equals cannot compare the boolean true with the number 1."),
        (Comparison("Equals", "true", True), "Equals cannot compare the string 'true' with the boolean true."),
        (Comparison("GreaterThan", True, False), "GreaterThan cannot compare the boolean true with the boolean false."),
        (Comparison("Equals", ParameterReference("Null"), 1), "Equals cannot compare null with the number 1."),
        (Comparison("Equals", ParameterReference("List"), 1), "Equals cannot compare an array with the number 1."),
        (In("1", (1, 2)), "In cannot look for the string '1' in [the number 1, the number 2]."),
        (In(ParameterReference("Null"), ("a",)), "In cannot look for null in [the string 'a']."),
    ],
)
def test_values_of_different_kinds_do_not_compare(known: Scope, condition: Condition, message: str) -> None:
    """Rather than taking the else branch silently, the step fails, and the message names both values with their kinds."""
    with pytest.raises(ConditionError) as caught:
        evaluate(condition, known)
    assert caught.value.message == message


@pytest.mark.fidelity("CND-004")
@pytest.mark.parametrize(
    ("query", "values", "holds"),
    [(1, [2, 1.0], True), (1, [2], False), ("a", [1, "a"], True), (1, [True, 2], False), (True, [1, False, True], True), ("a", [], False)],
)
def test_in_looks_for_a_value_of_the_same_kind(known: Scope, query: Json, values: Sequence[Json], *, holds: bool) -> None:
    """Values of another kind do not match, as long as there is one of the query's kind; nothing is in an empty list."""
    assert evaluate(In(query, tuple(values)), known) is holds


@pytest.mark.fidelity("CND-005")
@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Not(TRUE), False),
        (Not(FALSE), True),
        (Or((FALSE, TRUE)), True),
        (Or((FALSE, FALSE)), False),
        (Or(()), False),
        (Not(Or((TRUE,))), False),
    ],
)
def test_not_and_or(known: Scope, condition: Condition, *, holds: bool) -> None:
    """Not negates one condition, Or takes any of several."""
    assert evaluate(condition, known) is holds


@pytest.mark.fidelity("CND-006")
def test_a_list_of_conditions_must_all_hold(known: Scope) -> None:
    """A Condition step joins its conditions by and; without any, they hold."""
    assert evaluate_all([TRUE, TRUE], known)
    assert not evaluate_all([TRUE, FALSE], known)
    assert evaluate_all([], known)


@pytest.mark.fidelity("CND-007")
@pytest.mark.parametrize("condition", [Or((TRUE, Comparison("Equals", MISSING, 1))), Not(In(MISSING, (1,))), In(1, (1, MISSING))])
def test_every_operand_is_looked_up(known: Scope, condition: Condition) -> None:
    """A value that is missing shows even where another condition already decides."""
    with pytest.raises(Unresolved):
        evaluate(condition, known)
    with pytest.raises(Unresolved):
        evaluate_all([FALSE, condition], known)
