"""The words of a failed assertion: four parts, always in the same order.

What was expected; what happened; the nearest candidates, each with why it does not match; what to do. Everything here is a
pure function from values to text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

_LONGEST_VALUE: Final = 120
_MOST_CANDIDATES: Final = 5


class Started(Protocol):
    """An execution as far as messages need to know it."""

    @property
    def id(self) -> str:
        """The end of its ARN."""
        ...

    @property
    def pipeline(self) -> str:
        """The pipeline's name."""
        ...

    @property
    def status(self) -> str:
        """Its status."""
        ...

    @property
    def overrides(self) -> Mapping[str, str]:
        """The parameters given at the start."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that could have matched, and the reasons why it did not."""

    title: str
    reasons: tuple[str, ...]


def message(expected: str, happened: str, nearest: Sequence[Candidate], to_do: str, *, heading: str = "Nearest") -> str:
    """Return the four parts as text; candidates, under their heading, with the fewest differences come first."""
    lines = [f"Expected: {expected}", f"Happened: {happened}"]
    if nearest:
        lines.append(f"{heading}:")
        ranked = sorted(nearest, key=lambda candidate: len(candidate.reasons))
        for candidate in ranked[:_MOST_CANDIDATES]:
            lines.append(f"  {candidate.title}")
            lines.extend(f"    {reason}" for reason in candidate.reasons)
        if len(ranked) > _MOST_CANDIDATES:
            lines.append(f"  and {len(ranked) - _MOST_CANDIDATES} more")
    lines.append(f"To do: {to_do}")
    return "\n".join(lines)


def differs(field: str, expected: object, actual: object) -> str:
    """Return the reason that two values differ, and say so when only their types do."""
    if actual is None:
        return f"{field}: expected {shown(expected)}, but it is not set"
    reason = f"{field}: expected {shown(expected)}, got {shown(actual)}"
    if type(expected) is not type(actual) and str(expected) == str(actual):
        reason += f" (only the type differs: {type(expected).__name__} and {type(actual).__name__})"
    return reason


def shown(value: object) -> str:
    """Return a value's repr, shortened in the middle when it is long."""
    text = repr(value)
    if len(text) <= _LONGEST_VALUE:
        return text
    half = (_LONGEST_VALUE - 5) // 2
    return f"{text[:half]} ... {text[-half:]}"


def title(execution: Started) -> str:
    """Return one line that tells an execution from others."""
    given = f" started with {shown(dict(execution.overrides))}" if execution.overrides else " started without parameters"
    return f"{execution.pipeline}/{execution.id} ({execution.status}){given}"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 execution``, ``2 executions``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
