"""HTML in which nothing is markup that was not made as such."""

import pytest

from pytest_smpipeline.markup import Markup, element, escaped, joined


def test_an_element_has_attributes_and_children() -> None:
    """Underscores are hyphens, a reserved word ends with one, and what is None is left out."""
    made = element("p", "a", element("b", "c"), class_="x", aria_label="y", tabindex=0, id=None)

    assert made == '<p class="x" aria-label="y" tabindex="0">a<b>c</b></p>'


def test_text_is_escaped_and_markup_is_not() -> None:
    """In children as in attributes, quotation marks of both kinds included."""
    assert element("p", "<i>&\"'", title="\"><script>'") == ('<p title="&quot;&gt;&lt;script&gt;&#x27;">&lt;i&gt;&amp;&quot;&#x27;</p>')
    assert escaped(Markup("<i>")) == "<i>"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("\x00\x1b", "␀␛"), ("\r", "␍"), ("a\n\tb", "a\n\tb"), ("\x7f\x9f", "\\x7f\\x9f"), ("\ud800", "\\ud800"), ("\uffff", "\\uffff")],
)
def test_what_html_cannot_hold_is_shown_otherwise(text: str, shown: str) -> None:
    """So that any name and any value can be written, sent and parsed."""
    assert escaped(text) == shown
    escaped(text).encode()


def test_pieces_can_be_joined() -> None:
    """What is joined is markup."""
    both = joined([element("b", "<"), Markup("<br>")])

    assert escaped(both) == "<b>&lt;</b><br>"
