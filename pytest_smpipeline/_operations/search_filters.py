"""The filter language of Search: a SearchExpression becomes a function that tells of a record whether it is found.

What the documentation of Filter, NestedFilters and SearchExpression allows is allowed here; what it leaves open is refused
rather than guessed, so that a test passes only with a search that the service is known to take.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, TypeAlias, cast

from pytest_smpipeline._operations.members import objects, optional_text, text
from pytest_smpipeline._operations.search_properties import TAGS, Kind, Properties, Property, Record
from pytest_smpipeline.exceptions import ServiceError, validation_exception
from pytest_smpipeline.values import JsonObject, to_instant

Condition: TypeAlias = Callable[[Record], bool]

_MOST_IN_ONE: Final = 20
_MOST_IN_ALL: Final = 50
_EMPTY: Final = "A SearchExpression must have at least one subexpression, filter, or nested filter."
_CONTAINS_TWICE: Final = "'CONTAINS' operator usage limit of 1 exceeded."

_TEXT: Final[tuple[Kind, ...]] = ("text",)
_ORDERED: Final[tuple[Kind, ...]] = ("numeric", "timestamp")
_ORDERS: Final[Mapping[str, Callable[[int, Decimal], bool]]] = {
    "GreaterThan": lambda found, wanted: found > wanted,
    "GreaterThanOrEqualTo": lambda found, wanted: found >= wanted,
    "LessThan": lambda found, wanted: found < wanted,
    "LessThanOrEqualTo": lambda found, wanted: found <= wanted,
}
_KINDS: Final[Mapping[str, tuple[Kind, ...]]] = {
    "Equals": (*_TEXT, *_ORDERED),
    "NotEquals": (*_TEXT, *_ORDERED),
    "Contains": _TEXT,
    "In": _TEXT,
    **dict.fromkeys(_ORDERS, _ORDERED),
}
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_TIME: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,6})?Z?")
_FORMS: Final[Mapping[Kind, str]] = {
    "numeric": "an integer or a decimal such as 4 or 0.5",
    "timestamp": "an ISO 8601 time in UTC such as 2026-11-22T12:00:00",
}


def condition(expression: JsonObject, properties: Properties) -> Condition:
    """Return the function that tells of a record whether it satisfies a SearchExpression.

    Raises ``ValidationException`` for an expression that is empty, too large, or has a filter that can't be applied.
    """
    elements = list(_elements(expression))
    if len(elements) > _MOST_IN_ALL:
        message = (
            f"A SearchExpression can have up to {_MOST_IN_ALL} filters, nested filters and subexpressions in all; it has {len(elements)}."
        )
        raise validation_exception(message)
    if sum(element.get("Operator") == "Contains" for element in elements) > 1:
        raise validation_exception(_CONTAINS_TWICE)
    return _expression(expression, properties)


def visibility(request: JsonObject) -> Condition:
    """Return the function that tells of a record whether the request's VisibilityConditions let it be seen.

    A tag that has a condition must have its value; a record without the tag is seen. Raises ``ValidationException`` for a
    condition that is not about a tag.
    """
    conditions = [_tag_condition(given) for given in objects(request, "VisibilityConditions")]

    def holds(record: Record) -> bool:
        tags = {tag["Key"]: tag["Value"] for tag in cast("list[dict[str, str]]", record.get(TAGS, []))}
        return all(tags.get(key, value) == value for key, value in conditions)

    return holds


def _tag_condition(given: JsonObject) -> tuple[str, str]:
    name, value = optional_text(given, "Key") or "", optional_text(given, "Value")
    key = name.removeprefix(f"{TAGS}.")
    if key in {"", name} or value is None:
        message = "Each of VisibilityConditions needs a Key in the form Tags.<key>, and a Value."
        raise validation_exception(message)
    return key, value


def _elements(expression: JsonObject) -> Iterator[JsonObject]:
    yield from objects(expression, "Filters")
    for nested in objects(expression, "NestedFilters"):
        yield nested
        yield from objects(nested, "Filters")
    for inner in objects(expression, "SubExpressions"):
        yield inner
        yield from _elements(inner)


def _expression(expression: JsonObject, properties: Properties) -> Condition:
    conditions = [
        *(_filter(given, properties) for given in objects(expression, "Filters")),
        *(_nested(given, properties) for given in objects(expression, "NestedFilters")),
        *(_expression(given, properties) for given in objects(expression, "SubExpressions")),
    ]
    if not conditions:
        raise validation_exception(_EMPTY)
    if len(conditions) > _MOST_IN_ONE:
        message = f"A SearchExpression can have up to {_MOST_IN_ONE} elements; one has {len(conditions)}."
        raise validation_exception(message)
    combine = any if optional_text(expression, "Operator") == "Or" else all
    return lambda record: combine(holds(record) for holds in conditions)


def _nested(given: JsonObject, properties: Properties) -> Condition:
    elements, inner = properties.of_elements(text(given, "NestedPropertyName"))
    conditions = [_filter(each, inner) for each in objects(given, "Filters")]
    return lambda record: any(all(holds(cast("Record", element)) for holds in conditions) for element in elements.values(record))


def _filter(given: JsonObject, properties: Properties) -> Condition:
    found = properties.find(text(given, "Name"))
    value = optional_text(given, "Value")
    operator = optional_text(given, "Operator") or ("Exists" if value is None else "Equals")
    if operator in {"Exists", "NotExists"}:
        if value is not None:
            message = f"The filter on '{found.name}' has a Value, which the operator {operator} does not take."
            raise validation_exception(message)
        return lambda record: bool(found.values(record)) is (operator == "Exists")
    if value is None:
        message = f"The filter on '{found.name}' needs a Value for the operator {operator}."
        raise validation_exception(message)
    if found.kind not in _KINDS[operator]:
        message = (
            f"The operator {operator} can't be used on '{found.name}', a {found.kind} property; "
            f"it is for {', '.join(_KINDS[operator])} properties."
        )
        raise validation_exception(message)
    test = _text_test(operator, value) if found.kind == "text" else _ordered_test(operator, _ordered(found, value))
    return lambda record: test(found.values(record))


def _text_test(operator: str, value: str) -> Callable[[list[object]], bool]:
    if operator == "NotEquals":
        return lambda found: value not in found
    if operator == "Contains":
        return lambda found: any(value in cast("str", each) for each in found)
    wanted = value.split(",") if operator == "In" else [value]
    return lambda found: any(each in wanted for each in found)


def _ordered_test(operator: str, wanted: Decimal) -> Callable[[list[object]], bool]:
    if operator == "NotEquals":
        return lambda found: wanted not in found
    if operator == "Equals":
        return lambda found: wanted in found
    holds = _ORDERS[operator]
    return lambda found: any(holds(cast("int", each), wanted) for each in found)


def _ordered(found: Property, value: str) -> Decimal:
    try:
        wanted = _number(value) if found.kind == "numeric" else _time(value)
    except ValueError:
        raise _wrong_form(found, value) from None
    if wanted is None:
        raise _wrong_form(found, value)
    return wanted


def _number(value: str) -> Decimal | None:
    return Decimal(value) if _NUMBER.fullmatch(value) else None


def _time(value: str) -> Decimal | None:
    match = _TIME.fullmatch(value)
    if match is None:
        return None
    seconds, fraction = match.groups()
    return Decimal(to_instant(datetime.fromisoformat(seconds).replace(tzinfo=UTC))) + Decimal(fraction or 0) * 1000


def _wrong_form(found: Property, value: str) -> ServiceError:
    message = f"The Value '{value}' does not fit '{found.name}', a {found.kind} property: it takes {_FORMS[found.kind]}."
    return validation_exception(message)
