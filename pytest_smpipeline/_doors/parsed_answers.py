"""An answer as botocore's JSON parser would return it, without taking it from the bytes.

The service has its answer as values already. To read them from the bytes again, as botocore's parser does, would be a fifth of what a
describe costs; here only the parser's walk along the shape is left. Whatever is not quite ordinary is left to the parser itself:
another class of parser, a log that wants its messages, shapes that SageMaker's pipelines do not have, values that JSON would change.
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, cast
from weakref import WeakKeyDictionary

from pytest_smpipeline._doors.borrowed import OperationModel, Parsed, Parser
from pytest_smpipeline._wire.messages import Answer
from pytest_smpipeline.values import to_instant

if TYPE_CHECKING:
    from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

ReadTime: TypeAlias = Callable[[float], object]
"""Makes a time of seconds since 1970, as a parser's own function does."""

Reader: TypeAlias = Callable[[object, ReadTime], object]
"""Returns a value as the parser would that reads times so; raises ``_UnusualError`` where that is not certain."""

_REQUEST_ID: Final = "x-amzn-requestid"
_log: Final = logging.getLogger("botocore.parsers")


def parsed_answer(parser: Parser, operation_model: OperationModel, answer: Answer) -> Parsed | None:
    """Return what the parser makes of an answer, or None when the parser itself has to say: so it has of every error."""
    if answer.status != HTTPStatus.OK or type(cast("object", parser)) is not _stock().parser or _log.isEnabledFor(logging.DEBUG):
        return None
    reads = _by_operation.get(operation_model)
    if reads is None:
        reads = _by_operation[operation_model] = _answer_reader(operation_model)
    try:
        parsed = cast("Parsed", reads(answer.payload, parser._timestamp_parser))
    except _UnusualError:
        return None
    headers = {name.lower(): value for name, value in answer.headers.items()}
    request_id = {"RequestId": headers[_REQUEST_ID]} if _REQUEST_ID in headers else {}
    parsed["ResponseMetadata"] = {**request_id, "HTTPStatusCode": answer.status, "HTTPHeaders": headers}
    return parsed


class _Stock(NamedTuple):
    """What botocore parses with unless somebody gave it something else."""

    parser: type[object]
    read_time: object


@cache
def _stock() -> _Stock:
    from botocore.parsers import DEFAULT_TIMESTAMP_PARSER, JSONParser

    return _Stock(JSONParser, DEFAULT_TIMESTAMP_PARSER)


def _answer_reader(operation_model: OperationModel) -> Reader:
    """Return the reader of an operation's answers; of those that have no members it reads nothing."""
    shape = operation_model.output_shape
    if shape is None:
        return lambda _value, _read_time: {}
    return _reader(cast("Shape", shape), _readers_of(cast("ServiceModel", operation_model.service_model)))


class _UnusualError(Exception):
    """A shape or a value is for botocore's own parser."""


def _readers_of(service_model: "ServiceModel") -> dict[str, Reader]:
    """Return the readers made so far for a model, by shape: each client may have a model of its own, changed by its user."""
    readers = _by_model.get(service_model)
    if readers is None:
        readers = _by_model.setdefault(service_model, {})
    return readers


def _reader(shape: "Shape", readers: dict[str, Reader]) -> Reader:
    known = readers.get(shape.name)
    if known is None:
        compose = _COMPOSED.get(shape.type_name)
        known = readers[shape.name] = compose(shape, readers) if compose else _SCALARS.get(shape.type_name, _unusual)
    return known


def _structure(shape: "Shape", readers: dict[str, Reader]) -> Reader:
    """Return the reader of a structure; those of its members are made when it is first used: Search has hundreds."""
    structure = cast("StructureShape", shape)
    if structure.is_document_type or structure.is_tagged_union:
        return _unusual
    members: list[tuple[str, str, Reader]] = []

    def read(value: object, read_time: ReadTime) -> dict[str, object]:
        if type(value) is not dict:
            raise _UnusualError
        if not members:
            # In the order of the model, as the parser has them.
            members[:] = [(of.serialization.get("name", name), name, _reader(of, readers)) for name, of in structure.members.items()]
        given = cast("dict[str, object]", value)
        result: dict[str, object] = {}
        for wire_name, name, reads in members:
            item = given.get(wire_name)
            if item is not None:
                # Most members are plain texts, and nothing has to be called for them.
                plain = reads is _text and type(item) is str and item.isascii()
                result[name] = item if plain else reads(item, read_time)
        return result

    return read


def _list(shape: "Shape", readers: dict[str, Reader]) -> Reader:
    reads = _reader(cast("ListShape", shape).member, readers)

    def read(value: object, read_time: ReadTime) -> list[object]:
        if isinstance(value, list | tuple):
            return [reads(item, read_time) for item in cast("Iterable[object]", value)]
        raise _UnusualError

    return read


def _map(shape: "Shape", readers: dict[str, Reader]) -> Reader:
    reads_key, reads = (_reader(of, readers) for of in (cast("MapShape", shape).key, cast("MapShape", shape).value))

    def read(value: object, read_time: ReadTime) -> dict[object, object]:
        if type(value) is not dict:
            raise _UnusualError
        given = cast("dict[object, object]", value)
        return {reads_key(name, read_time): reads(item, read_time) for name, item in given.items()}

    return read


def _text(value: object, read_time: ReadTime) -> object:
    del read_time
    # Halves of a character that stand side by side become one in JSON; only text that has none can be encoded.
    if type(value) is str and (value.isascii() or _can_be_encoded(value)):
        return value
    raise _UnusualError


def _can_be_encoded(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _number(value: object, read_time: ReadTime) -> object:
    del read_time
    if type(value) in _NUMBERS:
        return value
    raise _UnusualError


def _time(value: object, read_time: ReadTime) -> object:
    """Return a time as the parser's function reads it: itself, unless it is botocore's and the local zone has one offset.

    botocore makes a zone for every time, and dateutil asks it thrice which offset holds; that alone is nearly a tenth of a describe.
    """
    if not isinstance(value, datetime):
        raise _UnusualError
    # As a float of seconds a time of whole milliseconds is exact to the microsecond, but not in the far future.
    is_exact = value.tzinfo is UTC and value.microsecond % 1000 == 0 and value.year <= _LAST_EXACT_YEAR
    if time.daylight or read_time is not _stock().read_time or not is_exact:
        return read_time(to_instant(value) / 1000)  # the number that would be in the bytes
    zone, offset = _local_zone(time.timezone, time.tzname)
    return (value + offset).replace(tzinfo=zone)


def _unusual(value: object, read_time: ReadTime) -> object:
    del value, read_time
    raise _UnusualError


@lru_cache(maxsize=4)
def _local_zone(_offset: int, _names: tuple[str, str]) -> tuple[tzinfo, timedelta]:
    """Return the zone that botocore makes for a local time, and its offset; what a test may change of the zone tells it apart."""
    from botocore.compat import get_tzinfo_options

    make_zone = cast("tuple[Callable[[], tzinfo], ...]", get_tzinfo_options())[0]
    zone = make_zone()
    return zone, cast("timedelta", zone.utcoffset(None))


_LAST_EXACT_YEAR: Final = 2100
_NUMBERS: Final = frozenset({bool, int, float})
_SCALARS: Final[Mapping[str, Reader]] = {
    "boolean": _number,
    "double": _number,
    "float": _number,
    "integer": _number,
    "long": _number,
    "string": _text,
    "timestamp": _time,
}
_COMPOSED: Final[Mapping[str, Callable[["Shape", dict[str, Reader]], Reader]]] = {"list": _list, "map": _map, "structure": _structure}
_by_operation: Final["WeakKeyDictionary[OperationModel, Reader]"] = WeakKeyDictionary()
_by_model: Final["WeakKeyDictionary[ServiceModel, dict[str, Reader]]"] = WeakKeyDictionary()
