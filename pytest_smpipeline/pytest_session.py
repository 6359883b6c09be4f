"""What the running pytest session says: its root folder, the defaults of its ini file, and who is told of what tests did.

Sessions nest when one runs another inside its process, so they are kept as a stack.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_smpipeline._state.store import Store


@dataclass(frozen=True, slots=True)
class PytestSession:
    """A session's root folder, the options that its ini file sets, and who is told what an emulation holds when it ends."""

    rootdir: Path
    defaults: Mapping[str, object]
    emulation_ended: "Callable[[Store], None] | None" = None


_sessions: list[PytestSession] = []


def enter(session: PytestSession) -> None:
    """Take a session as the running one."""
    _sessions.append(session)


def leave() -> None:
    """Forget the running session; the one around it, if any, is the running one again."""
    _sessions.pop()


def search_folders() -> list[Path]:
    """Return the folders a relative path counts from: the current one, then pytest's root when a session runs."""
    folders = [Path.cwd(), *(session.rootdir for session in _sessions[-1:])]
    return list(dict.fromkeys(folders))


def default_options() -> Mapping[str, object]:
    """Return the options that the running session's ini file sets; nothing outside pytest."""
    return _sessions[-1].defaults if _sessions else {}


def emulation_ended(store: "Store") -> None:
    """Tell the running session, if it wants to know, what an emulation holds that has ended."""
    for session in _sessions[-1:]:
        if session.emulation_ended is not None:
            session.emulation_ended(store)
