"""Typed access to the members of a request that has been validated against the service model.

Validation has made sure of every type, so these functions only tell the type checker what is known.
"""

from fractions import Fraction
from typing import cast

from pytest_smpipeline.values import Instant, Json, JsonObject


def text(request: JsonObject, member: str) -> str:
    """Return a required string."""
    return cast("str", request[member])


def optional_text(request: JsonObject, member: str) -> str | None:
    """Return a string, or None when the request has none."""
    return cast("str | None", request.get(member))


def optional_integer(request: JsonObject, member: str) -> int | None:
    """Return a whole number, or None when the request has none."""
    return cast("int | None", request.get(member))


def optional_instant(request: JsonObject, member: str) -> Instant | None:
    """Return a time, which travels as seconds since the epoch, or None when the request has none."""
    seconds = cast("float | None", request.get(member))
    # A fraction, since a thousand times the largest float is no float.
    return None if seconds is None else round(Fraction(seconds) * 1000)


def optional_object(request: JsonObject, member: str) -> JsonObject | None:
    """Return a structure, or None when the request has none."""
    return cast("JsonObject | None", request.get(member))


def texts(request: JsonObject, member: str) -> tuple[str, ...]:
    """Return a list of strings, empty when the request has none."""
    return tuple(cast("list[str]", request.get(member) or []))


def objects(request: JsonObject, member: str) -> list[JsonObject]:
    """Return a list of structures, empty when the request has none."""
    return cast("list[JsonObject]", request.get(member) or [])


def parallelism(request: JsonObject) -> int | None:
    """Return the number in a ParallelismConfiguration, or None when the request has none."""
    configuration = optional_object(request, "ParallelismConfiguration")
    return None if configuration is None else cast("int", configuration["MaxParallelExecutionSteps"])


def parallelism_configuration(limit: int | None) -> dict[str, int] | None:
    """Return the ParallelismConfiguration of an answer, or None without a limit."""
    return None if limit is None else {"MaxParallelExecutionSteps": limit}


def present(**members: Json | object) -> dict[str, object]:
    """Return an answer's members without those that are None: what is unset is absent, as on the service."""
    return {name: value for name, value in members.items() if value is not None}
