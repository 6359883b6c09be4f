"""What an expression is worth in a run: references looked up, Std:Join and Std:JsonGet applied."""

from collections.abc import Iterator
from typing import TypeAlias, cast

from pytest_smpipeline._definition.expressions import (
    Deferred,
    ExecutionReference,
    Expression,
    IterationReference,
    Join,
    JsonGet,
    ParameterReference,
    Reference,
    StepReference,
    Structure,
)
from pytest_smpipeline._definition.paths import Path, PathKey, PathNotFoundError, follow, render_path
from pytest_smpipeline._definition.references import Scope, Unresolved, render_reference
from pytest_smpipeline._definition.wording import kind_of
from pytest_smpipeline.values import Json

# An object or a list: both are read, written and copied in the same words, and each is only given keys of its own kind.
_Container: TypeAlias = dict[PathKey, Json]


def resolve(expression: Expression, scope: Scope) -> Json:
    """Return the JSON value of an expression; a constant is returned as it is, unchanged and uncopied.

    Raises ``Unresolved`` when the scope has no value for a part of it, or a function cannot use the value it gets. It recurses only
    where functions hold functions, which the parser bounds.
    """
    if not isinstance(expression, Deferred):
        return expression
    match expression:
        case Structure(value, holes):
            return _fill(value, holes, scope)
        case Join(on, values):
            return on.join([as_text(resolve(value, scope)) for value in values])
        case JsonGet():
            return _json_get(expression, scope)
        case _:
            return _look_up(expression, scope)


def as_text(value: Json) -> str:
    """Return a scalar as Std:Join writes it: ``true`` and ``false`` in lower case, whole numbers plain, floats as Python does.

    Raises ``Unresolved`` for null, a list and an object, which have no text of their own.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int() | float():
            return str(value)
        case _:
            raise Unresolved(f"Std:Join takes strings, numbers and booleans, not {kind_of(value)}.")


def references(expression: Expression) -> Iterator[Reference]:
    """Yield every reference inside an expression; of a structure's the shallow ones first."""
    waiting: list[Expression] = [expression]
    while waiting:
        here = waiting.pop()
        match here:
            case Structure(_, holes):
                waiting.extend(node for _, node in reversed(holes))
            case Join(_, values):
                waiting.extend(reversed(values))
            case JsonGet(_, property_file, s3_uri):
                waiting.append(property_file or s3_uri)
            case Deferred():
                yield here
            case _:
                pass


def _fill(value: Json, holes: tuple[tuple[Path, Expression], ...], scope: Scope) -> Json:
    """Return the value with its holes filled; only the containers on the way to a hole are copied."""
    copies: dict[Path, _Container] = {(): cast("_Container", value).copy()}
    for path, node in holes:
        for length in range(1, len(path)):
            if path[:length] not in copies:
                outer, key = copies[path[: length - 1]], path[length - 1]
                inner = cast("_Container", outer[key]).copy()
                copies[path[:length]] = inner
                outer[key] = cast("Json", inner)
        copies[path[:-1]][path[-1]] = resolve(node, scope)
    return cast("Json", copies[()])


def _look_up(reference: Reference, scope: Scope) -> Json:
    match reference:
        case ParameterReference(name):
            return scope.parameter(name)
        case ExecutionReference(variable):
            return scope.execution_variable(variable)
        case StepReference(step, path):
            return scope.step_property(step, path)
        case IterationReference("ForEach", ("CurrentItem", *path)):
            return scope.current_item(tuple(path))
        case _:
            raise Unresolved(f"{render_reference(reference)} has no value here.", reference)


def _json_get(function: JsonGet, scope: Scope) -> Json:
    if function.property_file is not None:
        file, place = function.property_file, f"the property file {render_reference(function.property_file)}"
        content = scope.property_file(file.step, file.name)
    else:
        uri = as_text(resolve(function.s3_uri, scope))
        place = f"the file {uri}"
        content = scope.s3_object(uri)
    try:
        return follow(content, function.path)
    except PathNotFoundError as error:
        message = f"Std:JsonGet finds nothing at the path '{render_path(function.path)}' of {place}: {error}"
        raise Unresolved(message, function.property_file) from None
