"""The emulations of the running test, kept only while somebody wants to know them.

A test may begin several, one after the other, and one that a fixture of a module or of the whole run began goes on over many tests.
Sessions of pytest nest when one runs another inside its process, so what is kept is kept as a stack.
"""

from typing import Protocol


class Emulated(Protocol):
    """A service, as far as this module needs to know it."""

    ended: bool


_kept: list[list[Emulated]] = []


def watch() -> None:
    """Keep the emulations that begin from now on, until ``unwatch``."""
    _kept.append([])


def unwatch() -> None:
    """Forget what was kept since the last ``watch``, and keep no more of it."""
    _kept.pop()


def note(service: Emulated) -> None:
    """Take note of an emulation that begins."""
    if _kept:
        _kept[-1].append(service)


def take() -> list[Emulated]:
    """Return the emulations that were there since the last call, oldest first; those that have not ended are returned again."""
    taken = _kept[-1]
    _kept[-1] = [service for service in taken if not service.ended]
    return taken
