"""When a schedule is due: cron, rate and at, in calendars with and without time zones."""

import calendar
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_smpipeline._events.cron import Cron
from pytest_smpipeline._events.invalid import InvalidScheduleError
from pytest_smpipeline._events.schedules import Plan, Rate, parse_schedule
from pytest_smpipeline.values import Instant, to_datetime, to_instant

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str, zone: ZoneInfo | None = None) -> Instant:
    """Return the instant of a local moment."""
    return to_instant(datetime.fromisoformat(text).replace(tzinfo=zone or UTC))


def dues(expression: str, since: str, number: int, zone: ZoneInfo | None = None) -> list[str]:
    """Return the first instants after a moment at which an expression is due, in its own calendar."""
    plan = Plan(parse_schedule(expression), zone or UTC, at(since, zone), at_once=False)
    found, instant = [], at(since, zone)
    for _ in range(number):
        due = plan.due_after(instant)
        if due is None:
            break
        found.append(f"{to_datetime(due).astimezone(zone or UTC):%Y-%m-%d %a %H:%M}")
        instant = due
    return found


@pytest.mark.fidelity("SCH-001")
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cron(0 10 * * ? *)", ["2026-11-22 Sun 10:00", "2026-11-23 Mon 10:00"]),
        ("cron(0/15 * * * ? *)", ["2026-11-22 Sun 08:15", "2026-11-22 Sun 08:30"]),
        ("cron(0 18 ? * MON-FRI *)", ["2026-11-23 Mon 18:00", "2026-11-24 Tue 18:00"]),
        ("cron(0/30 20-2 ? * 2 *)", ["2026-11-23 Mon 00:00", "2026-11-23 Mon 00:30"]),
        ("cron(15 10 ? * 6L 2026)", ["2026-11-27 Fri 10:15", "2026-12-25 Fri 10:15"]),
        ("cron(0 0 ? * TUE#2 *)", ["2026-12-08 Tue 00:00", "2027-01-12 Tue 00:00"]),
        ("cron(0 0 ? * 3#5 *)", ["2026-12-29 Tue 00:00", "2027-03-30 Tue 00:00"]),
        ("cron(0 0 ? * L *)", ["2026-11-28 Sat 00:00", "2026-12-05 Sat 00:00"]),
        ("cron(0 8 L * ? *)", ["2026-11-30 Mon 08:00", "2026-12-31 Thu 08:00"]),
        ("cron(0 8 LW JAN,feb ? *)", ["2027-01-29 Fri 08:00", "2027-02-26 Fri 08:00"]),
        ("cron(0 8 1W * ? *)", ["2026-12-01 Tue 08:00", "2027-01-01 Fri 08:00"]),
        ("cron(0 8 1W 5 ? 2027/1)", ["2027-05-03 Mon 08:00", "2028-05-01 Mon 08:00"]),
        ("cron(0 8 15W 8 ? *)", ["2027-08-16 Mon 08:00", "2028-08-15 Tue 08:00"]),
        ("cron(0 8 31W 1,2,10 ? *)", ["2027-01-29 Fri 08:00", "2027-10-29 Fri 08:00"]),
        ("cron(0 8 14W 8 ? *)", ["2027-08-13 Fri 08:00", "2028-08-14 Mon 08:00"]),
        ("cron(0 8 29 2 ? *)", ["2028-02-29 Tue 08:00", "2032-02-29 Sun 08:00"]),
        ("cron(59 23 31 12 ? 1970-2026)", ["2026-12-31 Thu 23:59"]),
        ("rate(5 minutes)", ["2026-11-22 Sun 08:05", "2026-11-22 Sun 08:10"]),
        ("rate(1 hour)", ["2026-11-22 Sun 09:00", "2026-11-22 Sun 10:00"]),
        ("rate(7 days)", ["2026-11-29 Sun 08:00", "2026-12-06 Sun 08:00"]),
        ("at(2026-11-22T08:30:00)", ["2026-11-22 Sun 08:30"]),
        ("at(2026-11-22T07:30:00)", []),
    ],
)
def test_an_expression_is_due_when_the_guide_says(expression: str, expected: list[str]) -> None:
    """All fields, names, ranges over the end, steps and the wildcards L, W and #."""
    assert dues(expression, "2026-11-22T08:00:00", 2) == expected


@pytest.mark.fidelity("SCH-002")
@pytest.mark.parametrize(
    "expression",
    [
        "every day",
        "cron(0 10 * * ?)",
        "cron(0 10 * * * *)",
        "cron(0 10 ? * ? *)",
        "cron(60 10 * * ? *)",
        "cron(0 10 * FOO ? *)",
        "cron(0/0 10 * * ? *)",
        "cron(0 10 -1 * ? *)",
        "cron(0 10 40W * ? *)",
        "cron(0 10 ? * 8L *)",
        "cron(0 10 ? * 3#1,6#3 *)",
        "rate(0 minutes)",
        "rate(5 weeks)",
        "at(2026-11-22)",
    ],
)
def test_what_is_no_expression_is_refused(expression: str) -> None:
    """One of the day fields is ?, and every number lies within its field."""
    with pytest.raises(InvalidScheduleError):
        parse_schedule(expression)


@pytest.mark.fidelity("SCH-003")
@pytest.mark.parametrize("expression", ["rate(1 minutes)", "rate(5 minute)"])
def test_only_rules_are_strict_with_units(expression: str) -> None:
    """A rule wants the singular for one; EventBridge Scheduler takes both."""
    assert isinstance(parse_schedule(expression), Rate)
    with pytest.raises(InvalidScheduleError, match="rate"):
        parse_schedule(expression, strict_units=True)


@pytest.mark.fidelity("SCH-004")
def test_daylight_saving_skips_and_repeats_nothing() -> None:
    """A moment that the clocks skip is not due, one that they repeat is due once, and a day's rate has 24 hours."""
    assert dues("cron(30 2 * * ? *)", "2026-03-27T12:00:00", 2, BERLIN) == ["2026-03-28 Sat 02:30", "2026-03-30 Mon 02:30"]
    assert dues("cron(0/30 2 * * ? *)", "2026-10-24T12:00:00", 3, BERLIN) == [
        "2026-10-25 Sun 02:00",
        "2026-10-25 Sun 02:30",
        "2026-10-26 Mon 02:00",
    ]
    assert dues("rate(1 day)", "2026-10-24T12:00:00", 2, BERLIN) == ["2026-10-25 Sun 11:00", "2026-10-26 Mon 11:00"]


@pytest.mark.fidelity("SCH-005")
def test_a_schedule_keeps_between_its_dates() -> None:
    """Start and end may be due themselves; a rate counts from its start, or at once without one."""
    day, since = 86_400_000, at("2026-11-22T08:00:00")
    cron = Plan(parse_schedule("cron(0 8 * * ? *)"), UTC, since, start=since + day, end=since + 2 * day)

    assert [cron.due_after(since - 1), cron.due_after(since + day), cron.due_after(since + 2 * day)] == [since + day, since + 2 * day, None]
    assert Plan(parse_schedule("rate(1 day)"), UTC, since, start=since + 5).due_after(since + day) == since + 5 + day
    assert Plan(parse_schedule("rate(1 day)"), UTC, since, start=since - 5).due_after(0) == since - 5 + day
    assert Plan(parse_schedule("rate(1 day)"), UTC, since).due_after(0) == since


@given(
    minutes=st.lists(st.integers(0, 59), min_size=1, max_size=3),
    hours=st.lists(st.integers(0, 23), min_size=1, max_size=2),
    days=st.lists(st.integers(1, 31), min_size=1, max_size=4),
    weekdays=st.lists(st.integers(1, 7), min_size=1, max_size=2),
    by_weekday=st.booleans(),
    start=st.datetimes(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2028-12-31")),
)
def test_the_next_minute_is_the_one_that_a_search_finds(
    minutes: list[int], hours: list[int], days: list[int], weekdays: list[int], *, by_weekday: bool, start: datetime
) -> None:
    """Trying minute after minute of every day comes to the same."""
    texts = [",".join(map(str, numbers)) for numbers in (minutes, hours, days, weekdays)]
    day, weekday = ("?", texts[3]) if by_weekday else (texts[2], "?")
    cron = parse_schedule(f"cron({texts[0]} {texts[1]} {day} * {weekday} *)")
    assert isinstance(cron, Cron)

    moment = start.replace(hour=0, minute=0, second=0, microsecond=0)
    found = None
    while found is None:
        fits = moment.isoweekday() % 7 + 1 in weekdays if by_weekday else moment.day in days
        candidates = [moment.replace(hour=hour, minute=minute) for hour in sorted(hours) for minute in sorted(minutes)] if fits else []
        found = next((each for each in candidates if each >= start.replace(second=0, microsecond=0)), None)
        moment += timedelta(days=1)

    assert next(cron.from_minute(start)) == found


@given(day=st.integers(1, 31), year=st.integers(2026, 2060), month=st.integers(1, 12))
def test_the_nearest_weekday_is_the_one_that_a_search_finds(day: int, year: int, month: int) -> None:
    """W looks in both directions and never leaves the month."""
    cron = parse_schedule(f"cron(0 0 {day}W {month} ? {year})")
    assert isinstance(cron, Cron)
    length = calendar.monthrange(year, month)[1]
    weekdays = [each for each in range(1, length + 1) if calendar.weekday(year, month, each) < calendar.SATURDAY]
    expected = [min(weekdays, key=lambda each: abs(each - day))] if day <= length else []

    assert [moment.day for moment in cron.from_minute(datetime.fromisoformat(f"{year}-01-01"))] == expected
