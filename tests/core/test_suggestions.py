"""The closest valid name."""

from pytest_smpipeline.suggestions import choices, closest, did_you_mean


def test_the_closest_name_is_found_whatever_its_case() -> None:
    """A slip of case is the most frequent one, so it must not hide the name."""
    assert closest("TRIAN", ["Prep", "Train"]) == "Train"


def test_a_name_that_is_near_nothing_gets_no_suggestion() -> None:
    """A far-fetched suggestion would mislead."""
    assert (closest("Zebra", ["Prep", "Train"]), did_you_mean("Zebra", ["Prep"])) == (None, "")


def test_a_suggestion_is_a_question_to_append() -> None:
    """It starts with a space, so that messages need no case for its absence."""
    assert did_you_mean("Trian", ["Train"]) == " Did you mean 'Train'?"


def test_choices_are_sorted_and_say_when_there_are_none() -> None:
    """An empty list would read like a mistake of ours."""
    assert (choices(["b", "a"]), choices([])) == ("'a', 'b'", "none")
