"""What counts as JSON."""

import pytest

from pytest_smpipeline._definition.json_text import JsonTextError, read_json


def test_json_is_read() -> None:
    """Numbers, escapes and lone surrogates are read as Python reads them."""
    assert read_json('{"a": [1, 1.5, -0.0, "\\ud800", "NaN", null]}') == {"a": [1, 1.5, -0.0, "\ud800", "NaN", None]}


@pytest.mark.fidelity("DEF-001")
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Expecting value at line 1 column 1 (char 0)"),
        ("not json", "Expecting value at line 1 column 1 (char 0)"),
        ('{"a": 1,\n "b" 2}', "Expecting ':' delimiter at line 2 column 6 (char 14)"),
        ('{"a": 1} x', "Extra data at line 1 column 10 (char 9)"),
        ('["NaN \\" Infinity", NaN]', "Expecting value at line 1 column 21 (char 20)"),
        ("[1, -Infinity]", "Expecting value at line 1 column 5 (char 4)"),
        ("[1e999]", "the number 1e999 is too large"),
        ("[" + "1" * 4301 + "]", "a whole number has too many digits"),
        ("[" * 100_000, "arrays and objects are nested too deeply"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "arrays and objects are nested too deeply"),
    ],
    ids=lambda value: value[:20],
)
def test_what_is_no_json_is_refused(text: str, reason: str) -> None:
    """The reason says at which character the text stops being JSON, where that is known."""
    with pytest.raises(JsonTextError) as caught:
        read_json(text)
    assert str(caught.value) == reason
