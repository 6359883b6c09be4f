"""JSON paths, as far as EventBridge's targets write them: ``$.detail.name``, ``$.resources[0]``, ``$.detail['a key']``."""

import json
import re
from typing import Final

from pytest_smpipeline.values import Json

_STEP: Final = re.compile(r"\.(?P<name>[^.\[\]*'\"\s]+)|\[(?P<index>\d+)\]|\[(?P<quote>['\"])(?P<key>.*?)(?P=quote)\]")


class NothingThereError(Exception):
    """A path leads nowhere, or is none; the message says so."""


def is_path(text: str) -> bool:
    """Return whether a value of a target is a path into the event, and not a text."""
    return text == "$" or text.startswith(("$.", "$["))


def find(event: Json, path: str) -> Json:
    """Return what lies in an event at a path.

    Raises ``NothingThereError`` when nothing does, and for what is no path.
    """
    found, position = event, 1
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            raise NothingThereError(f"{path} is no JSON path that is known here")
        position = step.end()
        name = step["name"] or step["key"]
        index = None if step["index"] is None else int(step["index"])
        if isinstance(found, dict) and name is not None and name in found:
            found = found[name]
        elif isinstance(found, list) and index is not None and index < len(found):
            found = found[index]
        else:
            raise NothingThereError(f"the event has nothing at {path}")
    return found


def as_text(value: Json) -> str:
    """Return a value as the text that a parameter takes: strings as they are, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)
