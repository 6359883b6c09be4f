"""What an expression is worth in a run: references looked up, Std:Join and Std:JsonGet applied."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pytest_smpipeline._definition.expressions import (
    Deferred,
    ExecutionReference,
    Expression,
    IterationReference,
    Join,
    JsonGet,
    ParameterReference,
    PropertyFileReference,
    Reference,
    StepReference,
    Structure,
)
from pytest_smpipeline._definition.paths import PathNotFoundError, follow, render_path
from pytest_smpipeline._definition.references import Scope, Unresolved, render_reference
from pytest_smpipeline._definition.wording import kind_of
from pytest_smpipeline.values import Json


def resolve(expression: Expression, scope: Scope) -> Json:
    """Return the JSON value of an expression; a constant is returned as it is, unchanged and uncopied.

    Raises ``Unresolved`` when the scope has no value for a part of it, or a function cannot use the value it gets. It recurses only
    where functions hold functions, which the parser bounds.
    """
    resolver = _RESOLVERS.get(type(expression))
    return expression if resolver is None else resolver(expression, scope)  # type: ignore[return-value] # constants alone have none


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


def _fill(structure: Structure, scope: Scope) -> Json:
    """Return the structure's value with its holes filled; only the containers on the way to a hole are copied."""
    plan = structure.plan
    copies: list[Any] = [structure.value.copy()]  # objects and lists: each is only given keys of its own kind
    for outer, key in plan.containers:
        inner = copies[outer][key] = copies[outer][key].copy()
        copies.append(inner)
    for outer, key, node in plan.nodes:
        copies[outer][key] = _RESOLVERS[type(node)](node, scope)
    filled: Json = copies[0]
    return filled


def _join(function: Join, scope: Scope) -> Json:
    return function.on.join([as_text(resolve(value, scope)) for value in function.values])


def _iteration_value(reference: IterationReference, scope: Scope) -> Json:
    match reference:
        case IterationReference("ForEach", ("CurrentItem", *path)):
            return scope.current_item(tuple(path))
        case _:
            return _no_value(reference, scope)


def _no_value(reference: Reference, _scope: Scope) -> Json:
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


# By type, and not by a match: a pipeline of many steps resolves little else.
_RESOLVERS: Final[Mapping[type, Callable[[Any, Scope], Json]]] = {
    Structure: _fill,
    Join: _join,
    JsonGet: _json_get,
    ParameterReference: lambda reference, scope: scope.parameter(reference.name),
    ExecutionReference: lambda reference, scope: scope.execution_variable(reference.variable),
    StepReference: lambda reference, scope: scope.step_property(reference.step, reference.path),
    PropertyFileReference: _no_value,
    IterationReference: _iteration_value,
}
