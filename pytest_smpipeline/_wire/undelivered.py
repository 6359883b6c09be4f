"""What a neighbour could not do: recorded, so that a report can show it, instead of breaking the run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Something that an execution has for the rest of AWS and that found nobody to take it.

    ``what`` is a noun with its subject, such as ``"property file Report of step Evaluate"``, ``to`` where it should have gone.
    """

    what: str
    to: str
    reason: str

    def __str__(self) -> str:
        """Say it in one sentence."""
        return f"The {self.what} did not reach {self.to}: {self.reason}"
