"""The members of a JSON request as keyword arguments of a function, checked against its signature.

A function's keyword-only parameters say what a request may hold: their names, whether they must be there, and as annotations the
kinds of JSON that they take: ``str``, ``int``, ``float``, ``bool``, ``None``, ``dict[str, X]``, ``list[X]``, unions of these,
and ``object`` for anything.
"""

import inspect
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Final, Union, cast, get_args, get_origin, get_type_hints

from pytest_smpipeline._definition.json_text import JsonTextError, read_json
from pytest_smpipeline._definition.wording import kind_of
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.suggestions import choices, did_you_mean
from pytest_smpipeline.values import Json, JsonObject

_WORDS: Final[Mapping[object, str]] = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "a boolean",
    dict: "an object",
    list: "an array",
}


def members_of(body: bytes) -> JsonObject:
    """Return the members of a request's body; an empty one has none. Raises ``UsageError`` for anything but one JSON object."""
    if not body.strip():
        return {}
    try:
        content = read_json(body.decode("utf-8"))
    except (JsonTextError, UnicodeDecodeError) as error:
        message = f"The body of the request is no JSON: {error}."
        raise UsageError(message) from error
    if not isinstance(content, dict):
        message = f"The body of the request is {kind_of(content)}; expected an object, such as {{}}."
        raise UsageError(message)
    return content


def arguments_for(function: Callable[..., object], members: Mapping[str, Json], place: str) -> dict[str, object]:
    """Return the members when they fit the function's keyword-only parameters.

    Raises ``UsageError`` with everything that does not fit, in words that name ``place``.
    """
    problems = list(_problems(function, members, place))
    if problems:
        raise UsageError("\n".join(problems))
    return dict(members)


def _problems(function: Callable[..., object], members: Mapping[str, Json], place: str) -> Iterator[str]:
    parameters = {name: each for name, each in inspect.signature(function).parameters.items() if each.kind is each.KEYWORD_ONLY}
    hints = get_type_hints(function)
    for name, value in members.items():
        if name not in parameters:
            yield f"{place} takes no {name!r}.{did_you_mean(name, parameters)} It takes: {choices(parameters)}."
        elif not _fits(value, hints[name]):
            yield f"{place}: {name!r} is {kind_of(value)}; expected {_words(hints[name])}."
    for name, parameter in parameters.items():
        if parameter.default is parameter.empty and name not in members:
            yield f"{place} needs {name!r}."


def _fits(value: object, hint: object) -> bool:
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        return any(_fits(value, choice) for choice in get_args(hint))
    if origin is dict:
        inner = get_args(hint)[1]
        return isinstance(value, dict) and all(_fits(item, inner) for item in cast("dict[str, object]", value).values())
    if origin is list:
        (inner,) = get_args(hint)
        return isinstance(value, list) and all(_fits(item, inner) for item in cast("list[object]", value))
    if isinstance(value, bool):
        return hint is bool or hint is object
    return isinstance(value, int | float if hint is float else cast("type", hint))


def _words(hint: object) -> str:
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        return " or ".join(_words(choice) for choice in get_args(hint) if choice is not types.NoneType)
    inner = get_args(hint)[-1] if origin in {dict, list} else object
    within = "" if inner is object else f", each {'item' if origin is list else 'member'} {_words(inner)}"
    return f"{_WORDS[origin or hint]}{within}"
