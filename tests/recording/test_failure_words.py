"""The words of failed assertions, as pure functions."""

import pytest

from pytest_smpipeline.differences import differs
from pytest_smpipeline.failures import Candidate, counted, listed, message, refuse, shown


def test_a_message_has_four_parts_in_order() -> None:
    """Expected, happened, the nearest with their reasons, what to do."""
    told = message("a.", "b.", [Candidate("one", ("x", "y")), Candidate("other", ("z",))], "c.")

    assert told == "Expected: a.\nHappened: b.\nNearest:\n  one\n    x\n    y\n  other\n    z\nTo do: c."


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
        ("true", True, "field: expected 'true', got True (only the type differs: str and bool)"),
        (1, True, "field: expected 1, got True (only the type differs: int and bool)"),
        ([1], (1, 2), "field: expected [1], got (1, 2)"),
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


def test_a_long_mapping_keeps_its_names() -> None:
    """Each value is shortened for itself, as long as the whole stays readable."""
    assert shown({"Uri": "s3://" + "a" * 200, "Epochs": 10}) == f"{{'Uri': 's3://{'a' * 21} ... {'a' * 26}', 'Epochs': 10}}"
    assert len(shown({str(number): "a" * 50 for number in range(100)})) == 599


@pytest.mark.parametrize(
    ("expected", "actual", "shown_expected", "shown_actual"),
    [
        ("a" * 118, "b", f"'{'a' * 118}'", "'b'"),
        ("s" * 200 + "/a" + "t" * 200, "s" * 200 + "/b" + "t" * 200, f"...{'s' * 39}/a{'t' * 79}...", f"...{'s' * 39}/b{'t' * 79}..."),
        ("s" * 200 + "a", "s" * 200 + "b", f"...{'s' * 40}a'", f"...{'s' * 40}b'"),
        ("a" + "s" * 200, "b" + "s" * 200, f"'a{'s' * 118}...", f"'b{'s' * 118}..."),
        ("s" * 200, "s" * 30, f"'{'s' * 119}...", f"'{'s' * 30}'"),
        ("s" * 200, "s" * 200, f"...{'s' * 39}'", f"...{'s' * 39}'"),
    ],
    ids=["nearly long", "middle", "end", "beginning", "one is short", "equal"],
)
def test_long_values_are_shortened_at_their_difference(expected: str, actual: str, shown_expected: str, shown_actual: str) -> None:
    """Both are cut at the same place, shortly before they differ; a short one stays whole."""
    assert differs("field", expected, actual) == f"field: expected {shown_expected}, got {shown_actual}"


def test_a_complaint_is_an_assertion_error() -> None:
    """And no complaint is none."""
    refuse(None)
    with pytest.raises(AssertionError, match=r"^words$"):
        refuse("words")


@pytest.mark.parametrize(("names", "text"), [([], "nothing"), (["b", "a"], "'b', 'a'")])
def test_names_are_listed_in_their_order(names: list[str], text: str) -> None:
    """None at all is nothing."""
    assert listed(names) == text


@pytest.mark.parametrize(("number", "text"), [(0, "0 runs"), (1, "1 run"), (2, "2 runs")])
def test_a_number_agrees_with_its_noun(number: int, text: str) -> None:
    """One is singular, everything else plural."""
    assert counted(number, "run") == text
    assert counted(number, "ox", "oxen") == text.replace("runs", "oxen").replace("run", "ox")
