"""Who hears of changes: the neighbours, told when a call has been answered or time has moved, never in between."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from pytest_smpipeline._state.changes import Change

Listener: TypeAlias = Callable[[Sequence[Change], int], None]
"""Is told what has changed since the last time, oldest first, and the number of the first of these changes, counted from 0.

It raises nothing: a run does not break for its neighbours.
"""


class Listeners:
    """Those who are told; what they change in turn everybody hears next, in the order in which it happened."""

    def __init__(self, changes: Sequence[Change]) -> None:
        """Tell of ``changes``, a list that grows."""
        self._changes = changes
        self._told = 0
        self._listeners: list[Listener] = []
        self._telling = False

    def add(self, listener: Listener) -> None:
        """Tell this one too, from now on."""
        self._listeners.append(listener)

    def clear(self) -> None:
        """Tell nobody any more."""
        self._listeners.clear()

    def tell(self) -> None:
        """Tell everybody what nobody has heard of yet; called while telling, it leaves that to whoever tells already."""
        if self._telling or self._told == len(self._changes):
            return
        self._telling = True
        try:
            while self._told < len(self._changes):
                first, news = self._told, self._changes[self._told :]
                self._told += len(news)
                for listener in self._listeners:
                    listener(news, first)
        finally:
            self._telling = False
