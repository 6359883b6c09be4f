"""Timers: what happens at certain instants without being the work of an execution, such as schedules."""

from typing import Protocol

from pytest_smpipeline.values import Instant


class Timer(Protocol):
    """Something that goes off at instants of its own."""

    def due_by(self, instant: Instant, /) -> Instant | None:
        """Return the first instant up to this one at which it has to go off and has not; None when there is none."""
        ...

    def is_due_between(self, first: Instant, last: Instant, /) -> bool:
        """Return whether it has to go off within this time, both ends included."""
        ...

    def go_off(self, due: Instant, /) -> None:
        """Do what is due at this instant, which lies in the present or the past; it is not due again."""
        ...


class Timers:
    """All timers of a service; at one instant they go off in the order in which they were added."""

    def __init__(self) -> None:
        """Start without any."""
        self._timers: list[Timer] = []

    def add(self, timer: Timer) -> None:
        """Let this one go off too, from now on."""
        self._timers.append(timer)

    def clear(self) -> None:
        """Let none go off any more."""
        self._timers.clear()

    def due_by(self, instant: Instant) -> Instant | None:
        """Return the first instant up to this one at which one has to go off; None when there is none."""
        return min((due for timer in self._timers if (due := timer.due_by(instant)) is not None), default=None)

    def is_due_between(self, first: Instant, last: Instant) -> bool:
        """Return whether one has to go off within this time."""
        for timer in self._timers:  # noqa: SIM110 # asked at every call, and any() takes three times as long
            if timer.is_due_between(first, last):
                return True
        return False

    def go_off(self, due: Instant) -> None:
        """Let all that are due at this instant go off."""
        for timer in self._timers:
            if timer.due_by(due) is not None:
                timer.go_off(due)
