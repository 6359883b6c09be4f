"""What becomes of a step whose create call the service refuses: the exception type that retry policies match, and the words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_CODES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "Step.THROTTLING": (
            "BandwidthLimitExceeded",
            "RequestLimitExceeded",
            "RequestThrottled",
            "RequestThrottledException",
            "SlowDown",
            "ThrottledException",
            "Throttling",
            "ThrottlingException",
            "TooManyRequestsException",
        ),
        "Step.SERVICE_FAULT": (
            "InternalError",
            "InternalFailure",
            "InternalServerError",
            "InternalServerException",
            "RequestTimeout",
            "RequestTimeoutException",
            "ServiceException",
            "ServiceUnavailable",
            "ServiceUnavailableException",
        ),
        "SageMaker.RESOURCE_LIMIT": ("ResourceLimitExceeded",),
        "SageMaker.CAPACITY_ERROR": (
            "CapacityError",
            "InsufficientCapacity",
            "InsufficientCapacityError",
            "InsufficientInstanceCapacity",
        ),
    },
)

EXCEPTION_OF_CODE: Final[Mapping[str, str]] = MappingProxyType({code: name for name, codes in _CODES.items() for code in codes})
"""The exception type of each error code that has one; the codes are AWS's usual ones for each kind of error."""


_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {"CapacityError": "SageMaker.CAPACITY_ERROR", "InternalServerError": "SageMaker.JOB_INTERNAL_ERROR"},
)


def exception_type_of(code: str) -> str | None:
    """Return the exception type of the error code that a create call was refused with; None when retry policies can't name it."""
    return EXCEPTION_OF_CODE.get(code)


def exception_type_of_reason(reason: str) -> str | None:
    """Return the exception type that a job's own failure reason begins with, as in ``CapacityError: Unable to provision ...``."""
    return _REASONS.get(reason.partition(":")[0].strip())


def refusal_reason(
    create_call: str,
    message: str,
    execution_arn: str,
    step: str,
    exception_type: str | None,
    *,
    covered: bool = False,
) -> str:
    """Return the FailureReason of a step whose create call was refused and which is not tried again.

    ``create_call`` names the call as IAM does, ``sagemaker:CreateTrainingJob``; ``covered`` says that a retry policy names the
    exception type, so that the sentence which denies it is left out. The pipeline's name is in lower case in this text.
    """
    reason = f"ClientError: Failed to invoke {create_call}. Error Details: {message}"
    if exception_type is None:
        return reason
    where = f"PipelineExecutionArn {execution_arn.lower()} and StepId {step}"
    reason = f"{reason}\nRetry not appropriate on execution of step with {where}."
    if covered:
        return reason
    spelling = exception_type.replace(".", "_").upper()
    return f"{reason} No retry policy configured for the exception type {spelling}."
