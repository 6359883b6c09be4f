"""The one table of statuses: what an execution and a step may become, and from what."""

from collections.abc import Mapping
from typing import Final

EXECUTION: Final[Mapping[str, frozenset[str]]] = {
    "Executing": frozenset({"Stopping", "Succeeded", "Failed", "CompletedWithFailures"}),
    "Stopping": frozenset({"Stopped", "Failed"}),
    "Stopped": frozenset({"Executing"}),
    "Failed": frozenset({"Executing"}),
    "Succeeded": frozenset(),
    "CompletedWithFailures": frozenset(),
}

STEP: Final[Mapping[str, frozenset[str]]] = {
    "Starting": frozenset({"Executing", "Failed"}),
    "Executing": frozenset({"Stopping", "Stopped", "Failed", "Succeeded"}),
    "Stopping": frozenset({"Stopped", "Failed", "Succeeded"}),
    "Stopped": frozenset({"Starting"}),
    "Failed": frozenset({"Starting"}),
    "Succeeded": frozenset(),
}

ACTIVE: Final = frozenset({"Executing", "Stopping"})
"""The statuses of an execution that has not ended."""

ENDED_STEP: Final = frozenset({"Stopped", "Failed", "Succeeded"})
"""The statuses of a step that has ended."""


class IllegalTransitionError(Exception):
    """A status was about to change against the table: a fault of this package, never of the test."""


def changed(table: Mapping[str, frozenset[str]], current: str, new: str) -> str:
    """Return ``new`` when the table lets ``current`` become it.

    Raises ``IllegalTransitionError`` otherwise, with the statuses that may follow.
    """
    if new not in table[current]:
        allowed = ", ".join(sorted(table[current])) or "nothing"
        message = f"{current} can't become {new}; it can become {allowed}"
        raise IllegalTransitionError(message)
    return new
