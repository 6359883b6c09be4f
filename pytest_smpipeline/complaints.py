"""How a complaint at the end of a test reaches its author: as the failure itself, or as a note on the failure that is there."""

import sys
from typing import Protocol, runtime_checkable


@runtime_checkable
class _Untraced(Protocol):
    """pytest's ``fail.Exception``, without importing pytest."""

    msg: str | None
    pytrace: bool


def deliver(complaint: str | None, error: BaseException | None) -> None:
    """Raise a complaint as ``AssertionError``, unless an error is on its way: then it becomes a note on that one.

    Whoever skips a test, interrupts it or gives it up as an expected failure hears nothing.
    """
    __tracebackhide__ = True
    if complaint is not None and error is None:
        raise AssertionError(complaint)
    if complaint is not None and error is not None and is_failure(error):
        add_note(error, complaint)


def add_note(failure: BaseException, complaint: str) -> None:
    """Add a complaint to a failure, so that pytest shows it."""
    if isinstance(failure, _Untraced) and not failure.pytrace:
        # Of such a failure, pytest.fail(..., pytrace=False), pytest shows nothing but the message.
        failure.msg = f"{failure.msg}\n{complaint}"
    else:
        failure.add_note(complaint)


def is_failure(error: BaseException) -> bool:
    """Return whether an error says that a test failed, and not that it was skipped, given up or interrupted."""
    # An error of theirs can't be on its way where they are not loaded.
    pytest, unittest = sys.modules.get("pytest"), sys.modules.get("unittest")
    if unittest is not None and isinstance(error, unittest.SkipTest):
        return False
    if pytest is None:
        return isinstance(error, Exception)
    is_other = isinstance(error, pytest.exit.Exception | pytest.xfail.Exception)
    return isinstance(error, Exception | pytest.fail.Exception) and not is_other
