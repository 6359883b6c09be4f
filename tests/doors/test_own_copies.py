"""Copies of parsed JSON: like the original in every way of reading, and nobody else's."""

import copy
import json
import pickle
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import pytest

from pytest_smpipeline._doors.own_copies import LazyCopy, own_copy

NAMES = [f"Shape{number}" for number in range(20)]


def shape(name: str) -> OrderedDict[str, Any]:
    """One member of a model, as botocore parses it."""
    return OrderedDict(type="structure", required=["Arn"], members=OrderedDict((f"{name}{end}", OrderedDict(shape="Arn")) for end in NAMES))


@pytest.fixture
def model() -> OrderedDict[str, Any]:
    """What all share."""
    return OrderedDict((name, shape(name)) for name in NAMES)


@pytest.fixture
def copied(model: OrderedDict[str, Any]) -> Any:
    """One owner's copy of it."""
    return own_copy(model)


def test_a_copy_equals_its_original(model: Any, copied: Any) -> None:
    """It has the same members in the same order, and so has its text."""
    assert type(copied) is LazyCopy
    assert (copied, list(copied), len(copied)) == (model, list(model), len(model))
    assert json.dumps(copied) == json.dumps(model)
    assert json.dumps(copied, indent=1) == json.dumps(model, indent=1)


READERS: dict[str, Callable[[Any], Any]] = {
    "[]": lambda owned: owned["Shape3"],
    "get": lambda owned: owned.get("Shape3"),
    "items": lambda owned: dict(owned.items())["Shape3"],
    "values": lambda owned: list(owned.values())[3],
    "setdefault": lambda owned: owned.setdefault("Shape3", {}),
    "pop": lambda owned: owned.pop("Shape3"),
    "popitem": lambda owned: [owned.popitem()[1] for _ in NAMES][-4],
    "copy": lambda owned: owned.copy()["Shape3"],
    "copy.copy": lambda owned: copy.copy(owned)["Shape3"],
    "copy.deepcopy": lambda owned: copy.deepcopy(owned)["Shape3"],
    "pickle": lambda owned: pickle.loads(pickle.dumps(owned))["Shape3"],  # noqa: S301 # written here
    "dict": lambda owned: dict(owned)["Shape3"],
    "OrderedDict": lambda owned: OrderedDict(owned)["Shape3"],
    "update": lambda owned: _updated(owned)["Shape3"],
    "**": lambda owned: {**owned}["Shape3"],
    "as keywords": lambda owned: dict(**owned)["Shape3"],
    "|": lambda owned: (owned | {"Other": 1})["Shape3"],
    "| from the left": lambda owned: ({"Other": 1} | owned)["Shape3"],
}


def _updated(owned: Any) -> dict[str, Any]:
    other: dict[str, Any] = {}
    other.update(owned)
    return other


@pytest.mark.parametrize("way", READERS)
def test_what_is_changed_in_a_copy_is_changed_nowhere_else(way: str, model: OrderedDict[str, Any], copied: Any) -> None:
    """However a part was reached, changing it at any depth leaves the original and every other copy as they were."""
    before = copy.deepcopy(model)
    part = READERS[way](copied)
    part["members"]["Shape3Shape1"]["shape"] = "Other"
    part["members"]["More"] = {"shape": "Arn"}
    part["required"].append("More")
    part["type"] = "list"
    assert model == before
    assert own_copy(model) == before


def test_an_owner_sees_what_it_changed(copied: Any) -> None:
    """A part that was read once is the same object from then on; one that was put in its place is too."""
    copied["Shape3"]["members"]["More"] = {"shape": "Arn"}
    assert copied["Shape3"]["members"]["More"] == {"shape": "Arn"}
    own = OrderedDict(mine=[1])
    copied["Shape4"] = own
    assert copied["Shape4"] is own
    assert copied.get("Shape4") is own


def test_what_is_absent_is_as_in_a_dict(copied: Any) -> None:
    """Defaults are returned as they are, and without one a name that is not there is a ``KeyError``."""
    default = OrderedDict(own=1)
    assert copied.get("Absent") is None
    assert copied.get("Absent", default) is default
    assert copied.pop("Absent", default) is default
    assert copied.setdefault("Absent", default) is default
    assert copied["Absent"] is default
    with pytest.raises(KeyError, match="Nowhere"):
        copied["Nowhere"]
    with pytest.raises(KeyError, match="Nowhere"):
        copied.pop("Nowhere")


def test_texts_and_numbers_are_shared() -> None:
    """What nobody can change needs no copy."""
    text = "a text"
    assert own_copy(text) is text
    assert own_copy([text, 1, None]) == [text, 1, None]


def test_threads_that_share_a_copy_get_the_same_part(model: OrderedDict[str, Any]) -> None:
    """What one of them changes the others see, also when all read it for the first time at once."""
    for _ in range(20):
        copied: Any = own_copy(model)
        ready = threading.Barrier(4)
        found: list[Any] = []

        def read(copied: Any = copied, ready: threading.Barrier = ready, found: list[Any] = found) -> None:
            ready.wait()
            found.append(copied["Shape3"])

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({id(part) for part in found}) == 1


def test_a_part_that_another_thread_has_just_copied_is_not_copied_again(copied: Any) -> None:
    """Whoever comes second takes the first one's copy."""
    shared = dict.__getitem__(copied, "Shape3")
    first = copied["Shape3"]
    assert first is not shared
    assert copied._own("Shape3", shared) is first
