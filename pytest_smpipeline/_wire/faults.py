"""Faults of the API that a test has queued: which attempt they meet, and what it gets."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from string import Formatter
from typing import Final, TypeAlias

from pytest_smpipeline._operations.table import ANSWERED
from pytest_smpipeline._state.arns import parse_reference
from pytest_smpipeline._wire import service_model
from pytest_smpipeline._wire.fault_codes import DEFAULT_STATUS, refusal
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.suggestions import choices, did_you_mean
from pytest_smpipeline.values import JsonObject

Error: TypeAlias = str | type[Exception] | Exception
"""What ``fault()`` takes: an error code, or a class or an instance of ``botocore.exceptions``."""

MakeError: TypeAlias = Callable[[str], Exception]
"""Makes the error for an attempt that was sent to this URL."""

_UNTOLD: Final = "the test asked for this error"
_NAME: Final = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}")
_EXECUTION: Final = re.compile(r"(?P<pipeline>.+)/execution/[^/]*")
_REFERENCES: Final = ("PipelineName", "PipelineArn", "PipelineExecutionArn", "ResourceArn")
_CALLBACK: Final = "CallbackToken"


@dataclass(slots=True)
class Fault:
    """One error for the next attempts of an operation, or for those that name one pipeline."""

    operation: str
    label: str
    make: MakeError
    times: int = 1
    pipeline: str | None = None
    optional: bool = False
    used: int = 0

    def unused(self) -> str | None:
        """Return what of it was not used, as a line to read; None when nothing is left or it may be left."""
        if self.optional or self.used == self.times:
            return None
        where = "" if self.pipeline is None else f" of pipeline {self.pipeline!r}"
        return f"fault {self.label!r} on {self.operation}{where}: met {self.used} of {self.times} attempts"


class Faults:
    """The faults of one mock, in the order in which they were queued."""

    def __init__(self) -> None:
        """Start without any."""
        self._queue: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Queue a fault behind those that are there."""
        self._queue.append(fault)

    def await_operation(self, operation: str) -> bool:
        """Return whether a call of this operation may meet a fault."""
        return bool(self._queue) and any(fault.operation == operation and fault.used < fault.times for fault in self._queue)

    def take(self, operation: str, pipeline: str | None, url: str) -> Exception | None:
        """Return the error that an attempt meets which names this pipeline, or None; every attempt uses up one."""
        for fault in self._queue:
            if fault.operation == operation and fault.used < fault.times and fault.pipeline in {None, pipeline}:
                fault.used += 1
                return fault.make(url)
        return None

    def unused(self) -> list[str]:
        """Return a line for each fault that was not used to the end and had to be."""
        return [line for fault in self._queue if (line := fault.unused())]


def new_fault(operation: str, error: Error, message: str | None, *, times: int, status: int, pipeline: str | None, optional: bool) -> Fault:
    """Return a checked fault.

    Raises ``UsageError`` for what no attempt could ever meet or no answer be, with the closest name.
    """
    __tracebackhide__ = True
    if not isinstance(operation, str) or operation not in ANSWERED:
        hint = did_you_mean(str(operation), ANSWERED)
        complaint = f"{operation!r} is no operation that is answered here.{hint} Operations: {choices(ANSWERED)}."
        raise UsageError(complaint)
    for wrong in (_wrong_times(times), _wrong_status(status), _wrong_message(message), _wrong_pipeline(operation, pipeline)):
        if wrong:
            raise UsageError(wrong)
    if isinstance(error, str):
        refusal(operation, error, message, status)
        return Fault(operation, error, lambda _: refusal(operation, error, message, status), times, pipeline, optional)
    label, make = _transport_error(error)
    if message is not None or status != DEFAULT_STATUS:
        complaint = f"{label} is no answer of the service: it has no status, and its message is its own. Leave both out."
        raise UsageError(complaint)
    return Fault(operation, label, make, times, pipeline, optional)


def named_pipeline(request: JsonObject, owner_of: Callable[[str], str | None]) -> str | None:
    """Return the name of the pipeline that a request names: by name, by ARN, by an execution of it, or by a callback token."""
    for member in _REFERENCES:
        value = request.get(member)
        if isinstance(value, str):
            execution = _EXECUTION.fullmatch(value)
            return parse_reference(execution["pipeline"] if execution else value).name
    token = request.get(_CALLBACK)
    return owner_of(token) if isinstance(token, str) else None


def _transport_error(error: object) -> tuple[str, MakeError]:
    __tracebackhide__ = True
    kind = error if isinstance(error, type) else type(error)
    if not any((base.__module__, base.__name__) == ("botocore.exceptions", "BotoCoreError") for base in kind.__mro__):
        message = (
            f"fault() takes an error code such as 'ThrottlingException', or a class or instance of botocore.exceptions such as "
            f"ConnectTimeoutError, not {error!r}. What the service answers, and botocore raises as a ClientError, is given by its code."
        )
        raise UsageError(message)
    if isinstance(error, Exception):
        return kind.__name__, lambda _: error.with_traceback(None)
    try:
        _made(kind, "")
    except Exception as problem:
        message = f"fault() can't make {kind.__name__} by itself: {problem!r}. Give an instance instead of the class."
        raise UsageError(message) from problem
    return kind.__name__, lambda url: _made(kind, url)


def _made(kind: type, url: str) -> Exception:
    fields = [field for _, field, _, _ in Formatter().parse(str(getattr(kind, "fmt", ""))) if field]
    made: Exception = kind(**{field: url if field.endswith("url") else _UNTOLD for field in fields})
    return made


def _wrong_times(times: object) -> str | None:
    if isinstance(times, int) and not isinstance(times, bool) and times >= 1:
        return None
    return f"times={times!r} is not valid: expected how many attempts meet the fault, at least 1."


def _wrong_status(status: object) -> str | None:
    if isinstance(status, int) and not isinstance(status, bool) and 400 <= status <= 599:  # noqa: PLR2004 # what HTTP calls errors
        return None
    return f"status={status!r} is not valid: expected the HTTP status of an error, from 400 to 599."


def _wrong_message(message: object) -> str | None:
    return None if isinstance(message, str | None) else f"message={message!r} is not valid: expected a text, or None for the usual one."


def _wrong_pipeline(operation: str, pipeline: object) -> str | None:
    if pipeline is None:
        return None
    if not isinstance(pipeline, str) or not _NAME.fullmatch(pipeline):
        return f"pipeline={pipeline!r} is not valid: expected a pipeline's name, without the rest of its ARN."
    if service_model.current().input_shape(operation).members.keys().isdisjoint({*_REFERENCES, _CALLBACK}):
        return f"pipeline={pipeline!r} can't be met: requests of {operation} name no pipeline. Leave pipeline out."
    return None
