"""``--smpipeline-cov``: collects in every process of a run, gathers what xdist's workers found, and reports at the end."""

import math
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, Protocol

import pytest

from pytest_smpipeline.coverage_json import from_text, to_text
from pytest_smpipeline.coverage_points import Collector
from pytest_smpipeline.coverage_table import coverage_lines
from pytest_smpipeline.pipeline_coverage import Coverage, merged
from pytest_smpipeline.suggestions import choices, did_you_mean

if TYPE_CHECKING:
    from pytest_smpipeline._state.store import Store

PLUGIN: Final = "smpipeline_coverage"
"""The name that the hooks are registered under."""

_KEY: Final = "smpipeline_coverage"
_MOST: Final = 100


class _Worker(Protocol):
    """What is known of a worker of xdist when it has ended; ``workeroutput`` is missing after a crash."""

    workeroutput: dict[str, object]


class CoverageHooks:
    """The hooks of a run that measures the coverage of pipelines."""

    def __init__(self, patterns: Sequence[str], fail_under: float | None, *, printed: bool = True) -> None:
        """Report the pipelines whose names fit ``patterns``, and fail a run that covers less than ``fail_under`` percent.

        What is not ``printed`` is collected all the same, for the HTML page.
        """
        self._patterns = patterns
        self._printed = printed
        self._fail_under = fail_under
        self._collector = Collector()
        self._gathered = Coverage()
        self._lost = 0
        self._verdict = ""

    @property
    def coverage(self) -> Coverage:
        """What this run has exercised so far, limited to the pipelines that were asked for."""
        return self._all.only(self._patterns)

    @property
    def _all(self) -> Coverage:
        return merged(self._gathered, self._collector.coverage)

    def emulation_ended(self, store: "Store") -> None:
        """Take in what the tests have exercised with an emulation."""
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
        self._collector.collect(store.started, store.names(), test)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: _Worker) -> None:
        """Take in what a worker of xdist has collected."""
        text = getattr(node, "workeroutput", {}).get(_KEY)
        if isinstance(text, str):
            self._gathered = merged(self._gathered, from_text(text))
        else:
            self._lost += 1

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """In a worker hand over what it collected; elsewhere let a run fail that covers too little."""
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_KEY] = to_text(self._collector.coverage)
            return
        if self._fail_under is None or session.config.option.collectonly:
            return
        self._verdict = verdict(self.coverage, self._fail_under)
        if self._verdict.startswith("FAIL") and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
        """Print the report."""
        if config.option.collectonly or not self._printed:
            return
        terminalreporter.ensure_newline()
        terminalreporter.section("coverage of pipelines")
        notes = self.notes()
        for line in [*coverage_lines(self.coverage, config.get_terminal_writer().fullwidth), *([""] if notes else []), *notes]:
            terminalreporter.write_line(line)
        if self._verdict:
            terminalreporter.write_line("")
            terminalreporter.write_line(self._verdict, red=self._verdict.startswith("FAIL"), bold=True)

    def notes(self) -> list[str]:
        """Return what a reader has to know about the figures: patterns that fit nothing, and workers that were lost."""
        names = {name for name, _ in self._all.pipelines} | self._all.added
        notes = [
            f"--smpipeline-cov-include={pattern} fits none of the pipelines: {choices(names)}.{did_you_mean(pattern, names)}"
            for pattern in self._patterns
            if not self._all.only([pattern]).added
        ]
        if self._lost:
            notes.append(f"What {self._lost} crashed {'worker' if self._lost == 1 else 'workers'} exercised is missing here.")
        return notes


def verdict(coverage: Coverage, fail_under: float) -> str:
    """Return the line about the required percentage; where no pipeline was started it is not reached, whatever it is.

    The exact percentage is compared; the line shows two places of it, rounded down.
    """
    if not coverage.pipelines:
        return f"FAIL Required pipeline coverage of {fail_under:g}% not reached. No pipeline was started."
    percent = coverage.total.percent
    shown = f"Total pipeline coverage: {math.floor(percent * 100) / 100:.2f}%"
    if percent < fail_under:
        return f"FAIL Required pipeline coverage of {fail_under:g}% not reached. {shown}"
    return f"Required pipeline coverage of {fail_under:g}% reached. {shown}"


def enable(config: pytest.Config, *, printed: bool) -> Callable[["Store"], None]:
    """Register the hooks and return who is to be told of each emulation that ends; only what is ``printed`` reaches the terminal.

    Raises ``pytest.UsageError`` for a required percentage that is no number from 0 to 100.
    """
    patterns: list[str] = config.option.smpipeline_cov_include
    text: str | None = config.option.smpipeline_cov_fail_under
    hooks = CoverageHooks(patterns, None if text is None else _percentage(text), printed=printed)
    config.pluginmanager.register(hooks, PLUGIN)
    return hooks.emulation_ended


def _percentage(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= _MOST:
        message = f"--smpipeline-cov-fail-under={text} is not valid: expected a percentage from 0 to 100, such as 90."
        raise pytest.UsageError(message)
    return number
