"""How values from outside are shown in messages."""

import pytest

from pytest_smpipeline._definition.wording import found, kind_of, printable, quoted
from pytest_smpipeline.values import Json


@pytest.mark.parametrize(
    ("value", "kind"),
    [(None, "null"), (True, "a boolean"), (1, "a number"), (1.5, "a number"), ("x", "a string"), ([], "an array"), ({}, "an object")],
)
def test_every_json_value_has_a_kind(value: Json, kind: str) -> None:
    """A value is named as JSON names it, a boolean never as a number."""
    assert kind_of(value) == kind


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (False, "false"), (3, "3"), (0.5, "0.5"), ("x", "a string"), (None, "null")])
def test_what_was_found_is_shown_when_it_is_short(value: Json, text: str) -> None:
    """Numbers and booleans are shown themselves, of other values the kind."""
    assert found(value) == text


def test_long_texts_are_cut() -> None:
    """A message stays readable whatever length the definition's names have."""
    assert printable("a" * 120) == "a" * 120
    assert printable("a" * 121) == "a" * 120 + "..."


def test_lone_surrogates_are_spelt_out() -> None:
    r"""A message can always be encoded, also when the definition holds half of a surrogate pair."""
    assert quoted("x\ud800") == "'x\\ud800'"
    quoted("x\ud800").encode()
