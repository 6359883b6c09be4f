"""Requests that cost little: the arguments of a call are checked and written in one walk.

botocore walks through the arguments twice, once to check them and once to write them, and asks the service's model about every value anew:
a fifth of what a call costs. While the doors are open, what the model says is put together once for an operation of SageMaker, as a writer
that takes only what is certainly right: values of the very types that the model asks for. All else, whatever is wrong with it, botocore
checks and writes itself, and so it does where a client has a validator or a serialiser of another class. What was written last is kept, so
that the express door need not read it from the text. This saves time and does nothing else: where botocore has no such validators, nothing
is patched.
"""

import json
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast
from weakref import WeakKeyDictionary

from pytest_smpipeline._doors.backend import SERVICE
from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo
from pytest_smpipeline._wire.aws_json import DEEPEST_NESTING
from pytest_smpipeline.values import JsonObject

if TYPE_CHECKING:
    from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
    from botocore.serialize import Serializer
    from botocore.validate import ParamValidationDecorator

RequestDict: TypeAlias = dict[str, object]
Serialise: TypeAlias = Callable[["ParamValidationDecorator", Any, "OperationModel"], RequestDict]

Writer: TypeAlias = Callable[[object], object]
"""Returns an argument as it stands in the JSON body; raises ``_UnusualError`` unless it is certainly right."""


class RequestBodies:
    """The patch of how botocore checks and writes the arguments of a call."""

    def open(self, undo: Undo) -> None:
        """Put writers together from now on, and keep them for the next activation too."""
        # botocore's clients have imported these.
        decorator = getattr(sys.modules.get("botocore.validate"), "ParamValidationDecorator", None)
        validator = getattr(sys.modules.get("botocore.validate"), "ParamValidator", None)
        serialiser = getattr(sys.modules.get("botocore.serialize"), "JSONSerializer", None)
        if decorator is not None and _NAME in vars(decorator) and validator is not None and serialiser is not None:
            Seam(decorator, _NAME, _writing(vars(decorator)[_NAME], validator, serialiser)).open(undo)


class _UnusualError(Exception):
    """An argument is for botocore's own validator and serialiser."""


class _Frame:
    """What the requests of an operation have in common, and the writer of their bodies."""

    __slots__ = ("headers", "rest", "writes")

    def __init__(self, serialiser: "Serializer", operation_model: "OperationModel") -> None:
        self.writes = _writer_of(operation_model)
        # A request without arguments, as the serialiser makes it.
        self.rest: RequestDict = {} if self.writes is _unusual else serialiser.serialize_to_request({}, operation_model)
        self.headers = cast("dict[str, str]", self.rest.get("headers", {}))


@lru_cache(maxsize=1)
def _writing(serialise: Serialise, validator: type[object], serialiser: type[object]) -> Serialise:
    """Return what checks and writes as this function does, the same at every activation: nearly always it is botocore's own."""
    frames: WeakKeyDictionary[OperationModel, _Frame] = WeakKeyDictionary()

    def serialize_to_request(self: "ParamValidationDecorator", parameters: object, operation_model: "OperationModel") -> RequestDict:
        own = vars(self)
        if type(own.get("_serializer")) is serialiser and type(own.get("_param_validator")) is validator:
            frame = frames.get(operation_model)
            if frame is None:
                frame = frames[operation_model] = _Frame(own["_serializer"], operation_model)
            try:
                body = frame.writes(parameters)
            except _UnusualError:
                pass
            else:
                text = json.dumps(body).encode()
                _last[0] = text, cast("JsonObject", body)
                return {**frame.rest, "headers": frame.headers.copy(), "body": text}
        return serialise(self, parameters, operation_model)

    return serialize_to_request


def content_of(text: bytes) -> JsonObject | None:
    """Return what a body holds, once and for the caller to keep; None unless it was written last, and reads as it was written."""
    written, content = _last[0]
    if written is not text or _SURROGATE in text or text.count(b"{") + text.count(b"[") > DEEPEST_NESTING:
        return None
    _last[0] = _NOTHING
    return content


def _writer_of(operation_model: "OperationModel") -> Writer:
    shape = operation_model.input_shape
    if operation_model.service_model.service_name != SERVICE or operation_model.endpoint is not None or shape is None:
        return _unusual  # an endpoint may have arguments in it
    return _writer(shape)


def _writer(shape: "Shape") -> Writer:
    compose = _COMPOSED.get(shape.type_name)
    # A member may have a name of its own in the body; whatever else is said of where it goes is botocore's to follow.
    return compose(shape) if compose is not None and shape.serialization.keys() <= {"name"} else _unusual


def _structure(shape: "Shape") -> Writer:
    """Return the writer of a structure; those of its members are made when it first meets one: some have hundreds."""
    structure = cast("StructureShape", shape)
    if structure.is_document_type or structure.is_tagged_union:
        return _unusual
    required = frozenset(structure.required_members)
    known: dict[str, tuple[str, Writer]] = {}

    def write(value: object) -> object:
        if type(value) is not dict:
            raise _UnusualError
        given = cast("dict[str, object]", value)
        if not given.keys() >= required:
            raise _UnusualError
        written: dict[str, object] = {}
        for name, item in given.items():
            member = known.get(name)
            if member is None:
                member = known[name] = _member(structure, name)
            written[member[0]] = member[1](item)
        return written

    return write


def _member(structure: "StructureShape", name: str) -> tuple[str, Writer]:
    """Return the name of a member in the body, and its writer."""
    shape = structure.members.get(name)
    if shape is None:
        raise _UnusualError
    return shape.serialization.get("name", name), _writer(shape)


def _list(shape: "Shape") -> Writer:
    writes = _writer(cast("ListShape", shape).member)
    least = _least(shape, 0)

    def write(value: object) -> object:
        if type(value) is not list or len(cast("list[object]", value)) < least:
            raise _UnusualError
        return [writes(item) for item in cast("list[object]", value)]

    return write


def _map(shape: "Shape") -> Writer:
    writes_key, writes = (_writer(of) for of in (cast("MapShape", shape).key, cast("MapShape", shape).value))

    def write(value: object) -> object:
        if type(value) is not dict:
            raise _UnusualError
        return {writes_key(name): writes(item) for name, item in cast("dict[object, object]", value).items()}

    return write


def _text(shape: "Shape") -> Writer:
    least = _least(shape, 0)

    def write(value: object) -> object:
        if type(value) is not str or len(value) < least:
            raise _UnusualError
        return value

    return write


def _whole_number(shape: "Shape") -> Writer:
    least = _least(shape, float("-inf"))

    def write(value: object) -> object:
        if type(value) is not int or value < least:
            raise _UnusualError
        return value

    return write


def _truth(_shape: "Shape") -> Writer:
    def write(value: object) -> object:
        if type(value) is not bool:
            raise _UnusualError
        return value

    return write


def _unusual(_value: object) -> object:
    raise _UnusualError


def _least(shape: "Shape", otherwise: float) -> float:
    least: float = shape.metadata.get("min", otherwise)
    return least


_NAME: Final = "serialize_to_request"
_SURROGATE: Final = rb"\ud"
"""Stands before halves of a character, of which JSON makes a whole one where two stand side by side."""

_NOTHING: Final[tuple[bytes, JsonObject]] = (b"", {})
_last: Final[list[tuple[bytes, JsonObject]]] = [_NOTHING]
_COMPOSED: Final[Mapping[str, Callable[["Shape"], Writer]]] = {
    "boolean": _truth,
    "integer": _whole_number,
    "list": _list,
    "long": _whole_number,
    "map": _map,
    "string": _text,
    "structure": _structure,
}
