"""The benchmarks run, judge what they measure, and are told of in docs/performance.md; no time is asserted here."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "performance.md"


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command of the README with these arguments, from the checkout."""
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """What one run of everything wrote, by name."""
    path = tmp_path_factory.mktemp("trial") / "results.json"
    done = run("--trial", "--json", str(path))
    assert done.returncode == 0, done.stderr
    written = json.loads(path.read_text(encoding="utf-8"))
    assert set(written["surroundings"]) == {"machine", "load", "python", "libraries"}
    assert all(row["name"] in done.stdout for row in written["results"])
    return {row["name"]: row for row in written["results"]}


def test_everything_that_the_goals_name_is_measured(trial: dict[str, dict[str, object]]) -> None:
    """Every row has figures, and what is asked of it."""
    assert {"describe / Stubber", "activation / mock_aws", "create 2,000 steps / json.loads"} <= trial.keys()
    for row in trial.values():
        assert {"median", "low", "high", "must", "goal", "at_least", "verdict"} <= row.keys()
        assert isinstance(row["median"], float)


def test_an_unused_plugin_and_pipeline_calls_import_what_they_promise(trial: dict[str, dict[str, object]]) -> None:
    """Counts, other than times, are the same on every machine."""
    assert trial["libraries imported by the unused plugin"]["median"] == 0
    assert trial["modules of moto after pipeline calls only"]["median"] == 0


def test_the_page_has_a_row_for_every_benchmark(trial: dict[str, dict[str, object]]) -> None:
    """The published table is that of a whole run of this suite."""
    first_cells = re.findall(r"^\| ([^|]+?) +\|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for name in first_cells if name in trial] == list(trial)


def test_a_check_fails_exactly_when_a_must_is_missed() -> None:
    """The exit code is 1 when a value lies beyond what it must reach, and names the row."""
    script = """
import sys
from benchmarks import __main__ as command
from benchmarks.suite import Benchmark
from benchmarks.timing import summary
command.prepare = lambda: None
rows = {"most": (False, 1.0, 2.0), "least": (True, 3.0, 2.0), "beyond": (False, 3.0, 2.0), "short": (True, 1.0, 2.0)}
made = {name: Benchmark(name, "x", lambda _, value=value: summary([value]), must, must, low) for name, (low, value, must) in rows.items()}
made["free"] = Benchmark("free", "x", lambda _: summary([1.0]))
found = {}
for name, benchmark in made.items():
    command.BENCHMARKS = (benchmark,)
    found[name] = [command.main(["--check"]), command.main([])]
print("FOUND", found)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    _, _, found = done.stdout.rpartition("FOUND ")
    assert ast.literal_eval(found) == {"most": [0, 0], "least": [0, 0], "beyond": [1, 0], "short": [1, 0], "free": [0, 0]}
    assert "Missed: beyond." in done.stdout
