"""What ``smpipeline_guard`` adds to a session: the guard, and its word at the end of a test."""

import sys
from collections import Counter
from collections.abc import Generator, Sequence
from typing import Final, TypeVar

import pytest

from pytest_smpipeline._doors.guard import Guard
from pytest_smpipeline.exceptions import GUARD_TO_DO, RealSageMakerCall
from pytest_smpipeline.failures import Candidate, counted, message

T = TypeVar("T")

_NAME: Final = "smpipeline-guard"


def install(config: pytest.Config) -> None:
    """Guard SageMaker from now to the end of the session; a second time does nothing."""
    if not config.pluginmanager.has_plugin(_NAME):
        guard = Guard(config.rootpath, _is_mocked)
        config.add_cleanup(guard.close)
        guard.open()
        config.pluginmanager.register(_GuardHooks(guard), _NAME)


class _GuardHooks:
    """Fails the test, or the collection, in which a call was stopped."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Fail the collection of a module that calls SageMaker when it is imported."""
        report = yield
        calls = self._guard.take()
        if calls and not report.failed:
            report.outcome = "failed"
            report.longrepr = _complaint(calls)
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self) -> Generator[None, T, T]:
        """Add to the error of a setup what was stopped in it; what it swallowed counts when the test has run."""
        try:
            return (yield)
        except BaseException as error:
            self._tell(error)
            raise

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, T, T]:
        """Fail a test in which a call was stopped, its setup included."""
        return (yield from self._check())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Generator[None, T, T]:
        """Fail a teardown in which a call was stopped."""
        return (yield from self._check())

    def _check(self) -> Generator[None, T, T]:
        __tracebackhide__ = True
        try:
            result = yield
        except BaseException as error:
            self._tell(error)
            raise
        calls = self._guard.take()
        if calls:
            pytest.fail(_complaint(calls), pytrace=False)
        return result

    def _tell(self, error: BaseException) -> None:
        """Add what was stopped to an error that is on its way; a skip would hide it, and becomes a failure."""
        __tracebackhide__ = True
        calls = [call for call in self._guard.take() if call is not error]
        if calls and isinstance(error, pytest.skip.Exception):
            pytest.fail(_complaint(calls), pytrace=False)
        if calls:
            error.add_note(_complaint(calls))


def _complaint(calls: Sequence[RealSageMakerCall]) -> str:
    times = Counter((call.title(), call.endpoint) for call in calls)
    candidates = [
        Candidate(title, (f"was about to go to {endpoint}" + (f", {number} times" if number > 1 else ""),))
        for (title, endpoint), number in times.items()
    ]
    return message(
        "no call of the real SageMaker, since smpipeline_guard is on and no mock is active.",
        f"{counted(len(calls), 'call')} stopped; the test did not see the error, or did not take it back.",
        candidates,
        GUARD_TO_DO,
        heading="Calls",
    )


def _is_mocked() -> bool:
    mock = sys.modules.get("pytest_smpipeline.mock")
    return mock is not None and bool(mock.is_active())
