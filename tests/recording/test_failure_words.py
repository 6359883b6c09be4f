"""The words of failed assertions, as pure functions."""

import pytest

from pytest_smpipeline.failures import Candidate, counted, differs, message, shown


def test_a_message_has_four_parts_in_order() -> None:
    """Expected, happened, the nearest with their reasons, what to do."""
    told = message("a.", "b.", [Candidate("far", ("x", "y")), Candidate("near", ("z",))], "c.")

    assert told == "Expected: a.\nHappened: b.\nNearest:\n  near\n    z\n  far\n    x\n    y\nTo do: c."


def test_a_message_without_candidates_has_no_heading_for_them() -> None:
    """Nothing is near when nothing happened."""
    assert message("a.", "b.", [], "c.", heading="Started") == "Expected: a.\nHappened: b.\nTo do: c."


def test_candidates_with_as_many_reasons_keep_their_order() -> None:
    """The sixth and later are only counted."""
    candidates = [Candidate(str(number), ()) for number in range(8)]

    assert message("a.", "b.", candidates, "c.", heading="Started").splitlines()[2:] == [
        "Started:",
        *("  0", "  1", "  2", "  3", "  4"),
        "  and 3 more",
        "To do: c.",
    ]


@pytest.mark.parametrize(
    ("expected", "actual", "reason"),
    [
        ("a", "b", "field: expected 'a', got 'b'"),
        ("20", 20, "field: expected '20', got 20 (only the type differs: str and int)"),
        (True, "True", "field: expected True, got 'True' (only the type differs: bool and str)"),
        (3, None, "field: expected 3, but it is not set"),
    ],
)
def test_a_difference_shows_both_values(expected: object, actual: object, reason: str) -> None:
    """And says so when only their types differ, or when there is nothing to show."""
    assert differs("field", expected, actual) == reason


def test_a_long_value_is_shortened_in_the_middle() -> None:
    """Both ends stay, so that what differs there can be seen."""
    assert shown("a" * 118) == f"'{'a' * 118}'"
    assert shown("a" * 119) == f"'{'a' * 56} ... {'a' * 56}'"


@pytest.mark.parametrize(("number", "text"), [(0, "0 runs"), (1, "1 run"), (2, "2 runs")])
def test_a_number_agrees_with_its_noun(number: int, text: str) -> None:
    """One is singular, everything else plural."""
    assert counted(number, "run") == text
