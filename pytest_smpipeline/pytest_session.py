"""What the running pytest session says: its root folder, the defaults of its ini file, what the running test left, and who hears of it.

Sessions nest when one runs another inside its process, so they are kept as a stack. The classes are written out, since every session of
pytest loads this module, and to make a dataclass takes longer than all else here.
"""

import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from typing import Protocol

    from pytest_smpipeline._state.store import Store
    from pytest_smpipeline._wire.dispatch import Service

    class KeptMock(Protocol):
        """A mock as the report of a failing test needs it, also when it has ended."""

        service: Service

        def untold(self) -> list[str]:
            """Return a line for everything scripted that nobody used and no complaint has told."""
            ...


_MOST_MOCKS: Final = 5

Check: TypeAlias = Callable[[], str | None]
"""Asked once when a test's function has run; returns a complaint that fails the test, or None."""


class RunningTest:
    """What is asked at the end of a test's function, and the mocks that were active during the test, oldest first.

    Only the newest are kept, unless somebody wants to know all: a test may begin hundreds, one after the other.
    """

    def __init__(self) -> None:
        """Start with nothing to ask, and no mock."""
        self.checks: list[Check] = []
        self.mocks: deque[KeptMock] = deque(maxlen=_MOST_MOCKS)


class PytestSession:
    """A session's root folder, the options of its ini file, who is told what an emulation holds when it ends, and its running test.

    With ``shares_models`` the sessions of botocore share what they parse while a mock is active.
    """

    def __init__(
        self,
        rootdir: Path,
        defaults: Mapping[str, object],
        emulation_ended: "Callable[[Store], None] | None" = None,
        *,
        shares_models: bool = True,
    ) -> None:
        """Begin before the first test."""
        self.rootdir = rootdir
        self.defaults = defaults
        self.emulation_ended = emulation_ended
        self.shares_models = shares_models
        self.test = RunningTest()


_sessions: list[PytestSession] = []


def enter(session: PytestSession) -> None:
    """Take a session as the running one."""
    _sessions.append(session)


def leave() -> None:
    """Forget the running session; the one around it, if any, is the running one again. With the last one goes what its mocks shared."""
    _sessions.pop()
    for name in ("shared_models", "event_names"):
        shared = sys.modules.get(f"pytest_smpipeline._doors.{name}")
        if shared is not None and not _sessions:
            shared.forget()


def search_folders() -> list[Path]:
    """Return the folders a relative path counts from: the current one, then pytest's root when a session runs."""
    folders = [Path.cwd(), *(session.rootdir for session in _sessions[-1:])]
    return list(dict.fromkeys(folders))


def default_options() -> Mapping[str, object]:
    """Return the options that the running session's ini file sets; nothing outside pytest."""
    return _sessions[-1].defaults if _sessions else {}


def shares_models() -> bool:
    """Return whether sessions of botocore share the service models that they parse while a mock is active; so it is outside pytest."""
    return not _sessions or _sessions[-1].shares_models


def begin_test() -> None:
    """Forget what the test before wanted to be asked at its end."""
    for session in _sessions[-1:]:
        session.test.checks.clear()


def end_test() -> None:
    """Forget the mocks of a test that is over and reported, but for those that outlive it: one of a wider fixture."""
    for session in _sessions[-1:]:
        mocks = session.test.mocks
        session.test.mocks = deque([mock for mock in mocks if not mock.service.ended], mocks.maxlen)


def add_check(check: Check) -> None:
    """Let the end of the running test's function ask for a complaint; nothing happens outside pytest."""
    for session in _sessions[-1:]:
        session.test.checks.append(check)


def keep_mock(mock: "KeptMock") -> None:
    """Keep a mock that begins until the running test is reported; nothing happens outside pytest."""
    for session in _sessions[-1:]:
        session.test.mocks.append(mock)


def keep_all_mocks() -> None:
    """Keep every mock of each test from now on, and not only the newest ones."""
    for session in _sessions[-1:]:
        session.test.mocks = deque(session.test.mocks)


def has_checks() -> bool:
    """Return whether the running test has something to ask at its end."""
    return bool(_sessions and _sessions[-1].test.checks)


def complaints() -> str | None:
    """Return what the checks of the running test complain about; None when all are content."""
    found = [complaint for check in _sessions[-1].test.checks if (complaint := check())]
    return "\n\n".join(found) or None


def mocks() -> "Sequence[KeptMock]":
    """Return the newest mocks of the running test, oldest first."""
    return all_mocks()[-_MOST_MOCKS:]


def all_mocks() -> "Sequence[KeptMock]":
    """Return all mocks of the running test that are kept, oldest first."""
    return tuple(_sessions[-1].test.mocks) if _sessions else ()


def emulation_ended(store: "Store") -> None:
    """Tell the running session, if it wants to know, what an emulation holds that has ended."""
    for session in _sessions[-1:]:
        if session.emulation_ended is not None:
            session.emulation_ended(store)
