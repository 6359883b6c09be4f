"""Decorated classes: every test of theirs runs with a mock of its own, set-up and tear-down included.

A class for pytest gets the marker, which reaches what only pytest calls: ``setup_method``, fixtures, tests that a subclass
adds. Its test methods are decorated as well, for those who call them without pytest. A ``unittest.TestCase`` is
activated from within, whoever runs it.
"""

import functools
import inspect
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from typing import Any, TypeAlias

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
            case.smpipeline = stack.enter_context(activate())
            case.addCleanup(stack.close)  # the first to be added runs last, and what it raises is the test's failure
            set_up()

        # On the instance, since a subclass may have a setUp of its own; a test that is skipped never comes there.
        with ExitStack() as stack, patch.object(case, "setUp", active_set_up):
            return run(case, *args, **kwargs)

    return active_run


def _is_method(attribute: object) -> bool:
    return inspect.isroutine(attribute) or isinstance(attribute, staticmethod | classmethod)
