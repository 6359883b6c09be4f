"""What the doors expect of the service behind them."""

from typing import Final, Protocol

from pytest_smpipeline._wire.messages import Answer, Request
from pytest_smpipeline.options import Options
from pytest_smpipeline.values import Instant

SERVICE: Final = "sagemaker"
"""The name under which botocore and moto know the service."""


class Backend(Protocol):
    """The emulated service, as every door sees it."""

    @property
    def options(self) -> Options:
        """The options in force, read anew for every call: nested activations change them."""
        ...

    def handles(self, operation: str, body: bytes | str, /) -> bool:
        """Return whether this operation of SageMaker is answered here, and not by moto.

        For a few the JSON text of the request decides: tags are kept of pipelines and of everything else.
        """
        ...

    def travels_express(self, operation: str, /) -> bool:
        """Return whether the next call of this operation need not take the whole of botocore."""
        ...

    def answer(self, request: Request, /) -> Answer:
        """Answer a request; a bad one is answered with the service's error, not raised.

        What is raised is what a test asked for: an exception of botocore's as a fault, or what its own callables raise.
        """
        ...

    def before_moto(self, operation: str, body: bytes | str, /) -> Answer | None:
        """Take note that moto is about to answer an operation of SageMaker; return an answer to give instead, if any."""
        ...

    def after_moto(self, operation: str, /) -> None:
        """Take note that moto has answered an operation of SageMaker."""
        ...

    def now(self) -> Instant:
        """Return the present of the virtual clock."""
        ...

    def advance(self, milliseconds: int, /) -> None:
        """Move the virtual clock forward and apply what falls due."""
        ...

    def reach(self, instant: Instant, /) -> None:
        """Move the virtual clock forward to an instant, unless that has passed, and apply what falls due."""
        ...
