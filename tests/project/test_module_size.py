"""Modules and functions stay small enough to be read at one sitting."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_MODULE = 300
LONGEST_FUNCTION = 60


def oversized(name: str, source: str) -> list[str]:
    """Return what in a source is longer than a reader should have to hold."""
    found = [f"{name} has {lines} lines"] if (lines := len(source.splitlines())) > LONGEST_MODULE else []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                found.append(f"{name}:{node.lineno} {node.name} has {lines} lines")
    return found


def test_nothing_in_the_package_is_too_long() -> None:
    """At most 300 lines a module, 60 a function."""
    modules = list((ROOT / "pytest_smpipeline").rglob("*.py"))

    assert modules
    assert [complaint for path in modules for complaint in oversized(path.name, path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("source", "complaints"),
    [
        ("x = 1\n" * 300, []),
        ("x = 1\n" * 301, ["a.py has 301 lines"]),
        ("def f():\n" + "    x = 1\n" * 59, []),
        ("class A:\n  async def f():\n" + "    x = 1\n" * 60, ["a.py:2 f has 61 lines"]),
    ],
    ids=["full module", "long module", "full function", "long method"],
)
def test_length_is_counted_in_lines(source: str, complaints: list[str]) -> None:
    """The limits themselves are allowed."""
    assert oversized("a.py", source) == complaints
