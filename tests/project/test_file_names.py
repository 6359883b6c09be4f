"""File names: "go to file" lands."""

from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_no_two_modules_have_the_same_name() -> None:
    """One name, one file, in the package as in the tests; only what Python or pytest name themselves may repeat."""
    names = Counter(path.name for folder in ("pytest_smpipeline", "tests") for path in (ROOT / folder).rglob("*.py"))

    assert [name for name, count in names.items() if count > 1 and name not in {"__init__.py", "conftest.py"}] == []
