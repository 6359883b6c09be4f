"""One replaced attribute, and its return."""

from types import SimpleNamespace

import pytest

from pytest_smpipeline._doors.seams import Seam, settle
from pytest_smpipeline._doors.undo import Undo


def test_an_attribute_is_replaced_and_put_back() -> None:
    """The very object that was there comes back."""
    before, undo = object(), Undo()
    owner = SimpleNamespace(place=before)
    seam: Seam[object] = Seam(owner, "place", "ours")
    seam.open(undo)
    assert (owner.place, seam.beneath) == ("ours", before)
    undo.run()
    assert owner.place is before


def test_an_entry_of_a_dict_is_a_place_too() -> None:
    """Tables of callbacks are patched entry by entry: others hold the same dict."""
    table, undo = {"place": "theirs", "other": "untouched"}, Undo()
    Seam(table, "place", "ours").open(undo)
    assert table == {"place": "ours", "other": "untouched"}
    undo.run()
    assert table == {"place": "theirs", "other": "untouched"}


def test_a_patch_over_ours_stays_until_it_ends_and_then_the_rest_is_settled() -> None:
    """Ending out of order tears nobody's patch down."""
    owner, undo = SimpleNamespace(place="original"), Undo()
    Seam(owner, "place", "ours").open(undo)
    owner.place = "theirs"
    undo.run()
    settle()
    assert owner.place == "theirs"
    owner.place = "ours"  # what their end puts back
    settle()
    assert owner.place == "original"


def test_the_next_seam_settles_what_is_left_first() -> None:
    """A dead replacement is never taken for the original."""
    owner, first, second = SimpleNamespace(place="original"), Undo(), Undo()
    Seam(owner, "place", "ours").open(first)
    owner.place = "theirs"
    first.run()
    owner.place = "ours"
    Seam(owner, "place", "ours again").open(second)
    second.run()
    assert owner.place == "original"


def test_what_somebody_else_has_put_back_counts_as_settled() -> None:
    """Nothing is written over it."""
    owner, undo = SimpleNamespace(place="original"), Undo()
    Seam(owner, "place", "ours").open(undo)
    owner.place = "original"
    undo.run()
    owner.place = "ours"
    settle()
    assert owner.place == "ours"


def test_a_place_that_is_gone_is_named() -> None:
    """A library's change is an error with its place, not a call to the real service."""
    with pytest.raises(RuntimeError, match=r"class 'object'> has no '_make_request' any more.*Install a newer pytest-smpipeline"):
        Seam(object, "_make_request", "ours").open(Undo())
