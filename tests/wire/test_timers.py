"""Timers, which go off at instants of their own."""

from pytest_smpipeline._wire.timers import Timers
from pytest_smpipeline.values import Instant


class Alarm:
    """A timer that is due at these instants."""

    def __init__(self, *dues: Instant) -> None:
        self.dues = list(dues)
        self.gone: list[Instant] = []

    def due_by(self, instant: Instant) -> Instant | None:
        return min((due for due in self.dues if due <= instant), default=None)

    def is_due_between(self, first: Instant, last: Instant) -> bool:
        return any(first <= due <= last for due in self.dues)

    def go_off(self, due: Instant) -> None:
        self.dues.remove(due)
        self.gone.append(due)


def test_only_those_that_are_due_go_off() -> None:
    """The first instant of all is told, and whoever is not due then stays as it is."""
    timers, early, late = Timers(), Alarm(1, 5), Alarm(3, 5)
    timers.add(early)
    timers.add(late)

    gone = []
    while (due := timers.due_by(5)) is not None:
        timers.go_off(due)
        gone.append(due)

    assert gone == [1, 3, 5]
    assert (early.gone, late.gone) == ([1, 5], [3, 5])


def test_somebody_is_due_within_a_time() -> None:
    """Both ends of the time count."""
    timers = Timers()
    timers.add(Alarm(3))

    assert [timers.is_due_between(1, 2), timers.is_due_between(2, 3), timers.is_due_between(3, 4), timers.is_due_between(4, 5)] == [
        False,
        True,
        True,
        False,
    ]
