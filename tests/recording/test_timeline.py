"""Bars, ticks and durations on the virtual clock."""

import pytest

from pytest_smpipeline.timeline import Bar, Timeline

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def test_a_bar_stands_where_its_time_is() -> None:
    """In percent of the whole, however long that is."""
    assert Timeline(1000, 5000).bar(2000, 4000) == Bar(25.0, 50.0)


def test_what_has_not_ended_goes_on_to_the_end() -> None:
    """A step that runs has a bar up to the present."""
    assert Timeline(0, 4000).bar(1000, None) == Bar(25.0, 75.0)


def test_what_lies_outside_is_cut_off() -> None:
    """A step that a selective execution reuses ended before the execution began."""
    assert Timeline(1000, 2000).bar(0, 500) == Bar(0.0, 0.0)
    assert Timeline(1000, 2000).bar(1500, 9000) == Bar(50.0, 50.0)


def test_a_timeline_of_no_length_has_its_beginning() -> None:
    """An execution without steps ends as it begins."""
    assert Timeline(7, 7).bar(7, 7) == Bar(0.0, 0.0)
    assert [tick.words for tick in Timeline(7, 7).ticks()] == ["0 s"]


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (2, ["0 s", "1 ms", "2 ms"]),
        (9 * MINUTE, ["0 s", "5 min"]),
        (HOUR, ["0 s", "30 min", "1 h"]),
        (40 * HOUR, ["0 s", "12 h", "1 d", "1 d 12 h"]),
        (30 * DAY, ["0 s", "10 d", "20 d", "30 d"]),
    ],
)
def test_ticks_are_round_and_few(length: int, words: list[str]) -> None:
    """Three at most after the one at the beginning, so that their words have room."""
    ticks = Timeline(5, 5 + length).ticks()

    assert [tick.words for tick in ticks] == words
    assert ticks[0].left == 0
    assert all(tick.left <= 100 for tick in ticks)


def test_a_tick_stands_at_its_time() -> None:
    """In percent, as bars do."""
    assert [tick.left for tick in Timeline(5, 5 + 40 * HOUR).ticks()] == [0, 30, 60, 90]
