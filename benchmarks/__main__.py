"""The command: ``python -m benchmarks``."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.contenders import prepare
from benchmarks.effort import FULL, QUICK, TRIAL, Effort
from benchmarks.results import Result, as_json, table
from benchmarks.suite import BENCHMARKS
from benchmarks.surroundings import look_around


def main(arguments: Sequence[str]) -> int:
    """Measure, print the table, write the JSON; return 1 when ``--check`` finds a must that was missed, otherwise 0."""
    options = _parser().parse_args(arguments)
    surroundings = look_around()
    prepare()
    results = list(_measured(options.effort, options.only))
    print(f"\n{surroundings}\n\n{table([result.cells() for result in results])}")
    if options.json:
        options.json.write_text(json.dumps(as_json(results, surroundings), indent=2) + "\n", encoding="utf-8")
    missed = [result.benchmark.name for result in results if result.verdict == "MISSED"]
    if options.check and missed:
        print(f"\nMissed: {'; '.join(missed)}.")
        return 1
    return 0


def _measured(effort: Effort, only: str) -> Iterator[Result]:
    for benchmark in BENCHMARKS:
        if only in benchmark.name:
            result = Result(benchmark, benchmark.measure(effort))
            print(f"{benchmark.name}: {result.cells()[1]}", file=sys.stderr, flush=True)
            yield result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=sys.modules["benchmarks"].__doc__)
    effort = parser.add_mutually_exclusive_group()
    effort.add_argument("--quick", dest="effort", action="store_const", const=QUICK, help="fewer rounds, smaller sizes")
    effort.add_argument("--trial", dest="effort", action="store_const", const=TRIAL, help="only see that everything runs")
    parser.set_defaults(effort=FULL)
    parser.add_argument("--check", action="store_true", help="exit with 1 when a must is missed")
    parser.add_argument("--only", default="", metavar="TEXT", help="measure only the rows whose name contains this")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the results there, too")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
