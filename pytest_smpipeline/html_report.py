"""``--smpipeline-html``: what each test did is taken when it ends, and written as one page when all have ended.

A test's part of the page is made in the process that ran the test, and travels as text with the report of its teardown. So it is the
same with pytest-xdist, and what a worker has reported is kept when it crashes later.
"""

from collections import Counter
from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypedDict, cast

import pytest

from pytest_smpipeline import coverage_hooks, pytest_session
from pytest_smpipeline._events.status_events import status_events
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline.coverage_fragment import coverage_fragment
from pytest_smpipeline.markup import Markup
from pytest_smpipeline.report_page import ReportedTest, render_page
from pytest_smpipeline.report_runs import render_runs
from pytest_smpipeline.snapshots import TestSnapshot, call_snapshot, event_snapshot, execution_snapshot, plain

if TYPE_CHECKING:
    from pytest_smpipeline.coverage_hooks import CoverageHooks

_ATTRIBUTE: Final = "smpipeline_html"


class _Part(TypedDict):
    """What travels with a report: plain values only, for pytest-xdist."""

    statuses: dict[str, int]
    runs: str


class HtmlReport:
    """The hooks of one run of pytest, registered when the option is given; ``folder`` is None in a worker, which writes nothing."""

    def __init__(self, folder: Path | None) -> None:
        """Collect from now on."""
        self._folder = folder
        self._written = False
        self._shown: dict[Service, tuple[int, int, int, int]] = {}
        self._running: dict[str, ReportedTest] = {}
        self._tests: list[ReportedTest] = []
        pytest_session.keep_all_mocks()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add what the test did to the report of its teardown: by then its fixtures have ended."""
        report = yield
        if call.when == "teardown" and (mocks := pytest_session.all_mocks()):
            setattr(report, _ATTRIBUTE, self._part([mock.service for mock in mocks]))
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep how a test comes out, and with its last report what it did."""
        test = _judged(self._running.pop(report.nodeid, None), report)
        if report.when in {"setup", "call"}:
            self._running[report.nodeid] = test
        elif report.when == "teardown":
            part: _Part | None = getattr(report, _ATTRIBUTE, None)
            if part is not None:
                self._tests.append(replace(test, statuses=part["statuses"], runs=Markup(part["runs"])))
        else:  # pytest-xdist reports the test that a worker died in, in no phase
            self._tests.append(replace(test, outcome="crashed"))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the page, unless tests were only listed."""
        if self._folder is not None and not session.config.option.collectonly:
            self._folder.mkdir(parents=True, exist_ok=True)
            created = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
            hooks = cast("CoverageHooks", session.config.pluginmanager.get_plugin(coverage_hooks.PLUGIN))
            covered = coverage_fragment(hooks.coverage, hooks.notes())
            self._folder.joinpath("index.html").write_text(render_page(self._tests, created, covered), encoding="utf-8")
            self._written = True

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say where the page is."""
        if self._folder is not None and self._written:
            terminalreporter.write_line(f"SageMaker pipeline report: {self._folder / 'index.html'}")

    def _part(self, services: list[Service]) -> _Part:
        """Return what the emulations did since the last test that they were active in."""
        test = TestSnapshot()
        for service in services:
            with service.lock:
                executions, calls, changes, undelivered = self._shown.pop(service, (0, 0, 0, 0))
                started, told = service.store.started, service.store.changes
                test.executions.extend(execution_snapshot(execution, service.now()) for execution in started[executions:])
                test.calls.extend(call_snapshot(call) for call in service.calls[calls:])
                heard = status_events(told, service.ids.event_id, changes)
                test.events.extend(event_snapshot(change, plain(event)) for change, event in heard)
                test.undelivered.extend(map(str, service.undelivered[undelivered:]))
                if not service.ended:
                    self._shown[service] = len(started), len(service.calls), len(told), len(service.undelivered)
        return {"statuses": dict(Counter(execution.status for execution in test.executions)), "runs": str(render_runs(test))}


def enable(config: pytest.Config, folder: str) -> None:
    """Collect and write for a run of pytest; a relative folder counts from where pytest was started.

    Raises ``pytest.UsageError`` when the folder can't be one.
    """
    path = config.invocation_params.dir / folder
    if path.exists() and not path.is_dir():
        message = f"--smpipeline-html={folder}: expected a folder, and there is a file of that name."
        raise pytest.UsageError(message)
    is_worker = hasattr(config, "workerinput")
    config.pluginmanager.register(HtmlReport(None if is_worker else path), "smpipeline-html")


def _judged(test: ReportedTest | None, report: pytest.TestReport) -> ReportedTest:
    """Return how a test has come out after one more report about it."""
    if test is None:
        test = ReportedTest(report.nodeid, report.location[1] or 0, "passed")
    if report.failed:
        outcome = "failed" if report.when == "call" else "error"
        failure = "\n".join(filter(None, [test.failure, report.longreprtext]))
        return replace(test, outcome=test.outcome if test.outcome == "failed" else outcome, failure=failure)
    if test.outcome == "passed" and (report.skipped or hasattr(report, "wasxfail")):
        expected = "xfailed" if report.skipped else "xpassed"
        return replace(test, outcome=expected if hasattr(report, "wasxfail") else "skipped")
    return test
