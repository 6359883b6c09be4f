"""Who comes along when moto is asked for the rest of SageMaker: before it answers, and after."""

from typing import Protocol, TypeAlias

Payload: TypeAlias = dict[str, object]


class Visitor(Protocol):
    """A neighbour that has something in moto to keep up to date."""

    def before(self, operation: str, body: bytes | str) -> Payload | None:
        """Take note that moto is about to answer this operation; return what to answer instead, if anything.

        Raises ``ServiceError`` for a request that the service would refuse.
        """
        ...

    def after(self, operation: str) -> None:
        """Take note that moto has answered this operation."""
        ...

    def forget(self) -> None:
        """Let go of all that has happened so far: the service has forgotten it."""
        ...
