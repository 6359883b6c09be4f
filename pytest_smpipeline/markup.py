"""HTML and SVG as text in which nothing is markup that was not made as such.

Whatever is a plain ``str`` is escaped on its way in, so a name, a value or an error message can't end an element or begin one.
"""

import html
import re
from typing import Final

# HTML has no way to write these; the names of the pictures that stand for them begin at U+2400.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_UNPAIRED: Final = re.compile(r"[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


def escaped(text: str) -> Markup:
    """Return text as markup that shows it; what HTML can't hold is shown as a picture or by its number."""
    if isinstance(text, Markup):
        return text
    visible = _CONTROL.sub(lambda match: _picture(ord(match[0])), text)
    return Markup(html.escape(_UNPAIRED.sub(lambda match: f"\\u{ord(match[0]):04x}", visible)))


def element(name: str, /, *children: str, **attributes: str | float | None) -> Markup:
    """Return an element; children that are plain text are escaped.

    ``class_`` is the attribute ``class``, and other underscores are hyphens. An attribute that is None is left out.
    """
    words = [f' {key.rstrip("_").replace("_", "-")}="{escaped(str(value))}"' for key, value in attributes.items() if value is not None]
    return Markup(f"<{name}{''.join(words)}>{''.join(map(escaped, children))}</{name}>")


def joined(parts: "list[Markup]") -> Markup:
    """Return several pieces of markup as one."""
    return Markup("".join(parts))


def _picture(code: int) -> str:
    return chr(0x2400 + code) if code < 0x20 else f"\\x{code:02x}"  # noqa: PLR2004 - the first character that is no control
