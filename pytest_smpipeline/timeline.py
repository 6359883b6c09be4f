"""A stretch of virtual time to draw bars on: where they begin and end in percent, and round ticks."""

from dataclasses import dataclass
from typing import Final

from pytest_smpipeline.durations import in_words
from pytest_smpipeline.values import Instant

_SECOND: Final = 1000
_MINUTE: Final = 60 * _SECOND
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR

_MOST_TICKS: Final = 3
_INTERVALS: Final = (
    *(1, 2, 5, 10, 20, 50, 100, 200, 500),
    *(seconds * _SECOND for seconds in (1, 2, 5, 10, 15, 30)),
    *(minutes * _MINUTE for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * _HOUR for hours in (1, 2, 3, 6, 12)),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """Where something stands on a timeline, in percent of its length."""

    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on a timeline: its place in percent, and the time since the beginning in words."""

    left: float
    words: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The time between two instants; it may be of no length."""

    start: Instant
    end: Instant

    def bar(self, start: Instant, end: Instant | None) -> Bar:
        """Return the bar from one instant to another, or to the end of the timeline for what has not ended; outside of it is cut off."""
        length = max(self.end - self.start, 1)
        left = min(max(start - self.start, 0), length)
        right = min(max((self.end if end is None else end) - self.start, left), length)
        return Bar(round(100 * left / length, 2), round(100 * (right - left) / length, 2))

    def ticks(self) -> list[Tick]:
        """Return ticks at round times, three at most after the one at the beginning."""
        length = self.end - self.start
        interval = next((interval for interval in _INTERVALS if length // interval <= _MOST_TICKS), None)
        if interval is None:
            interval = -(-length // (_MOST_TICKS * _DAY)) * _DAY
        return [Tick(self.bar(self.start + time, None).left, in_words(time)) for time in range(0, length + 1, interval)]
