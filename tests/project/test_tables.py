"""The tables of README.md and docs/step-types.md say what the code says."""

import re
from datetime import timedelta
from pathlib import Path

from pytest_smpipeline._engine.step_types import STEP_TYPES
from pytest_smpipeline._operations.table import ANSWERED, SHARED
from pytest_smpipeline.options import OPTION_NAMES

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
STEP_TYPES_PAGE = (ROOT / "docs" / "step-types.md").read_text(encoding="utf-8")
STOPPED = {"ends soon": "ends", "waits for its answer": "waits for an answer", "goes on to its end": "goes on"}
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

    assert listed == set(OPTION_NAMES)


def test_the_readme_lists_every_step_type() -> None:
    """All of them run."""
    ((types, what),) = rows_under(README, "step type")

    assert names_in(types) == set(STEP_TYPES)
    assert what.startswith("run: ")


def test_the_page_of_step_types_shows_them_one_by_one() -> None:
    """With what the engine does with a step of each: how long it takes, whether it is retried or cached, and what stops it."""
    listed = [
        (name, _duration(time), retried == "yes", cached == "yes", STOPPED[stopped])
        for name, time, retried, cached, stopped, _, _ in rows_under(STEP_TYPES_PAGE, "type")
    ]

    assert listed == [
        (name, timedelta(milliseconds=kind.duration), kind.retryable, kind.cached_by is not None, kind.when_stopped)
        for name, kind in STEP_TYPES.items()
    ]


def test_the_page_of_step_types_names_the_properties_of_each() -> None:
    """The operation whose answer holds them, and the names that stand beside it."""
    listed = {cells[0]: names_in(cells[-1]) - {"none"} for cells in rows_under(STEP_TYPES_PAGE, "type")}

    assert listed == {
        name: {*kind.own_properties, *filter(None, [kind.describe_call]), *(["OutputParameters"] if kind.outputs else [])}
        for name, kind in STEP_TYPES.items()
    }


def test_the_page_of_step_types_says_which_decide_by_themselves() -> None:
    """A test cannot script them."""
    assert {name for name, kind in STEP_TYPES.items() if not kind.scripted} == {"Condition", "Fail"}
    assert "Condition and Fail steps decide by themselves" in STEP_TYPES_PAGE


def _duration(text: str) -> timedelta:
    match = re.fullmatch(r"([\d.]+) (s|min)", text)
    assert match, f"{text!r} is no duration"
    return float(match[1]) * UNITS[match[2]]
