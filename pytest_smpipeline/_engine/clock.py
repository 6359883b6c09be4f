"""The virtual clock: the only time there is."""

from collections.abc import Callable

from pytest_smpipeline.values import Instant


class Clock:
    """A wall clock plus an offset that only grows.

    Because it follows the wall clock it was given, tools that move that clock move this one too.
    """

    def __init__(self, wall: Callable[[], Instant]) -> None:
        """Read the real time from ``wall`` and nowhere else."""
        self.wall = wall
        self._offset = 0

    def now(self) -> Instant:
        """Return the present instant."""
        return self.wall() + self._offset

    def advance(self, milliseconds: int) -> None:
        """Move the present forward."""
        self._offset += milliseconds

    def reach(self, instant: Instant) -> None:
        """Move the present forward to ``instant``, or leave it when that has passed."""
        self._offset += max(0, instant - self.now())
