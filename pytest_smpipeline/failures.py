"""The words of a failed assertion: four parts, always in the same order.

What was expected; what happened; the nearest candidates, each with why it does not match; what to do. Everything here is a
pure function from values to text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

LONGEST_VALUE: Final = 120
"""How many characters of a value a message shows."""

_LONGEST_IN_MAPPING: Final = 60
_LONGEST_MAPPING: Final = 600
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


def message(
    expected: str, happened: str, candidates: Sequence[Candidate], to_do: str, *, heading: str = "Nearest", most: int = _MOST_CANDIDATES
) -> str:
    """Return the four parts as text; candidates keep their order under their heading, and those beyond ``most`` are counted."""
    lines = [f"Expected: {expected}", f"Happened: {happened}"]
    if candidates:
        lines.append(f"{heading}:")
        for candidate in candidates[:most]:
            lines.append(f"  {candidate.title}")
            lines.extend(f"    {reason}" for reason in candidate.reasons)
        if len(candidates) > most:
            lines.append(f"  and {len(candidates) - most} more")
    lines.append(f"To do: {to_do}")
    return "\n".join(lines)


def refuse(complaint: str | None) -> None:
    """Raise ``AssertionError`` with a complaint, if there is one."""
    __tracebackhide__ = True
    if complaint is not None:
        raise AssertionError(complaint)


def shown(value: object) -> str:
    """Return a value's repr, shortened in the middle when it is long; of a mapping each value, so that all its names stay."""
    text = repr(value)
    if len(text) > LONGEST_VALUE and isinstance(value, Mapping):
        pairs = (f"{_cut(repr(name), _LONGEST_IN_MAPPING)}: {_cut(repr(item), _LONGEST_IN_MAPPING)}" for name, item in value.items())
        return _cut(f"{{{', '.join(pairs)}}}", _LONGEST_MAPPING)
    return _cut(text, LONGEST_VALUE)


def title(execution: Started) -> str:
    """Return one line that tells an execution from others."""
    given = f" started with {shown(dict(execution.overrides))}" if execution.overrides else " started without parameters"
    return f"{execution.pipeline}/{execution.id} ({execution.status}){given}"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun: ``1 execution``, ``2 executions``."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def listed(names: Iterable[str]) -> str:
    """Return names in the order given, each quoted; ``nothing`` when there are none."""
    return ", ".join(map(repr, names)) or "nothing"


def _cut(text: str, longest: int) -> str:
    half = (longest - 5) // 2
    return text if len(text) <= longest else f"{text[:half]} ... {text[-half:]}"
