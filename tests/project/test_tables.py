"""The tables of README.md and docs/step-types.md say what the code says."""

import re
from datetime import timedelta
from pathlib import Path

from pytest_smpipeline._engine.step_types import STEP_TYPES
from pytest_smpipeline._operations.table import ANSWERED, SHARED
from pytest_smpipeline.options import OPTION_NAMES

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
UNITS = {"s": timedelta(seconds=1), "min": timedelta(minutes=1)}


def rows_under(text: str, heading: str) -> list[list[str]]:
    """Return the cells of the table whose first column has this heading."""
    _, _, after = text.partition(f"\n| {heading} |")
    assert after, f"there is no table of {heading}"
    lines = after.split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def names_in(cell: str) -> set[str]:
    """Return the names that a cell lists."""
    return {name.strip("` ") for name in cell.split(",")}


def test_the_readme_lists_every_operation() -> None:
    """Each in a row of its own, with what it does; those that moto answers for other resources say so."""
    rows = rows_under(README, "operation")

    assert sorted(name for name, _ in rows) == sorted(ANSWERED)
    assert all(what for _, what in rows)
    assert {name for name, what in rows if what.endswith("; other resources are moto's")} == set(SHARED)


def test_the_readme_lists_every_option() -> None:
    """With the names of the contract."""
    listed = {name for cells in rows_under(README, "option") for name in names_in(cells[0])}

    assert listed | {"run_step_functions"} == set(OPTION_NAMES)
    assert "`run_step_functions` (a clear error)" in README


def test_the_readme_lists_every_step_type_and_whether_it_runs_in_full() -> None:
    """The first row holds those that do, the second the others."""
    (complete, _), (others, _) = rows_under(README, "step type")

    assert names_in(complete) == {name for name, kind in STEP_TYPES.items() if kind.complete}
    assert names_in(others) == {name for name, kind in STEP_TYPES.items() if not kind.complete}


def test_the_page_of_step_types_shows_them_one_by_one() -> None:
    """With what is told of each: whether it runs in full, whether it can be scripted, and how long it takes."""
    page = (ROOT / "docs" / "step-types.md").read_text(encoding="utf-8")
    listed = {name: (full == "yes", scripted == "yes", _duration(time)) for name, full, scripted, time in rows_under(page, "type")}

    assert listed == {name: (kind.complete, kind.scripted, timedelta(milliseconds=kind.duration)) for name, kind in STEP_TYPES.items()}


def _duration(text: str) -> timedelta:
    match = re.fullmatch(r"([\d.]+) (s|min)", text)
    assert match, f"{text!r} is no duration"
    return float(match[1]) * UNITS[match[2]]
