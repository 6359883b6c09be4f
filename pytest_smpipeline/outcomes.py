"""What a step attempt comes to: the values a test scripts, and the functions that make them."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime, timedelta
from typing import Final, TypeAlias, cast

from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.outcome_arguments import HasArn, duration_of, execution_arn, flag, mapping, numbers
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


class _Written:
    """Prints an outcome as the call that makes it."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Show the function with the arguments that say something: ``fail('boom', duration=90)``."""
        given: list[str] = []
        for member in fields(cast("Outcome", self)):
            value = getattr(self, member.name)
            if member.default is MISSING and member.default_factory is MISSING:
                given.append(repr(value))
            elif value is not None and value is not False and value != {}:
                given.append(f"{member.name}={value.total_seconds():g}" if isinstance(value, timedelta) else f"{member.name}={value!r}")
        return f"{_FUNCTIONS[type(self).__name__]}({', '.join(given)})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Succeed(_Written):
    """The attempt succeeds; made by ``succeed()``."""

    outputs: Mapping[str, Json] = field(default_factory=dict)
    properties: Mapping[str, Json] = field(default_factory=dict)
    property_files: Mapping[str, Json] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    duration: timedelta | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Fail(_Written):
    """The job runs and fails; made by ``fail()``."""

    reason: str
    exception_type: str | None = None
    duration: timedelta | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Reject(_Written):
    """The service refuses to create the job; made by ``reject()``."""

    code: str
    message: str
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Stopped(_Written):
    """The job is stopped outside of the pipeline; made by ``stopped()``."""

    duration: timedelta | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Hold(_Written):
    """The attempt runs until the test releases it; made by ``hold()``."""

    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CacheHit(_Written):
    """The step reuses what an earlier execution made; made by ``cache_hit()``.

    ``source`` is the ARN of that execution; without one it is the most recent in which the step succeeded.
    """

    source: str | None = None
    optional: bool = False


Outcome: TypeAlias = Succeed | Fail | Reject | Stopped | Hold | CacheHit

_FUNCTIONS: Final = {
    "Succeed": "succeed",
    "Fail": "fail",
    "Reject": "reject",
    "Stopped": "stopped",
    "Hold": "hold",
    "CacheHit": "cache_hit",
}


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
        outputs=mapping("outputs", outputs),
        properties=mapping("properties", properties),
        property_files=mapping("property_files", property_files),
        metrics=numbers(mapping("metrics", metrics)),
        duration=duration_of(duration),
        optional=flag(optional),
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
    return Fail(reason=reason, exception_type=exception_type, duration=duration_of(duration), optional=flag(optional))


def reject(code: str, message: str, *, optional: bool = False) -> Reject:
    """Return the outcome of a step attempt whose job the service refuses to create.

    Nothing is made: the step fails and its Metadata is ``{}``. ``code`` and ``message`` are those of the refusal, for example
    ``reject("ResourceLimitExceeded", "The account-level service limit ... is 0 Instances")``.

    Raises ``UsageError`` for a code that is no error code and a message that is no text.
    """
    if not isinstance(code, str) or code.split() != [code]:
        complaint = f"reject() takes the code of an error of AWS, such as 'ResourceLimitExceeded', not {code!r}."
        raise UsageError(complaint)
    if not isinstance(message, str):
        complaint = f"reject() takes the message of the refusal as a string, not {message!r}."
        raise UsageError(complaint)
    return Reject(code=code, message=message, optional=flag(optional))


def stopped(*, duration: timedelta | float | None = None, optional: bool = False) -> Stopped:
    """Return the outcome of a step attempt whose job is stopped outside of the pipeline, as by StopTrainingJob.

    ``duration``, in seconds or a timedelta, is how long the job ran until then.

    Raises ``UsageError`` for a value of another kind.
    """
    return Stopped(duration=duration_of(duration), optional=flag(optional))


def hold(*, optional: bool = False) -> Hold:
    """Return the outcome of a step attempt that stays Executing until ``run.release(step, outcome)``."""
    return Hold(optional=flag(optional))


def cache_hit(source: HasArn | str | None = None, *, optional: bool = False) -> CacheHit:
    """Return the outcome of a step that reuses what an earlier execution made, instead of running.

    ``source`` is that ``Execution`` or its ARN; without one it is the most recent in which the step succeeded.

    Raises ``UsageError`` for a source that is no execution of a pipeline.
    """
    return CacheHit(source=None if source is None else execution_arn(source), optional=flag(optional))
