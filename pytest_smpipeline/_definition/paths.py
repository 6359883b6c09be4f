"""Paths into JSON values: ``a.b[0]['k']``, as references and Std:JsonGet write them.

A path is a tuple of keys: a string names the member of an object, a number the place in a list.
"""

import re
from collections.abc import Iterable
from typing import Final, TypeAlias

from pytest_smpipeline._definition.wording import kind_of, quoted
from pytest_smpipeline.suggestions import did_you_mean
from pytest_smpipeline.values import Json

PathKey: TypeAlias = str | int
Path: TypeAlias = tuple[PathKey, ...]

_KEY: Final = re.compile(r"""\.(?P<name>[^.\[\]]+)|\[(?P<index>[0-9]{1,9})\]|\['(?P<single>[^']*)'\]|\["(?P<double>[^"]*)"\]""")
_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]+")


class PathSyntaxError(ValueError):
    """A text is no path; the message says from where on."""


class PathNotFoundError(LookupError):
    """A value has nothing at a path; the message says where the path ends and what is near."""


def parse_path(text: str) -> Path:
    """Return the keys of a path; a leading ``$`` means the whole value.

    Raises ``PathSyntaxError`` for an empty text and for one that does not follow the grammar.
    """
    if not text:
        message = "a path needs at least one name"
        raise PathSyntaxError(message)
    if text[:2] in {"$", "$.", "$["}:
        return parse_keys(text[1:])
    return parse_keys(text if text.startswith("[") else f".{text}")


def parse_keys(text: str) -> Path:
    """Return the keys of what follows a name: ``.a[0]['k']``, or nothing.

    Raises ``PathSyntaxError`` when it does not follow the grammar.
    """
    keys: list[PathKey] = []
    position = 0
    while position < len(text):
        match = _KEY.match(text, position)
        if match is None:
            message = f"cannot read {quoted(text[position:])}; expected .name, [0] or ['name']"
            raise PathSyntaxError(message)
        index = match["index"]
        keys.append(match[match.lastgroup or 0] if index is None else int(index))
        position = match.end()
    return tuple(keys)


def render_keys(keys: Iterable[PathKey]) -> str:
    """Return the keys as they follow a name: ``.a[0]['k 2']``; the inverse of ``parse_keys``."""
    return "".join(_render_key(key) for key in keys)


def render_path(path: Path) -> str:
    """Return the path as text, ``a[0]['k 2']``; ``$`` for the whole value."""
    return render_keys(path).removeprefix(".") or "$"


def _render_key(key: PathKey) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    if _PLAIN.fullmatch(key):
        return f".{key}"
    return f'["{key}"]' if "'" in key else f"['{key}']"


def follow(value: Json, path: Path) -> Json:
    """Return what a JSON value holds at a path; raise ``PathNotFoundError`` when it holds nothing there."""
    here = value
    for position, key in enumerate(path):
        match here, key:
            case dict(), str() if key in here:
                here = here[key]
            case list(), int() if key < len(here):
                here = here[key]
            case _:
                raise PathNotFoundError(_complaint(here, path, position))
    return here


def _complaint(here: Json, path: Path, position: int) -> str:
    wanted = path[position]
    place = f"'{render_path(path[:position])}'" if position else "the value"
    if isinstance(here, dict) and isinstance(wanted, str):
        return f"{place} has no {quoted(wanted)}.{did_you_mean(wanted, here)}"
    if isinstance(here, list) and isinstance(wanted, int):
        return f"{place} has {len(here)} items, none at [{wanted}]."
    return f"{place} is {kind_of(here)}, which has no {render_keys((wanted,))}."
