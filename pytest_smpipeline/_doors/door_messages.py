"""What the JSON door of a server is asked and what it answers, apart from HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pytest_smpipeline.values import Json

VERSION: Final = "v1/"
"""The version of the JSON door, with which its paths begin."""
RESET: Final = f"{VERSION}reset"
"""The one path that is served alone."""


@dataclass(frozen=True, slots=True)
class DoorRequest:
    """A request; ``path`` begins with the version, ``query`` holds the last value of each name."""

    method: str
    path: str
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class DoorAnswer:
    """An answer: the status of HTTP, and what its body holds as JSON."""

    status: int
    payload: Json


def refusal(status: int, kind: str, message: str, **more: str) -> DoorAnswer:
    """Return the answer for a request that is refused: the kind of error, and the words for whoever reads the failing test."""
    return DoorAnswer(status, {"error": {"type": kind, "message": message, **more}})
