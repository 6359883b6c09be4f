"""What a strict test is told at its end: what it scripted and nobody used, and what a pipeline needed and nothing supplied."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from pytest_smpipeline._engine.performer import MissingValue
from pytest_smpipeline.missing_values import distinct, lines_to_write

_EXPECTED: Final = "Expected: a strict test uses everything that it scripts, and supplies every value that its pipelines need."
_TO_DO: Final = (
    "To do: use, supply or take out what is named here; optional=True lets an outcome or a fault stay unused, "
    "strict=False turns the check off."
)


def strict_complaint(unused: Sequence[str], missing: Iterable[MissingValue], scripted: Collection[tuple[str, str]]) -> str | None:
    """Return the complaint at the end of a strict test; None when there is nothing to complain about.

    ``unused`` has a line for each script or fault of which something is left. ``missing`` are the values that steps failed for:
    each is told once, however many needed it. ``scripted`` are the steps that have a script, each behind its pipeline's name.
    """
    lacking = distinct(missing)
    if not unused and not lacking:
        return None
    lines = [_EXPECTED, f"Happened: {_happened(len(unused), len(lacking))}."]
    if unused:
        lines += ["Not used:", *(f"  {line}" for line in unused)]
    if lacking:
        lines += ["Missing:", *(f"  step {value.step!r} of pipeline {value.pipeline!r}: {value.message}" for value in lacking)]
    to_write = lines_to_write(lacking, scripted)
    if to_write:
        lines += ["Write:", *(f"  {line}" for line in to_write)]
    return "\n".join([*lines, _TO_DO])


def _happened(unused: int, missing: int) -> str:
    parts: list[str] = []
    if unused:
        parts.append("1 script or fault was not used to the end" if unused == 1 else f"{unused} scripts or faults were not used to the end")
    if missing:
        parts.append("1 value was missing" if missing == 1 else f"{missing} values were missing")
    return ", and ".join(parts)
