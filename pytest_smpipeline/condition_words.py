"""What a Condition step compared, in words: the values that its conditions had, and whether they held."""

from collections.abc import Mapping
from typing import Final

from pytest_smpipeline._definition.conditions import ConditionError, evaluate
from pytest_smpipeline._definition.expressions import Expression
from pytest_smpipeline._definition.functions import resolve
from pytest_smpipeline._definition.nodes import Comparison, ComparisonType, Condition, In, Not
from pytest_smpipeline._definition.references import Unresolved
from pytest_smpipeline._engine.scope import ExecutionScope
from pytest_smpipeline._state.entities import ExecutionState, StepState
from pytest_smpipeline.exceptions import validation_exception
from pytest_smpipeline.failures import shown

_SIGNS: Final[Mapping[ComparisonType, str]] = {
    "Equals": "==",
    "GreaterThan": ">",
    "GreaterThanOrEqualTo": ">=",
    "LessThan": "<",
    "LessThanOrEqualTo": "<=",
}


def condition_words(execution: ExecutionState, step: StepState) -> tuple[str, ...]:
    """Return a line for each condition of a step, such as ``0.91 > 0.8 holds``.

    A value that nothing tells, or that lies in S3, is shown as three dots: what is read here must not reach beyond the records.
    """
    scope = ExecutionScope(execution, step.started, "", _nothing_in_s3)
    return tuple(f"{_words(condition, scope)}{_verdict(condition, scope)}" for condition in step.step.conditions)


def _words(condition: Condition, scope: ExecutionScope) -> str:
    match condition:
        case Comparison(kind, left, right):
            return f"{_operand(left, scope)} {_SIGNS[kind]} {_operand(right, scope)}"
        case In(query, values):
            return f"{_operand(query, scope)} in [{', '.join(_operand(value, scope) for value in values)}]"
        case Not(negated):
            return f"not ({_words(negated, scope)})"
        case _:
            return " or ".join(f"({_words(alternative, scope)})" for alternative in condition.conditions)


def _verdict(condition: Condition, scope: ExecutionScope) -> str:
    try:
        return " holds" if evaluate(condition, scope) else " does not hold"
    except (ConditionError, Unresolved):
        return ""


def _operand(expression: Expression, scope: ExecutionScope) -> str:
    try:
        return shown(resolve(expression, scope))
    except Unresolved:
        return "..."


def _nothing_in_s3(bucket: str, key: str, version: str | None, region: str) -> str:
    message = f"s3://{bucket}/{key} ({version}, {region}) is not read for a message."
    raise validation_exception(message)
