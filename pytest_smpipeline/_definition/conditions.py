"""Whether the conditions of a Condition step hold.

Strings compare with strings, character by character; numbers with numbers, by value; booleans with booleans, and only for equality.
Everything is evaluated before the answer is formed, so a value that is missing shows even where another condition already decides.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from pytest_smpipeline._definition.functions import resolve
from pytest_smpipeline._definition.nodes import Comparison, ComparisonType, Condition, In, Not
from pytest_smpipeline._definition.references import Scope
from pytest_smpipeline._definition.wording import found, kind_of, quoted
from pytest_smpipeline.values import Json

# Which outcomes of "left compared with right" (below -1, same 0, above 1) make a comparison hold.
_HOLDS: Final[Mapping[ComparisonType, frozenset[int]]] = {
    "Equals": frozenset({0}),
    "GreaterThan": frozenset({1}),
    "GreaterThanOrEqualTo": frozenset({0, 1}),
    "LessThan": frozenset({-1}),
    "LessThanOrEqualTo": frozenset({-1, 0}),
}


class ConditionError(Exception):
    """A condition compares what cannot be compared; ``message`` names both values."""

    def __init__(self, message: str) -> None:
        """Keep the reason."""
        super().__init__(message)
        self.message = message


def evaluate(condition: Condition, scope: Scope) -> bool:
    """Return whether the condition holds.

    Raises ``ConditionError`` when its operands cannot be compared, and ``Unresolved`` when one of them has no value.
    """
    match condition:
        case Comparison(kind, left, right):
            return _compare(kind, resolve(left, scope), resolve(right, scope))
        case In(query, values):
            return _contains([resolve(value, scope) for value in values], resolve(query, scope))
        case Not(negated):
            return not evaluate(negated, scope)
        case _:
            outcomes = [evaluate(alternative, scope) for alternative in condition.conditions]
            return any(outcomes)


def evaluate_all(conditions: Iterable[Condition], scope: Scope) -> bool:
    """Return whether every condition holds, as a Condition step asks; no conditions hold.

    Raises what ``evaluate`` raises, for the first condition that cannot be evaluated.
    """
    outcomes = [evaluate(condition, scope) for condition in conditions]
    return all(outcomes)


def _compare(kind: ComparisonType, left: Json, right: Json) -> bool:
    match left, right:
        case bool(), bool() if kind == "Equals":
            return left == right
        case (bool(), _) | (_, bool()):
            pass
        case str(), str():
            return (left > right) - (left < right) in _HOLDS[kind]
        case int() | float(), int() | float():
            return (left > right) - (left < right) in _HOLDS[kind]
        case _:
            pass
    message = f"{kind} cannot compare {_shown(left)} with {_shown(right)}."
    raise ConditionError(message)


def _contains(values: list[Json], query: Json) -> bool:
    kind = _kind(query)
    comparable = [value for value in values if _kind(value) == kind]
    if kind is None or (values and not comparable):
        message = f"In cannot look for {_shown(query)} in [{', '.join(map(_shown, values))}]."
        raise ConditionError(message)
    return query in comparable


def _kind(value: Json) -> type | None:
    match value:
        case bool():
            return bool
        case int() | float():
            return float
        case str():
            return str
        case _:
            return None


def _shown(value: Json) -> str:
    match value:
        case str():
            return f"the string {quoted(value)}"
        case bool():
            return f"the boolean {found(value)}"
        case int() | float():
            return f"the number {found(value)}"
        case _:
            return kind_of(value)
