"""The closest valid name, for messages about a name that is not there."""

from collections.abc import Iterable
from difflib import get_close_matches


def closest(name: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate most like ``name``, ignoring case, or None when nothing is near."""
    by_folded = {candidate.casefold(): candidate for candidate in candidates}
    matches = get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[matches[0]] if matches else None


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """Return `` Did you mean 'x'?`` for the closest candidate, or the empty string."""
    match = closest(name, candidates)
    return "" if match is None else f" Did you mean {match!r}?"


def choices(candidates: Iterable[str]) -> str:
    """Return the valid names as one readable list, or ``none`` when there are none."""
    return ", ".join(repr(candidate) for candidate in sorted(candidates)) or "none"
