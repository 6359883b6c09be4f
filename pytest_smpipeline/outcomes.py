"""What a step attempt comes to: the values a test scripts with ``succeed()`` and ``fail()``."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeAlias, cast

from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.suggestions import choices, did_you_mean
from pytest_smpipeline.values import Json

# The exception types that retry policies can name: developer guide, "Retry Policy for Pipeline Steps"; the last one, the schema.
EXCEPTION_TYPES: Final = (
    "Step.SERVICE_FAULT",
    "Step.THROTTLING",
    "SageMaker.JOB_INTERNAL_ERROR",
    "SageMaker.CAPACITY_ERROR",
    "SageMaker.RESOURCE_LIMIT",
    "Emr.RESOURCE_LIMIT",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Succeed:
    """The attempt succeeds; made by ``succeed()``."""

    outputs: Mapping[str, Json] = field(default_factory=dict)
    properties: Mapping[str, Json] = field(default_factory=dict)
    property_files: Mapping[str, Json] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    duration: timedelta | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fail:
    """The job runs and fails; made by ``fail()``."""

    reason: str
    exception_type: str | None = None
    duration: timedelta | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """The service refuses to create the job; made by ``reject()``."""

    code: str
    message: str
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """The job is stopped outside of the pipeline; made by ``stopped()``."""

    duration: timedelta | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """The attempt runs until the test releases it; made by ``hold()``."""

    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheHit:
    """The step reuses what an earlier execution made; made by ``cache_hit()``.

    ``source`` is the ARN of that execution; without one it is the most recent in which the step succeeded.
    """

    source: str | None = None
    optional: bool = False


Outcome: TypeAlias = Succeed | Fail | Reject | Stopped | Hold | CacheHit


@dataclass(frozen=True, slots=True, kw_only=True)
class StepContext:
    """What a scripted callable is told of the attempt that it decides.

    ``pipeline`` is the name, ``execution`` the ARN, ``attempt`` counts from 1, ``arguments`` are resolved.
    """

    pipeline: str
    execution: str
    step: str
    type: str
    attempt: int
    arguments: Json
    now: datetime


Player: TypeAlias = Callable[[StepContext], Outcome]


def succeed(
    *,
    outputs: Mapping[str, Json] | None = None,
    properties: Mapping[str, Json] | None = None,
    property_files: Mapping[str, Json] | None = None,
    metrics: Mapping[str, float] | None = None,
    duration: timedelta | float | None = None,
    optional: bool = False,
) -> Succeed:
    """Return the outcome of a step attempt that succeeds.

    ``outputs`` are the OutputParameters of a Lambda or Callback step; ``properties`` are merged over what the service's
    Describe call would return for the step's job; ``property_files`` maps the name of a property file to its JSON content;
    ``metrics`` become the job's FinalMetricDataList; ``duration`` is in seconds or a timedelta. ``optional=True`` makes it
    no error when the outcome is never used.

    Raises ``UsageError`` for a value of another kind.
    """
    return Succeed(
        outputs=_mapping("outputs", outputs),
        properties=_mapping("properties", properties),
        property_files=_mapping("property_files", property_files),
        metrics=_numbers(_mapping("metrics", metrics)),
        duration=_duration(duration),
        optional=optional,
    )


def fail(
    reason: str,
    *,
    exception_type: str | None = None,
    duration: timedelta | float | None = None,
    optional: bool = False,
) -> Fail:
    """Return the outcome of a step attempt whose job runs and fails with this reason.

    The step's FailureReason is ``ClientError: <reason>``, as the service words it. ``exception_type`` is what the step's
    RetryPolicies match, for example ``"SageMaker.CAPACITY_ERROR"``; ``duration`` is in seconds or a timedelta.

    Raises ``UsageError`` for a reason that is no text and an exception type that AWS does not know.
    """
    if not isinstance(reason, str):
        message = f"fail() takes the job's failure reason as a string, not {reason!r}. Write fail('out of memory')."
        raise UsageError(message)
    if exception_type is not None and exception_type not in EXCEPTION_TYPES:
        hint = did_you_mean(str(exception_type), EXCEPTION_TYPES)
        message = f"exception_type={exception_type!r} is not one that AWS knows.{hint} Valid types: {choices(EXCEPTION_TYPES)}."
        raise UsageError(message)
    return Fail(reason=reason, exception_type=exception_type, duration=_duration(duration), optional=optional)


def _mapping(name: str, value: Mapping[str, Json] | None) -> Mapping[str, Json]:
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        message = f"succeed({name}=...) takes a mapping with string keys, not {value!r}."
        raise UsageError(message)
    return deepcopy(dict(value))


def _numbers(metrics: Mapping[str, Json]) -> dict[str, float]:
    numbers: dict[str, float] = {}
    for name, value in metrics.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            message = f"succeed(metrics=...) takes numbers, as CloudWatch does; {name!r} is {value!r}."
            raise UsageError(message)
        numbers[name] = float(value)
    return numbers


def _duration(value: timedelta | float | None) -> timedelta | None:
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
