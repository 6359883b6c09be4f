"""AWS's JSON 1.1 protocol: bodies to values, values to bodies, errors to the form that botocore reads."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from math import isfinite
from typing import Final, NoReturn

from pytest_smpipeline.exceptions import ServiceError
from pytest_smpipeline.values import Json, JsonObject, to_instant

DEEPEST_NESTING: Final = 100
"""How many objects and lists may enclose a value. Requests of the API need fewer than ten; whoever walks a body may recurse."""

CONTENT_TYPE: Final = "application/x-amz-json-1.1"


def parse_body(body: bytes | str) -> JsonObject:
    """Return the object that a request's body holds; an empty body is an empty object.

    Raises ``ServiceError`` ``SerializationException`` when the body is not UTF-8, not JSON, not an object, nested deeper than
    ``DEEPEST_NESTING``, or holds a number that JSON does not have.
    """
    if not body:
        return {}
    try:
        text = body if isinstance(body, str) else body.decode("utf-8")
        value = _decoded(text)
    except UnicodeDecodeError as error:
        raise _unreadable(f"it is not UTF-8 at byte {error.start}") from None
    except RecursionError:
        raise _unreadable(_TOO_DEEP) from None
    except ValueError as error:
        raise _unreadable(f"it is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise _unreadable("it is not a JSON object")
    if text.count("{") + text.count("[") > DEEPEST_NESTING and _is_too_deep(value):
        raise _unreadable(_TOO_DEEP)
    return value


def serialise(payload: Mapping[str, object]) -> bytes:
    """Return an answer's body: ASCII, datetimes as seconds since 1970 with three decimals.

    Raises ``TypeError`` for a naive datetime and for what JSON cannot hold, ``ValueError`` for NaN and the infinities.
    """
    return _ENCODER.encode(dict(payload)).encode("ascii")


def error_payload(error: ServiceError, *, modelled: bool) -> JsonObject:
    """Return the body of an error's answer.

    botocore takes ``Error.Message`` from ``message`` or ``Message``. A modelled exception also shows its members, and the one
    member of SageMaker's exceptions is ``Message``, so with it ``response["Message"]`` is there as well.
    """
    return {"__type": error.code, "Message" if modelled else "message": error.message}


def headers(request_id: str) -> dict[str, str]:
    """Return the headers of every answer."""
    return {"x-amzn-requestid": request_id, "content-type": CONTENT_TYPE}


def _decoded(text: str) -> Json:
    if text.startswith("{"):
        value: Json
        value, end = _DECODER.raw_decode(text)  # in three fifths of the time, as it looks for nothing around the value
        if end == len(text):
            return value
    return _DECODER.decode(text)  # type: ignore[no-any-return] # whatever JSON has


def _is_too_deep(body: JsonObject) -> bool:
    """Return whether a value stands deeper than allowed, level by level: the walk itself must not recurse."""
    level: list[Json] = [body]
    for _ in range(DEEPEST_NESTING):
        level = [item for value in level for item in _content(value)]
    return any(isinstance(value, dict | list) for value in level)


def _content(value: Json) -> Iterator[Json]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        message = f"the number {text} is out of range"
        raise ValueError(message)
    return number


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is not a value of JSON"
    raise ValueError(message)


def _epoch_seconds(value: object) -> float:
    if isinstance(value, datetime):
        return to_instant(value) / 1000
    message = f"a {type(value).__name__} has no place in an answer: {value!r}"
    raise TypeError(message)


def _unreadable(reason: str) -> ServiceError:
    return ServiceError("SerializationException", f"The request body cannot be read: {reason}.")


# Made once: with options json.loads and json.dumps make a new one for every call.
_DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)
_ENCODER: Final = json.JSONEncoder(default=_epoch_seconds, separators=(",", ":"), allow_nan=False)
_TOO_DEEP: Final = f"it is nested deeper than {DEEPEST_NESTING} levels"
