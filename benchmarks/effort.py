"""How much a run measures: from a look that proves that it works to a run whose figures can be published."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Effort:
    """How often everything is repeated, and how large what grows becomes.

    ``rounds`` are pairs of measurements of ``calls`` calls each, ``long_rounds`` are those of what takes seconds. ``few`` and
    ``many`` items are compared in lists, ``small`` and ``large`` count the steps of definitions.
    """

    rounds: int
    long_rounds: int
    calls: int
    few: int
    many: int
    small: int
    large: int
    activations: int


FULL: Final = Effort(rounds=20, long_rounds=7, calls=100, few=1_000, many=10_000, small=100, large=2_000, activations=2_000)
"""For the table of docs/performance.md; takes minutes."""

QUICK: Final = Effort(rounds=9, long_rounds=3, calls=15, few=300, many=3_000, small=100, large=1_000, activations=300)
"""For a look after a change; its figures are wider apart, and it finds less of what grows."""

TRIAL: Final = Effort(rounds=2, long_rounds=1, calls=1, few=2, many=4, small=2, large=8, activations=3)
"""For the test suite: everything runs, and no figure means anything."""
