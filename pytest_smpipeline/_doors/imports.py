"""Modules of others: what they define, and waiting for somebody to import one, so that what patches it does not have to."""

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, TypeAlias

from pytest_smpipeline._doors.undo import Undo

Actions: TypeAlias = Mapping[str, Callable[..., None]]
"""What to do for modules, by their names."""


def imported(module: str, name: str) -> Any:  # noqa: ANN401 # somebody else's
    """Return what a module defines under a name, and import the module for that if nobody has.

    An import statement in a function takes five times as long, and every activation would run a dozen of them.
    """
    try:
        return getattr(sys.modules[module], name)
    except (KeyError, AttributeError):  # another thread may be half through with it, and this waits
        return getattr(importlib.import_module(module), name)


def when_imported(actions: Actions, undo: Undo, *arguments: object) -> None:
    """Do now what there is to do for modules that are imported already, and after each import of one until ``undo`` runs.

    Each action is called with the arguments.
    """
    finder = _Finder(actions, arguments)
    undo.add(finder.leave)
    sys.meta_path.insert(0, finder)
    for name, action in actions.items():
        if name in sys.modules:
            action(*arguments)


class _Finder(MetaPathFinder):
    """Finds some modules where all others look for them, and has them call back."""

    def __init__(self, actions: Actions, arguments: tuple[object, ...]) -> None:
        self._actions = actions
        self._arguments = arguments
        self._looking: set[str] = set()

    def leave(self) -> None:
        sys.meta_path.remove(self)

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname not in self._actions or fullname in self._looking:
            return None
        self._looking.add(fullname)  # two of us would ask each other for ever
        try:
            found = (finder.find_spec(fullname, path, target) for finder in sys.meta_path if hasattr(finder, "find_spec"))
            spec = next((spec for spec in found if spec is not None), None)
        finally:
            self._looking.discard(fullname)
        if spec is not None and spec.loader is not None:
            _follow(spec.loader, partial(self._actions[fullname], *self._arguments))
        return spec


def _follow(loader: Loader, action: Callable[[], None]) -> None:
    """Let the loader call back once, after which it is as it was."""
    before = vars(loader).get("exec_module")

    def exec_module(module: ModuleType) -> None:
        if before is None:
            del vars(loader)["exec_module"]
        else:
            vars(loader)["exec_module"] = before
        loader.exec_module(module)
        action()

    vars(loader)["exec_module"] = exec_module
