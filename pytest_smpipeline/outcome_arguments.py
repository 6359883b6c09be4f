"""What the functions that make outcomes are given, each argument checked and turned into what an outcome keeps."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Protocol, cast, runtime_checkable

from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.values import Json

_EXECUTION: Final = re.compile(r"arn:[a-z-]+:sagemaker:[a-z0-9-]+:[0-9]{12}:pipeline/[^/]+/execution/[^/]+")


@runtime_checkable
class HasArn(Protocol):
    """Anything that has an ARN, such as an ``Execution``."""

    @property
    def arn(self) -> str:
        """The ARN."""
        ...


def mapping(name: str, value: Mapping[str, Json] | None) -> Mapping[str, Json]:
    """Return a copy of what a keyword of ``succeed()`` was given, empty for None; tuples become lists, as JSON has them.

    Raises ``UsageError`` for what is no mapping with string keys, and with its place for a value inside that JSON does not have.
    """
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        message = f"succeed({name}=...) takes a mapping with string keys, not {value!r}."
        raise UsageError(message)
    return {key: _json(name, inner, key) for key, inner in value.items()}


def _json(name: str, value: object, place: str) -> Json:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_json(name, element, f"{place}[{index}]") for index, element in enumerate(value)]
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: _json(name, inner, f"{place}.{key}") for key, inner in value.items()}
    message = (
        f"succeed({name}=...) takes what JSON has: strings, numbers, booleans, None, lists, and mappings with string keys; "
        f"{place} is {value!r}."
    )
    raise UsageError(message)


def numbers(metrics: Mapping[str, Json]) -> dict[str, float]:
    """Return metrics as the numbers that CloudWatch keeps; raise ``UsageError`` for anything else."""
    found: dict[str, float] = {}
    for name, value in metrics.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            message = f"succeed(metrics=...) takes numbers, as CloudWatch does; {name!r} is {value!r}."
            raise UsageError(message)
        found[name] = float(value)
    return found


def duration_of(value: timedelta | float | None) -> timedelta | None:
    """Return a duration given in seconds or as a timedelta; raise ``UsageError`` for anything else and for a negative one."""
    if value is None:
        return None
    try:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        duration = timedelta(seconds=cast("float", value)) if is_number else value
    except (ValueError, OverflowError):  # not a number, or more than a calendar holds
        duration = None
    if not isinstance(duration, timedelta):
        message = f"duration takes seconds or a timedelta, not {value!r}."
        raise UsageError(message)
    if duration < timedelta(0):
        message = f"duration={value!r} is negative; a step takes no less than zero seconds."
        raise UsageError(message)
    return duration


def flag(value: object) -> bool:
    """Return what ``optional`` was given; raise ``UsageError`` for anything but True and False."""
    if not isinstance(value, bool):
        message = f"optional takes True or False, not {value!r}."
        raise UsageError(message)
    return value


def execution_arn(source: HasArn | str) -> str:
    """Return the ARN of an execution, given as such or by something that has it.

    Raises ``UsageError`` for anything else, such as the ARN of a pipeline.
    """
    arn = source.arn if isinstance(source, HasArn) else source
    if not isinstance(arn, str) or not _EXECUTION.fullmatch(arn):
        message = (
            f"cache_hit() takes the Execution whose result is reused, or its ARN, not {source!r}. "
            "The ARN of an execution reads arn:aws:sagemaker:<region>:<account>:pipeline/<name>/execution/<id>."
        )
        raise UsageError(message)
    return arn
