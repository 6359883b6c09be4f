"""Instants and the datetimes they stand for."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_smpipeline.values import to_datetime, to_instant, to_milliseconds


@given(st.integers(min_value=-10_000_000_000_000, max_value=10_000_000_000_000))
def test_an_instant_survives_the_way_through_a_datetime(instant: int) -> None:
    """No instant is off by a millisecond after conversion, whatever floats would have done to it."""
    assert to_instant(to_datetime(instant)) == instant


def test_a_datetime_of_any_zone_is_cut_to_the_millisecond() -> None:
    """The service's timestamps have milliseconds; what is finer is dropped."""
    moment = datetime(2026, 11, 22, 14, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=2)))

    assert to_datetime(to_instant(moment)) == datetime(2026, 11, 22, 12, 0, 0, 999_000, tzinfo=UTC)


def test_a_naive_datetime_is_refused() -> None:
    """A time without a zone means something else on every machine."""
    with pytest.raises(TypeError):
        to_instant(datetime(2026, 11, 22))  # noqa: DTZ001 - the point of the test


def test_a_duration_becomes_whole_milliseconds() -> None:
    """Durations are whole milliseconds, as instants are."""
    assert to_milliseconds(timedelta(seconds=1.5)) == 1_500
