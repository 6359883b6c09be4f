"""Waiting for a module: somebody else imports it, and we are told."""

import functools
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from pytest_smpipeline._doors.imports import imported, when_imported
from pytest_smpipeline._doors.undo import Undo

NAME = "awaited_by_a_test"


@pytest.fixture
def undo() -> Iterator[Undo]:
    """Take back whatever waits."""
    undo = Undo()
    before = list(sys.meta_path)
    yield undo
    undo.run()
    assert sys.meta_path == before


@pytest.fixture(autouse=True)
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put a module where it can be imported."""
    tmp_path.joinpath(f"{NAME}.py").write_text("answer = 42\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop(NAME, None)


def load() -> int:
    """Import the module anew, and return what it defines."""
    sys.modules.pop(NAME, None)
    answer: int = importlib.import_module(NAME).answer
    return answer


def test_what_a_module_defines_is_found_whether_or_not_it_is_there() -> None:
    """It is imported if need be, and asked for what it defines each time."""
    assert NAME not in sys.modules
    assert imported(NAME, "answer") == 42
    vars(sys.modules[NAME])["answer"] = 43
    assert imported(NAME, "answer") == 43


def test_what_a_module_does_not_define_yet_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another thread may be half through with the import, which then has to end first; what never comes is an error."""
    monkeypatch.setattr(importlib, "import_module", lambda name: SimpleNamespace(later=name))
    monkeypatch.setitem(sys.modules, NAME, ModuleType(NAME))
    assert imported(NAME, "later") == NAME
    with pytest.raises(AttributeError, match="never"):
        imported(NAME, "never")


def test_whoever_waits_is_told_after_each_import(undo: Undo) -> None:
    """The module is whole by then, and its loader as it was."""
    seen: list[int] = []
    when_imported({NAME: lambda: seen.append(sys.modules[NAME].answer)}, undo)
    assert seen == []

    assert (load(), load()) == (42, 42)

    assert seen == [42, 42]
    spec = sys.modules[NAME].__spec__
    assert spec is not None
    assert "exec_module" not in vars(spec.loader)


def test_a_module_that_is_there_is_told_at_once(undo: Undo) -> None:
    """And again when it is imported again."""
    load()
    seen: list[str] = []

    when_imported({NAME: lambda: seen.append("told")}, undo)
    assert seen == ["told"]
    load()

    assert seen == ["told", "told"]


def test_several_may_wait_for_one_module(undo: Undo) -> None:
    """Each is told once, though each asks the other where the module is."""
    seen: list[str] = []
    for name in ("first", "second"):
        when_imported({NAME: functools.partial(seen.append, name)}, undo)

    load()

    assert sorted(seen) == ["first", "second"]


def test_one_may_wait_for_several_modules(undo: Undo, tmp_path: Path) -> None:
    """Each has an action of its own, also when one of them imports the other."""
    tmp_path.joinpath("awaiting_too.py").write_text(f"import {NAME}\n")
    seen: list[str] = []
    when_imported({"awaiting_too": functools.partial(seen.append, "outer"), NAME: functools.partial(seen.append, "inner")}, undo)

    importlib.import_module("awaiting_too")
    del sys.modules["awaiting_too"]

    assert seen == ["inner", "outer"]


def test_nobody_is_told_after_it_was_taken_back() -> None:
    """The path of finders is as it was."""
    undo = Undo()
    seen: list[str] = []
    when_imported({NAME: lambda: seen.append("told")}, undo)
    undo.run()

    load()

    assert seen == []


def test_a_module_that_does_not_exist_is_not_found(undo: Undo) -> None:
    """Nobody is told of it, and it may be asked for again; a finder of the oldest kind, which finds nothing, is passed over."""
    seen: list[str] = []
    when_imported({"there_is_no_such_module": lambda: seen.append("told")}, undo)
    ours = sys.meta_path[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "meta_path", [ours, object()])
        for _ in range(2):
            assert ours.find_spec("there_is_no_such_module", None) is None

    assert seen == []


def test_a_module_without_a_loader_is_found_as_it_is(undo: Undo) -> None:
    """Some finder may say that a module is there and not how to load it."""
    spec = importlib.util.spec_from_loader("loaderless_by_a_test", None)

    class Finder(MetaPathFinder):
        """Finds it."""

        def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
            return spec if fullname == "loaderless_by_a_test" else None

    finder = Finder()
    sys.meta_path.insert(0, finder)
    try:
        when_imported({"loaderless_by_a_test": lambda: None}, undo)

        assert importlib.util.find_spec("loaderless_by_a_test") is spec
    finally:
        sys.meta_path.remove(finder)
