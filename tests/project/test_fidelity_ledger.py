"""The ledger of docs/fidelity.md: every emulated rule has its evidence and a test that shows it."""

import ast
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
LEDGER = ROOT / "docs" / "fidelity.md"

EVIDENCE = {"observed", "documented", "inferred", "chosen"}
ROW = re.compile(r"^\|\s*([A-Z][A-Z0-9]*-\d{3})\s*\|(.*)\|\s*$", re.MULTILINE)
CELL_BORDER = re.compile(r"(?<!\\)\|")


class Rule(NamedTuple):
    """One row of the ledger."""

    id: str
    rule: str
    evidence: str
    source: str
    test: str


def rules_of(text: str) -> list[Rule]:
    """Return the rows of a ledger; a row with another number of cells is an error."""
    found = []
    for match in ROW.finditer(text):
        cells = [cell.strip().strip("`") for cell in CELL_BORDER.split(match[2])]
        assert len(cells) == len(Rule._fields) - 1, f"{match[1]} has {len(cells) + 1} cells: {match[0]}"
        found.append(Rule(match[1], *cells))
    return found


def markers_of(sources: Mapping[str, str]) -> dict[str, set[str]]:
    """Return the ids that each test carries in its ``fidelity`` marks, by the test's name, over all files."""
    found: dict[str, set[str]] = {}
    for source in sources.values():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                found.setdefault(node.name, set()).update(ids_of(node))
    return found


def ids_of(test: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Return the ids in a test's ``@pytest.mark.fidelity(...)``."""
    marks = (mark for mark in test.decorator_list if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.fidelity")
    return {str(ast.literal_eval(argument)) for mark in marks for argument in mark.args}


def malformed(rules: list[Rule]) -> list[str]:
    """Return what is wrong with the rows themselves."""
    twice = [f"{name} stands there {count} times" for name, count in Counter(rule.id for rule in rules).items() if count > 1]
    evidence = [f"{rule.id}: {rule.evidence!r} is no kind of evidence" for rule in rules if rule.evidence not in EVIDENCE]
    empty = [f"{rule.id} has no {field}" for rule in rules for field in Rule._fields if not getattr(rule, field)]
    return twice + evidence + empty


def unshown(rules: list[Rule], markers: Mapping[str, set[str]]) -> list[str]:
    """Return the rows whose test does not exist or does not carry their id."""
    found = []
    for rule in rules:
        if rule.test not in markers:
            found.append(f"{rule.id} names {rule.test}, which is no test")
        elif rule.id not in markers[rule.test]:
            found.append(f'{rule.id} names {rule.test}, which lacks @pytest.mark.fidelity("{rule.id}")')
    return found


def unlisted(rules: list[Rule], markers: Mapping[str, set[str]]) -> list[str]:
    """Return the marks whose id is no row of the ledger."""
    known = {rule.id for rule in rules}
    return [f"{test} shows {name}, which is not in the ledger" for test, names in markers.items() for name in sorted(names - known)]


@pytest.fixture(scope="module")
def ledger() -> list[Rule]:
    """Return the rows of docs/fidelity.md."""
    rules = rules_of(LEDGER.read_text(encoding="utf-8"))
    assert rules, "docs/fidelity.md has no rows"
    return rules


@pytest.fixture(scope="module")
def markers() -> dict[str, set[str]]:
    """Return the marks of this suite's tests."""
    return markers_of({str(path): path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")})


def test_every_row_is_complete(ledger: list[Rule]) -> None:
    """Ids are unique, evidence is one of the four kinds, and no cell is empty."""
    assert malformed(ledger) == []


def test_every_row_is_shown_by_its_test(ledger: list[Rule], markers: dict[str, set[str]]) -> None:
    """The test that a row names exists and says so itself."""
    assert unshown(ledger, markers) == []


def test_every_mark_has_its_row(ledger: list[Rule], markers: dict[str, set[str]]) -> None:
    """A test shows no rule that the ledger does not list."""
    assert unlisted(ledger, markers) == []


def test_rows_are_read_from_a_table() -> None:
    """Headings and prose are no rows; a bar inside a cell is escaped."""
    text = r"""
| id | rule | evidence | source | test |
|---|---|---|---|---|
| DEF-001 | takes `a\|b` | observed | SDK issue 1 | `test_it` |
"""

    assert rules_of(text) == [Rule("DEF-001", r"takes `a\|b", "observed", "SDK issue 1", "test_it")]


def test_a_row_with_a_missing_cell_is_an_error() -> None:
    """A row that is cut short is no row that can be left out."""
    with pytest.raises(AssertionError, match=r"^DEF-001 has 4 cells"):
        rules_of("| DEF-001 | rule | observed | test_it |")


def test_faults_of_rows_are_found() -> None:
    """Each kind of fault is named with the id."""
    fine = Rule("DEF-001", "rule", "observed", "issue 1", "test_it")

    assert malformed([fine]) == []
    assert malformed([fine, fine._replace(source=""), fine._replace(id="DEF-002", evidence="guessed")]) == [
        "DEF-001 stands there 2 times",
        "DEF-002: 'guessed' is no kind of evidence",
        "DEF-001 has no source",
    ]


def test_disagreements_between_rows_and_marks_are_found() -> None:
    """Rows without a test, tests without the mark, and marks without a row are all named."""
    markers = markers_of(
        {
            "a": '@pytest.mark.fidelity("DEF-001", "DEF-009")\n@other\ndef test_one(): ...',
            "b": 'class TestThings:\n    @pytest.mark.fidelity("DEF-002")\n    async def test_two(self): ...\n\ndef test_bare(): ...',
        }
    )
    rules = [
        Rule(name, "rule", "chosen", "none", test)
        for name, test in [("DEF-001", "test_one"), ("DEF-002", "test_bare"), ("DEF-003", "test_no")]
    ]

    assert unshown(rules, markers) == [
        'DEF-002 names test_bare, which lacks @pytest.mark.fidelity("DEF-002")',
        "DEF-003 names test_no, which is no test",
    ]
    assert unlisted(rules, markers) == ["test_one shows DEF-009, which is not in the ledger"]
