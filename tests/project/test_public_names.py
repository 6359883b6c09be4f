"""The public face: what ``__all__`` says is what is there."""

import ast
from pathlib import Path

import pytest

import pytest_smpipeline

ROOT = Path(__file__).parents[2]


def listed_names(source: str) -> list[str]:
    """Return the value of a module's ``__all__``, which must be one literal."""
    lists = [
        node.value
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and any(ast.unparse(target) == "__all__" for target in node.targets)
    ]
    assert len(lists) == 1, f"__all__ is assigned {len(lists)} times"
    names: list[str] = ast.literal_eval(lists[0])
    return names


def offered_names(source: str) -> set[str]:
    """Return the public names that a module takes over from its own package, imports for type checkers included."""
    return {
        alias.asname or alias.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pytest_smpipeline")
        for alias in node.names
    }


SOURCE = (ROOT / "pytest_smpipeline" / "__init__.py").read_text(encoding="utf-8")


def test_the_list_is_sorted() -> None:
    """One name, one place."""
    names = listed_names(SOURCE)

    assert names == sorted(names)
    assert len(names) == len(set(names))


def test_the_list_is_what_is_there() -> None:
    """Nothing is offered without being listed, nothing listed without being offered."""
    assert set(listed_names(SOURCE)) == offered_names(SOURCE)
    assert dir(pytest_smpipeline) == listed_names(SOURCE)


@pytest.mark.parametrize("name", listed_names(SOURCE))
def test_a_public_name_has_its_public_address(name: str) -> None:
    """What reprs, pickles and documentation show is where users import it from; and it says what it is for."""
    value = getattr(pytest_smpipeline, name)

    assert (value.__module__, value.__qualname__) == ("pytest_smpipeline", name)
    assert value.__doc__


def test_another_name_is_not_there() -> None:
    """A slip fails as it would in any module."""
    with pytest.raises(AttributeError, match=r"^module 'pytest_smpipeline' has no attribute 'succeeed'"):
        pytest_smpipeline.succeeed  # noqa: B018 - the look-up is the point


def test_a_list_that_is_built_up_is_refused() -> None:
    """Tools read the list without running the module."""
    assert listed_names("__all__ = ['a', 'b']") == ["a", "b"]
    with pytest.raises(ValueError, match="malformed"):
        listed_names("__all__ = ['a'] + more")
    with pytest.raises(AssertionError, match="assigned 2 times"):
        listed_names("__all__ = ['a']\n__all__ = ['b']")


def test_offered_names_are_those_taken_from_the_package() -> None:
    """Imports of other libraries are no offer."""
    source = "from typing import Any\nif TYPE_CHECKING:\n    from pytest_smpipeline.mock import mock_smpipeline\n"

    assert offered_names(source) == {"mock_smpipeline"}
