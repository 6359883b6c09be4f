"""Schedule expressions, and when a schedule is due: ``rate(...)``, ``cron(...)`` and ``at(...)``."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, TypeAlias

from pytest_smpipeline._events.cron import Cron, parse_cron
from pytest_smpipeline._events.invalid import InvalidScheduleError
from pytest_smpipeline.values import Instant, to_datetime, to_instant

_EXPRESSION: Final = re.compile(r"\s*(?P<kind>rate|cron|at)\((?P<text>.*)\)\s*")
_RATE: Final = re.compile(r"\s*(?P<count>[1-9][0-9]*)\s+(?P<unit>minute|hour|day)(?P<plural>s?)\s*")
_UNITS: Final = {"minute": 60_000, "hour": 3_600_000, "day": 86_400_000}
_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rate:
    """Due again and again after this many milliseconds; a day has 24 hours whatever the clocks do."""

    period: int


@dataclass(frozen=True, slots=True)
class At:
    """Due once, at this moment of a calendar without a time zone."""

    moment: datetime


Expression: TypeAlias = Rate | At | Cron


@dataclass(frozen=True, slots=True)
class Plan:
    """When a schedule is due: its expression, its time zone, since when it stands, and the first and last instant that it may be due.

    ``at_once`` lets a rate without ``start`` be due as soon as it stands, and not only after its period.
    """

    expression: Expression
    zone: tzinfo
    since: Instant
    start: Instant | None = None
    end: Instant | None = None
    at_once: bool = True

    def due_after(self, instant: Instant) -> Instant | None:
        """Return the first instant after ``instant`` at which the schedule is due; None when it never is again.

        A moment of the calendar that the clocks skip is not due, and one that they repeat is due the first time.
        """
        if isinstance(self.expression, At):
            due = _instant(self.expression.moment, self.zone)
            return due if due > instant and due >= self.since else None
        earliest = max(instant + 1, self.since, self.since if self.start is None else self.start)
        due_from = self._rate_from if isinstance(self.expression, Rate) else self._cron_from
        due_or_none = due_from(earliest)
        return None if due_or_none is None or (self.end is not None and due_or_none > self.end) else due_or_none

    def _rate_from(self, earliest: Instant) -> Instant | None:
        assert isinstance(self.expression, Rate)  # noqa: S101 # as the caller has asked
        period = self.expression.period
        first = self.start if self.start is not None else self.since if self.at_once else self.since + period
        return first + max(0, -((first - earliest) // period)) * period

    def _cron_from(self, earliest: Instant) -> Instant | None:
        assert isinstance(self.expression, Cron)  # noqa: S101 # as the caller has asked
        for moment in self.expression.from_minute(_local_start(earliest, self.zone)):
            due = _instant(moment, self.zone)
            if due >= earliest and _local(due, self.zone) == moment:
                return due
        return None


def parse_schedule(text: str, *, strict_units: bool = False) -> Expression:
    """Return what a schedule expression says; rules want ``rate(1 minute)`` and ``rate(2 minutes)``: ``strict_units``.

    Raises ``InvalidScheduleError`` for what is no expression.
    """
    found = _EXPRESSION.fullmatch(text)
    if found is None:
        raise InvalidScheduleError(f"a schedule is rate(...), cron(...) or at(...), not {text!r}")
    if found["kind"] == "cron":
        return parse_cron(found["text"])
    return _at(found["text"]) if found["kind"] == "at" else _rate(found["text"], strict_units=strict_units)


def _at(text: str) -> At:
    try:
        return At(datetime.strptime(text.strip(), "%Y-%m-%dT%H:%M:%S"))  # noqa: DTZ007 # the zone is given apart
    except ValueError:
        raise InvalidScheduleError(f"at() takes a moment such as 2026-11-22T08:00:00, not {text!r}") from None


def _rate(text: str, *, strict_units: bool) -> Rate:
    found = _RATE.fullmatch(text)
    if found is None or (strict_units and (found["count"] == "1") == bool(found["plural"])):
        raise InvalidScheduleError(f"rate() takes a number and a unit, such as 1 minute or 5 minutes, hours or days, not {text!r}")
    return Rate(int(found["count"]) * _UNITS[found["unit"]])


def _local_start(instant: Instant, zone: tzinfo) -> datetime:
    """Return a moment of the zone's calendar from which on everything lies that is due from ``instant`` on."""
    now = to_datetime(instant)
    turns = (now - _A_DAY).astimezone(zone).utcoffset() != (now + _A_DAY).astimezone(zone).utcoffset()
    return _local(instant, zone) - (2 * _A_DAY if turns else timedelta(0))


def _local(instant: Instant, zone: tzinfo) -> datetime:
    return to_datetime(instant).astimezone(zone).replace(tzinfo=None, fold=0)


def _instant(moment: datetime, zone: tzinfo) -> Instant:
    return to_instant(moment.replace(tzinfo=zone).astimezone(UTC))
