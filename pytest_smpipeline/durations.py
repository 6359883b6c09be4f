"""Durations in words, for people."""

from typing import Final

_UNITS: Final = (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000))
_SECOND: Final = 1_000


def in_words(milliseconds: int) -> str:
    """Return a duration in its two largest units, such as ``2 h 5 min``, without what is smaller; below a second in milliseconds."""
    if 0 < milliseconds < _SECOND:
        return f"{milliseconds} ms"
    parts: list[str] = []
    left = milliseconds
    for unit, length in _UNITS:
        number, left = divmod(left, length)
        if number:
            parts.append(f"{number} {unit}")
    return " ".join(parts[:2]) or "0 s"
