"""Decorated classes: every test of theirs runs with a mock of its own, set-up and tear-down included.

A class for pytest gets the marker, which reaches what only pytest calls: ``setup_method``, fixtures, tests that a subclass
adds. Its test methods are decorated as well, for those who call them without pytest. A ``unittest.TestCase`` is
activated from within, whoever runs it.
"""

import functools
import inspect
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from typing import Any, Final, Self, TypeAlias

from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.handle import SMPipelineMock

Activate: TypeAlias = Callable[[], AbstractContextManager[SMPipelineMock]]
"""Makes a new activation whenever it is called."""

DecorateMethod: TypeAlias = Callable[[object], object]

_PREFIX = "test"


def is_test_case(target: type) -> bool:
    """Return whether a class is a ``unittest.TestCase``."""
    import unittest

    return issubclass(target, unittest.TestCase)


def decorate_test_class(target: type, keywords: Mapping[str, object], decorate_method: DecorateMethod) -> None:
    """Mark a class for pytest, and decorate its test methods, inherited ones included.

    Raises ``UsageError`` for a class that is not for tests: nothing in it would be mocked.
    """
    import pytest

    names = [name for name in dir(target) if name.startswith(_PREFIX) and _is_method(inspect.getattr_static(target, name))]
    if not names and _PREFIX not in target.__name__.lower():
        message = (
            f"@mock_smpipeline on a class is for tests, and {target.__name__} has no method whose name begins with {_PREFIX!r}. "
            "Decorate the methods that need the mock."
        )
        raise UsageError(message)
    for name in names:
        setattr(target, name, decorate_method(inspect.getattr_static(target, name)))
    pytest.mark.smpipeline.with_args(**keywords)(target)


def decorate_test_case(target: type, activate: Activate) -> None:
    """Let every test of a test case start fresh, from before ``setUp`` to after its last cleanup.

    The case finds the mock as ``self.smpipeline``.
    """
    for name in ("run", "debug"):
        setattr(target, name, _activating(getattr(target, name), activate))


def _activating(run: Callable[..., object], activate: Activate) -> Callable[..., object]:
    @functools.wraps(run)
    def active_run(case: Any, *args: object, **kwargs: object) -> object:  # noqa: ANN401 # a TestCase that is given an attribute
        from unittest.mock import patch

        set_up = case.setUp

        def active_set_up() -> None:
            activation = activate()
            case.smpipeline = stack.enter_context(activation)
            case.addCleanup(end, activation)  # the first to be added runs last, and what it raises is the test's failure
            set_up()

        def end(activation: AbstractContextManager[SMPipelineMock]) -> None:
            __tracebackhide__ = True
            stack.pop_all()  # it is for ``debug()``, which runs no cleanup after a failure
            error = _expected_failure(case) or held.error
            try:
                activation.__exit__(None if error is None else type(error), error, None)
            finally:
                held.release()

        # On the instance, since a subclass may have a setUp of its own; a test that is skipped never comes there.
        with _HeldFailures(case, *args, **kwargs) as held, ExitStack() as stack, patch.object(case, "setUp", active_set_up):
            return run(case, *args, **kwargs)

    return active_run


class _HeldFailures:
    """What a test case reports to its result, held back until its last cleanup: later, nobody would see a note added to it.

    A result of unittest makes text of an error as soon as it hears of it. Where there is no result, nothing is held.
    """

    def __init__(self, case: object, result: object = None) -> None:
        """Hold back what this case reports to this result."""
        self.error: BaseException | None = None
        self._case = case
        self._result = result
        self._reports: list[Callable[[], object]] = []
        self._released = False
        self._patches = ExitStack()

    def __enter__(self) -> Self:
        from unittest.mock import patch

        for name in _REPORTS:
            report = getattr(self._result, name, None)
            if report is not None:
                self._patches.enter_context(patch.object(self._result, name, functools.partial(self._hold, report)))
        return self

    def __exit__(self, *_: object) -> None:
        """Hold nothing any more; reached without a cleanup by a test that could not even begin, or was interrupted."""
        self.release()
        self._patches.close()

    def release(self) -> None:
        """Report what was held, in its order; from now on everything is reported at once."""
        self._released = True
        while self._reports:
            self._reports.pop(0)()

    def _hold(self, report: Callable[..., object], test: object, *how: Any) -> None:  # noqa: ANN401 # as unittest calls these methods
        error = _error(test is self._case, how[-1])
        if self._released or error is None:
            report(test, *how)
        else:
            self.error = self.error or error
            self._reports.append(functools.partial(report, test, *how))


_REPORTS: Final = ("addError", "addFailure", "addSubTest", "addSkip")


def _error(is_whole: bool, told: object) -> BaseException | None:  # noqa: FBT001 # of two that belong together
    """Return the error that a result is told of: nothing for a subtest that passed, or that was skipped while others go on."""
    from unittest import SkipTest

    if isinstance(told, str):
        return SkipTest(told) if is_whole else None
    return told[1] if isinstance(told, tuple) else None


def _expected_failure(case: object) -> BaseException | None:
    """Return what a test failed with that is marked with ``unittest.expectedFailure``: that is told when all cleanups are done."""
    told = getattr(getattr(case, "_outcome", None), "expectedFailure", None)
    return told[1] if isinstance(told, tuple) else None


def _is_method(attribute: object) -> bool:
    return inspect.isroutine(attribute) or isinstance(attribute, staticmethod | classmethod)
