"""Java's regular expressions, matched as Java matches them."""

import time
from collections.abc import Callable

import pytest

from pytest_smpipeline._wire.java_patterns import compile_pattern
from pytest_smpipeline._wire.service_model import SageMakerModel
from pytest_smpipeline.shapes import Shape

TAG = r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)"
DEFINITION = r".*(?:[ \r\n\t].*)*"
SERVED = ("Pipeline", "AddTags", "ListTags", "DeleteTags", "Search")


def matches(pattern: str, text: str) -> bool:
    """Return whether the whole text matches the pattern."""
    match = compile_pattern(pattern)
    assert match is not None, f"no test for {pattern}"
    return bool(match(text))


def test_a_pattern_is_for_the_whole_text() -> None:
    """The service matches as Java's matches() does, so an allowed beginning is not enough."""
    assert matches("[a-z]+", "train")
    assert not matches("[a-z]+", "train!")
    assert not matches("[a-z]+", "train\n")


@pytest.mark.fidelity("REQ-015")
@pytest.mark.parametrize("terminator", ["\n", "\r", "\x85", "\u2028", "\u2029"])
def test_a_dot_stops_at_each_line_terminator_of_java(terminator: str) -> None:
    """Python's dot knows the newline only."""
    assert not matches(".*", f"two{terminator}lines")


@pytest.mark.fidelity("REQ-015")
@pytest.mark.parametrize("character", ["\t", "\x0b", "\x0c", "\x1c", "\u00a0", "\U0001f600", "\ud800"])
def test_a_dot_takes_every_other_character(character: str) -> None:
    """Tabs, form feeds and characters beyond the basic plane are no line terminators."""
    assert matches("a.b", f"a{character}b")


def test_a_dot_in_a_class_or_escaped_is_a_full_stop() -> None:
    """Only the bare dot means any character."""
    assert matches(r"[.]\.", "..")
    assert not matches(r"[.]a", "xa")
    assert not matches(r"\.", "x")
    assert matches(r"[\].]+", "].")


@pytest.mark.fidelity("REQ-016")
def test_digits_are_ascii() -> None:
    """Java's classes for digits and word characters know ASCII unless told otherwise."""
    assert matches(r"\d+", "2026")
    assert not matches(r"\d+", "٢٠٢٦")


@pytest.mark.fidelity("REQ-016")
@pytest.mark.parametrize("text", ["", "team", "équipe", "チーム", "Ⅷ ٢", "a\u00a0b", "a=b/c:d@e+f-g_h.i"])
def test_categories_are_those_of_unicode(text: str) -> None:
    """Tags take letters, numbers and separators of every script."""
    assert matches(TAG, text)


@pytest.mark.fidelity("REQ-016")
@pytest.mark.parametrize("text", ["a\tb", "a!", "é!", "team🙂", "a^b", "[", "\ud800"])
def test_categories_refuse_what_they_do_not_name(text: str) -> None:
    """A tab is a control character, an emoji a symbol: neither is a letter, a number or a separator."""
    assert not matches(TAG, text)


def test_a_pattern_without_words_in_python_tests_nothing() -> None:
    """A future model may use what Python lacks; then nothing can be said about a text, and nothing is."""
    assert compile_pattern(r"\p{IsLatin}+") is None


@pytest.mark.fidelity("REQ-017")
def test_a_definition_may_hold_newlines_but_not_the_other_terminators() -> None:
    """The pattern of PipelineDefinition names blank, CR, LF and tab; of Java's five terminators three stay refused."""
    assert matches(DEFINITION, '{\r\n\t"Version": "2020-12-01"\n}\n')
    for terminator in ("\x85", "\u2028", "\u2029"):
        assert not matches(DEFINITION, f'{{"a": "{terminator}"}}')


def test_a_large_definition_is_refused_as_fast_as_it_is_taken() -> None:
    """The model's own pattern takes time exponential in the blanks of a text that it refuses; a megabyte would never end."""
    text = "{ \t\n" * 250_000

    started = time.process_time()
    taken, refused = matches(DEFINITION, text), matches(DEFINITION, text + "\u2028")

    assert (taken, refused) == (True, False)
    assert time.process_time() - started < 10


def test_every_pattern_of_a_served_request_has_a_test(model: SageMakerModel, shapes_within: Callable[[Shape], set[Shape]]) -> None:
    """A newer botocore with a pattern that Python cannot express fails here, not in silence."""
    served = [name for name in model.operations if any(word in name for word in SERVED)]
    patterns = {shape.pattern for name in served for shape in shapes_within(model.input_shape(name)) if shape.pattern}

    assert len(patterns) > 10
    assert [pattern for pattern in patterns if compile_pattern(pattern) is None] == []
