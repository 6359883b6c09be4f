"""The errors this package raises, and the one that an emulated operation raises.

::

    ValueError
     └─ UsageError      the test asked for something that makes no sense
    Exception
     ├─ ServiceError    the emulated service answers with an error; callers see botocore's ClientError
     └─ RealSageMakerCall  a call was about to leave for the real service
"""

from typing import Final

GUARD_TO_DO: Final = (
    "Use the fixture smpipeline, @pytest.mark.smpipeline, the decorator @mock_smpipeline, or with mock_smpipeline() as smp. "
    "A test that expects this error takes it back: with pytest.raises(RealSageMakerCall) as caught: ..., then caught.value.acknowledge()."
)


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


class RealSageMakerCall(Exception):  # noqa: N818 # it tells what happened, as users read it
    """A call of SageMaker was about to leave for the real service while no mock was active; ``smpipeline_guard`` has stopped it.

    It fails the test at its end, also when the code under test has swallowed it, unless the test takes it back. ``place`` is the
    line that made the call, ``region`` is None when nothing tells it.
    """

    def __init__(self, operation: str, region: str | None, endpoint: str, place: str) -> None:
        """Keep what the call was; not for tests to call."""
        super().__init__(operation, region, endpoint, place)
        self.operation = operation
        self.region = region
        self.endpoint = endpoint
        self.place = place
        self.acknowledged = False

    def acknowledge(self) -> None:
        """Take the error back, for a test that expects it; what the same line tried before goes with it, as retries do."""
        self.acknowledged = True

    def title(self) -> str:
        """Return the call in one line: operation, region, and where it came from."""
        where = f" in {self.region}" if self.region else ""
        return f"{self.operation}{where}, called from {self.place}"

    def __str__(self) -> str:
        """Say what was expected, what happened and what to do."""
        return (
            "Expected: no call of the real SageMaker, since smpipeline_guard is on and no mock is active.\n"
            f"Happened: {self.title()}, was about to go to {self.endpoint}.\n"
            f"To do: {GUARD_TO_DO}"
        )


def validation_exception(message: str) -> ServiceError:
    """Return the error for a request that the service finds invalid.

    The code is in no operation's model, yet it is the one the service uses for every client fault but the modelled three.
    """
    return ServiceError("ValidationException", message)


def resource_not_found(message: str) -> ServiceError:
    """Return the error for something that does not exist; modelled as ``ResourceNotFound``."""
    return ServiceError("ResourceNotFound", message)
