"""The errors this package raises, and the one that an emulated operation raises.

::

    ValueError
     └─ UsageError      the test asked for something that makes no sense
    Exception
     └─ ServiceError    the emulated service answers with an error; callers see botocore's ClientError
"""


class UsageError(ValueError):
    """A call of this library makes no sense as written; the message says what would."""


class ServiceError(Exception):
    """The emulated service refuses a request.

    ``code`` and ``message`` are what the caller finds in ``ClientError.response["Error"]``; ``status`` is the HTTP status.
    """

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        """Keep the three parts of the answer."""
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


def validation_exception(message: str) -> ServiceError:
    """Return the error for a request that the service finds invalid.

    The code is in no operation's model, yet it is the one the service uses for every client fault but the modelled three.
    """
    return ServiceError("ValidationException", message)


def resource_not_found(message: str) -> ServiceError:
    """Return the error for something that does not exist; modelled as ``ResourceNotFound``."""
    return ServiceError("ResourceNotFound", message)
