"""Waiting for somebody to import a module, so that what patches it does not have to import it."""

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from pytest_smpipeline._doors.undo import Undo


def when_imported(name: str, action: Callable[[], None], undo: Undo) -> None:
    """Call ``action`` now if the module is imported already, and after each import of it until ``undo`` runs."""
    finder = _Finder(name, action)
    undo.add(lambda: sys.meta_path.remove(finder))
    sys.meta_path.insert(0, finder)
    if name in sys.modules:
        action()


class _Finder(MetaPathFinder):
    """Finds one module where all others look for it, and has it call back."""

    def __init__(self, name: str, action: Callable[[], None]) -> None:
        self._name = name
        self._action = action
        self._is_looking = False

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname != self._name or self._is_looking:
            return None
        self._is_looking = True  # two of us would ask each other for ever
        try:
            found = (finder.find_spec(fullname, path, target) for finder in sys.meta_path if hasattr(finder, "find_spec"))
            spec = next((spec for spec in found if spec is not None), None)
        finally:
            self._is_looking = False
        if spec is not None and spec.loader is not None:
            self._follow(spec.loader)
        return spec

    def _follow(self, loader: Loader) -> None:
        """Let the loader call back once, after which it is as it was."""
        before = vars(loader).get("exec_module")

        def exec_module(module: ModuleType) -> None:
            if before is None:
                del vars(loader)["exec_module"]
            else:
                vars(loader)["exec_module"] = before
            loader.exec_module(module)
            self._action()

        vars(loader)["exec_module"] = exec_module
