"""The virtual clock: the only time there is."""

from collections.abc import Callable

from pytest_smpipeline.values import Instant


class Clock:
    """A wall clock plus an offset that only grows.

    Because it follows the wall clock it was given, tools that move that clock move this one too. They may move it back, as
    freezing time in the middle of a test does, but not to before what is held: then this clock stands until the wall clock
    has passed that instant again.
    """

    def __init__(self, wall: Callable[[], Instant]) -> None:
        """Read the real time from ``wall`` and nowhere else."""
        self.wall = wall
        self._offset = 0
        self._held: Instant | None = None

    def now(self) -> Instant:
        """Return the present instant."""
        present = self.wall() + self._offset
        return present if self._held is None or self._held < present else self._held

    def hold(self) -> None:
        """Let the present not be earlier than it is now: something runs, and what has happened to it may not lie in the future."""
        self._held = self.now()

    def release(self) -> None:
        """Let the wall clock decide again, unless it lies behind what is held: the present never goes back by itself."""
        if self._held is not None and self.wall() + self._offset >= self._held:
            self._held = None

    def reach(self, instant: Instant) -> None:
        """Move the present forward to ``instant``, or leave it when that has passed."""
        missing = instant - self.now()
        if missing > 0:
            self._offset += missing
            if self._held is not None:
                self._held = instant
