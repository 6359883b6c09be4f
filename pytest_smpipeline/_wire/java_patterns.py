r"""Java's regular expressions, read the way the service reads them.

The patterns in the service's model are matched by Java, and against the whole text. Where Java and Python differ the text
decides: Java's dot stops at five line terminators, its ``\d`` and ``\w`` know ASCII only, and ``\p{L}`` is Unicode's.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Final, TypeAlias

Match: TypeAlias = Callable[[str], object]
"""Takes a text and returns something true when the whole of it matches."""


@cache
def compile_pattern(source: str) -> Match | None:
    """Return the test for a pattern, or None when Python has no words for it and nothing can be said about a text."""
    source = _EQUIVALENTS.get(source, source)
    try:
        match_ascii = re.compile(_in_python(source, ""), re.ASCII).fullmatch
    except re.error:
        return None
    if r"\p{" not in source:
        return match_ascii

    def match(text: str) -> object:
        if text.isascii():
            return match_ascii(text)
        beyond_ascii = "".join({character for character in text if not character.isascii()})
        return re.compile(_in_python(source, beyond_ascii), re.ASCII).fullmatch(text)

    return match


def _in_python(source: str, characters: str) -> str:
    r"""Return the pattern in Python's dialect, with categories such as ``\p{L}`` spelt out as far as these characters go."""
    parts: list[str] = []
    in_class = False
    for piece in _PIECE.findall(source):
        if in_class:
            in_class = piece != "]"
            parts.append(_members(piece[3], characters) if _CATEGORY.fullmatch(piece) else piece)
        else:
            in_class = piece == "["
            parts.append(_ANY_BUT_TERMINATORS if piece == "." else piece)
    return "".join(parts)


def _members(category: str, characters: str) -> str:
    return "".join(re.escape(character) for character in _ASCII + characters if unicodedata.category(character).startswith(category))


_ASCII: Final = "".join(map(chr, range(128)))
_PIECE: Final = re.compile(r"\\p\{\w+\}|\\.|.", re.DOTALL)
_CATEGORY: Final = re.compile(r"\\p\{[A-Z]\}")
_ANY_BUT_TERMINATORS: Final = r"[^\n\r\x85\u2028\u2029]"

# The pattern of PipelineDefinition lets a blank be matched in two ways, so a text that it refuses takes time exponential in its
# blanks. It refuses exactly the texts with one of the three line terminators that its class does not name.
_EQUIVALENTS: Final = {r".*(?:[ \r\n\t].*)*": r"[^\x85\u2028\u2029]*"}
