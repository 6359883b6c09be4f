"""What the running pytest session says: its root folder and the defaults of its ini file.

Sessions nest when one runs another inside its process, so they are kept as a stack.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PytestSession:
    """A session's root folder, and the options that its ini file sets."""

    rootdir: Path
    defaults: Mapping[str, object]


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
