"""Which errors an operation can answer with, and what is said when a fault asks for one without words."""

from collections.abc import Mapping
from typing import Final

from pytest_smpipeline._wire import service_model
from pytest_smpipeline.exceptions import ServiceError, UsageError
from pytest_smpipeline.suggestions import choices, did_you_mean

_UNTOLD: Final = "The test asked for this error."
_RATE: Final = "Rate exceeded"
_INTERNAL: Final = "The request failed because of an internal error of the service."
_UNAVAILABLE: Final = "The service is unavailable for the moment."

# Errors that any operation of any service may answer, beside those that its model declares.
_COMMON: Final[Mapping[str, str]] = {
    "AccessDeniedException": "User is not authorized to perform: sagemaker:{operation}",
    "ExpiredTokenException": "The security token included in the request is expired",
    "IncompleteSignature": _UNTOLD,
    "InternalFailure": _INTERNAL,
    "InternalServerError": _INTERNAL,
    "InternalServerException": _INTERNAL,
    "InvalidClientTokenId": "The security token included in the request is invalid.",
    "InvalidSignatureException": _UNTOLD,
    "MissingAuthenticationToken": _UNTOLD,
    "NotAuthorized": _UNTOLD,
    "OptInRequired": _UNTOLD,
    "RequestExpired": _UNTOLD,
    "RequestLimitExceeded": _RATE,
    "RequestTimeout": _UNTOLD,
    "RequestTimeoutException": _UNTOLD,
    "SerializationException": _UNTOLD,
    "ServiceUnavailable": _UNAVAILABLE,
    "ServiceUnavailableException": _UNAVAILABLE,
    "SlowDown": _RATE,
    "ThrottledException": _RATE,
    "Throttling": _RATE,
    "ThrottlingException": _RATE,
    "TooManyRequestsException": _RATE,
    "UnknownOperationException": _UNTOLD,
    "UnrecognizedClientException": "The security token included in the request is invalid.",
    "ValidationError": _UNTOLD,
    "ValidationException": _UNTOLD,
}

# Where a client decides by the status whether to try again. All others are 400.
_STATUSES: Final[Mapping[str, int]] = {
    "InternalFailure": 500,
    "InternalServerError": 500,
    "InternalServerException": 500,
    "RequestLimitExceeded": 503,
    "RequestTimeout": 408,
    "RequestTimeoutException": 408,
    "ServiceUnavailable": 503,
    "ServiceUnavailableException": 503,
    "SlowDown": 503,
    "TooManyRequestsException": 429,
}

DEFAULT_STATUS: Final = 400


def refusal(operation: str, code: str, message: str | None, status: int) -> ServiceError:
    """Return the error that an operation answers with.

    Raises ``UsageError`` for a code that the operation can't answer with.
    """
    __tracebackhide__ = True
    known = service_model.current().error_codes(operation) | _COMMON.keys()
    if code not in known:
        complaint = f"{operation} can't answer with {code!r}.{did_you_mean(code, known)} It answers with: {choices(known)}."
        raise UsageError(complaint)
    if message is None:
        message = _COMMON.get(code, _UNTOLD).format(operation=operation)
    return ServiceError(code, message, status=_STATUSES.get(code, status) if status == DEFAULT_STATUS else status)
