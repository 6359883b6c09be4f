"""What came out: judged by the goals, as a table for people and as JSON for programs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from benchmarks.suite import Benchmark
from benchmarks.surroundings import Surroundings
from benchmarks.timing import Measurement

HEADINGS = ("what", "median", "quartiles", "must", "goal", "")


@dataclass(frozen=True, slots=True)
class Result:
    """A benchmark and what it measured."""

    benchmark: Benchmark
    measured: Measurement

    @property
    def verdict(self) -> str:
        """``goal`` or ``must`` for what is reached, ``MISSED`` when not even that is, and nothing where nothing is asked."""
        if self.benchmark.must is None:
            return ""
        if self._reaches(self.benchmark.goal):
            return "goal"
        return "must" if self._reaches(self.benchmark.must) else "MISSED"

    def _reaches(self, limit: float | None) -> bool:
        if limit is None:
            return False
        return self.measured.median >= limit if self.benchmark.at_least else self.measured.median <= limit

    def cells(self) -> tuple[str, ...]:
        """Return the row of the table."""
        benchmark, measured = self.benchmark, self.measured
        sign = "≥" if benchmark.at_least else "≤"
        limits = ("" if limit is None else f"{sign} {limit:g}" for limit in (benchmark.must, benchmark.goal))
        spread = "" if measured.low == measured.high else f"{_number(measured.low)} to {_number(measured.high)}"
        return (benchmark.name, f"{_number(measured.median)} {benchmark.unit}".strip(), spread, *limits, self.verdict)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows below the headings as a table of Markdown that can also be read as it stands."""
    all_rows = [HEADINGS, *rows]
    widths = [max(len(row[column]) for row in all_rows) for column in range(len(HEADINGS))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in all_rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def as_json(results: Sequence[Result], surroundings: Surroundings) -> dict[str, object]:
    """Return everything that was measured, where, and how it was judged."""
    rows = [
        {
            "name": result.benchmark.name,
            "unit": result.benchmark.unit,
            **asdict(result.measured),
            "must": result.benchmark.must,
            "goal": result.benchmark.goal,
            "at_least": result.benchmark.at_least,
            "verdict": result.verdict,
        }
        for result in results
    ]
    return {"surroundings": asdict(surroundings), "results": rows}


def _number(value: float) -> str:
    """Return three digits that count, never in the form 1e+03."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
