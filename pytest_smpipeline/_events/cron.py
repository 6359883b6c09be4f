"""Cron expressions in the dialect of EventBridge: minutes, hours, day of month, month, day of week, year."""

import calendar
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from pytest_smpipeline._events.invalid import InvalidScheduleError

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2199

_MONTHS: Final = {
    name: number for number, name in enumerate(("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), 1)
}
_WEEKDAYS: Final = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}
_SATURDAY: Final = 7
_FIELDS: Final = 6
_PART: Final = re.compile(r"(?:\*|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>\d+))?")
_NEAREST: Final = re.compile(r"(?P<day>\d+)W")
_LAST: Final = re.compile(r"(?P<day>\w+)L")
_INSTANCE: Final = re.compile(r"(?P<day>\w+)#(?P<number>[1-5])")


class Field(NamedTuple):
    """What one field may hold."""

    name: str
    lowest: int
    highest: int
    names: Mapping[str, int]


_MINUTES: Final = Field("minutes", 0, 59, {})
_HOURS: Final = Field("hours", 0, 23, {})
_DAY: Final = Field("day of month", 1, 31, {})
_MONTH: Final = Field("month", 1, 12, _MONTHS)
_WEEKDAY: Final = Field("day of week", 1, 7, _WEEKDAYS)
_YEAR: Final = Field("year", FIRST_YEAR, LAST_YEAR, {})


@dataclass(frozen=True, slots=True)
class Cron:
    """The minutes of a calendar at which a schedule is due; the calendar has no time zone."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: tuple[int, ...]
    years: tuple[int, ...]
    days: Callable[[int, int], tuple[int, ...]]

    def from_minute(self, start: datetime) -> Iterator[datetime]:
        """Yield the minutes that are due from the one that ``start`` lies in, which has no time zone; at last nothing is due any more."""
        first = start.replace(second=0, microsecond=0)
        for year in self.years:
            for month in self.months if year >= first.year else ():
                if (year, month) < (first.year, first.month):
                    continue
                for day in self.days(year, month):
                    if (year, month, day) < (first.year, first.month, first.day):
                        continue
                    due = (datetime(year, month, day, hour, minute) for hour in self.hours for minute in self.minutes)  # noqa: DTZ001
                    yield from (moment for moment in due if moment >= first)


def parse_cron(text: str) -> Cron:
    """Return what the six fields between the parentheses of ``cron(...)`` say.

    Raises ``InvalidScheduleError`` for anything else; one of the two day fields has to be ``?``.
    """
    fields = text.upper().split()
    if len(fields) != _FIELDS:
        raise InvalidScheduleError(
            f"cron() takes six fields (minutes hours day-of-month month day-of-week year), not {len(fields)}: {text!r}"
        )
    minutes, hours, day, month, weekday, year = fields
    if (day == "?") == (weekday == "?"):
        raise InvalidScheduleError(f"one of day-of-month and day-of-week is ?, and the other is not: {text!r}")
    return Cron(
        _numbers(_MINUTES, minutes),
        _numbers(_HOURS, hours),
        _numbers(_MONTH, month),
        _numbers(_YEAR, year),
        _days_of_week(weekday) if day == "?" else _days_of_month(day),
    )


def _days_of_month(text: str) -> Callable[[int, int], tuple[int, ...]]:
    if text == "L":
        return lambda year, month: (_length(year, month),)
    if text == "LW":
        return lambda year, month: (_nearest_weekday(year, month, _length(year, month)),)
    nearest = _NEAREST.fullmatch(text)
    if nearest:
        wanted = _number(_DAY, nearest["day"])
        return lambda year, month: (_nearest_weekday(year, month, wanted),) if wanted <= _length(year, month) else ()
    days = _numbers(_DAY, text)
    return lambda year, month: tuple(day for day in days if day <= _length(year, month))


def _days_of_week(text: str) -> Callable[[int, int], tuple[int, ...]]:
    last, instance = _LAST.fullmatch(text), _INSTANCE.fullmatch(text)
    if last:
        wanted = _number(_WEEKDAY, last["day"])
        return lambda year, month: _weekdays(year, month, {wanted})[-1:]
    if instance:
        wanted, place = _number(_WEEKDAY, instance["day"]), int(instance["number"])
        return lambda year, month: _weekdays(year, month, {wanted})[place - 1 : place]
    days = {_SATURDAY} if text == "L" else set(_numbers(_WEEKDAY, text))
    return lambda year, month: _weekdays(year, month, days)


def _weekdays(year: int, month: int, wanted: set[int]) -> tuple[int, ...]:
    """Return the days of a month that fall on these days of the week, counted from Sunday as 1."""
    first, length = calendar.monthrange(year, month)
    return tuple(day for day in range(1, length + 1) if (first + day) % 7 + 1 in wanted)


def _nearest_weekday(year: int, month: int, day: int) -> int:
    """Return the day from Monday to Friday next to ``day``, in the same month."""
    weekday = calendar.weekday(year, month, day)
    if weekday == calendar.SATURDAY:
        return day - 1 if day > 1 else day + 2
    if weekday == calendar.SUNDAY:
        return day + 1 if day < _length(year, month) else day - 2
    return day


def _length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _numbers(field: Field, text: str) -> tuple[int, ...]:
    """Return the numbers that a field allows, in order."""
    return tuple(sorted({number for part in text.split(",") for number in _part(field, part)}))


def _part(field: Field, text: str) -> Iterator[int]:
    part = _PART.fullmatch(text)
    step = 1 if part is None or part["step"] is None else int(part["step"])
    if part is None or step == 0:
        raise InvalidScheduleError(f"{text!r} is nothing that the field {field.name} takes")
    first, last = field.lowest, field.highest
    if part["first"]:
        first = _number(field, part["first"])
        last = _number(field, part["last"]) if part["last"] else last if part["step"] else first
    if first > last:  # 20-2 goes on after midnight
        last += field.highest - field.lowest + 1
    for number in range(first, last + 1, step):
        yield (number - field.lowest) % (field.highest - field.lowest + 1) + field.lowest


def _number(field: Field, text: str) -> int:
    number = int(text) if text.isdecimal() else field.names.get(text, -1)
    if not field.lowest <= number <= field.highest:
        raise InvalidScheduleError(f"the field {field.name} takes {field.lowest} to {field.highest}, not {text!r}")
    return number
