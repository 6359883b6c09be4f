"""Two values that differ, in words: both of them, shortened so that the difference stays in sight."""

from typing import Final

from pytest_smpipeline.failures import LONGEST_VALUE, shown

_BEFORE: Final = 40
"""How many characters of what both values have in common are shown before the difference."""


def differs(field: str, expected: object, actual: object) -> str:
    """Return the reason that two values differ, and say so when only their types do."""
    if actual is None:
        return f"{field}: expected {shown(expected)}, but it is not set"
    left, right = shown_apart(expected, actual)
    reason = f"{field}: expected {left}, got {right}"
    if only_types_differ(expected, actual):
        reason += f" (only the type differs: {type(expected).__name__} and {type(actual).__name__})"
    return reason


def shown_apart(expected: object, actual: object) -> tuple[str, str]:
    """Return the reprs of two values; long ones are cut to the same window, which begins shortly before they differ."""
    texts = repr(expected), repr(actual)
    alike = next((place for place, (one, other) in enumerate(zip(*texts, strict=False)) if one != other), min(map(len, texts)))
    begin = max(0, alike - _BEFORE)
    left, right = (_window(text, begin) for text in texts)
    return left, right


def only_types_differ(expected: object, actual: object) -> bool:
    """Return whether two values say the same and are of different types, as ``"20"`` and 20 or True and 1 do."""
    if type(expected) is type(actual):
        return False
    if isinstance(expected, str) or isinstance(actual, str):
        return str(expected).casefold() == str(actual).casefold()
    return bool(expected == actual)


def _window(text: str, begin: int) -> str:
    if len(text) <= LONGEST_VALUE:
        return text
    end = begin + LONGEST_VALUE
    return f"{'...' if begin else ''}{text[begin:end]}{'...' if end < len(text) else ''}"
