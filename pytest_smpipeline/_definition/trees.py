"""The containers inside a JSON value, listed without recursion, and which of them are functions."""

from typing import Final

from pytest_smpipeline._definition.paths import Path, PathKey, render_keys
from pytest_smpipeline.values import Json, JsonObject

ROOT: Final = -1
"""Where the way to a container starts that no function holds."""

_REFERENCE_STARTS: Final = ("Parameters.", "Execution.", "Steps.", "ForEach.", "IterationOutput.")


class Tree:
    """The containers of one argument, parents first: each with its parent's index and its key there, and those that are functions."""

    __slots__ = ("_containers", "_keys", "_parents", "_path", "depth", "functions")

    def __init__(self, root: JsonObject | list[Json], path: str) -> None:
        """List the containers of ``root``, which stands at ``path``."""
        self._path = path
        self._containers: list[JsonObject | list[Json]] = [root]
        self._parents = [ROOT]
        self._keys: list[PathKey] = [""]
        self.functions: dict[int, tuple[str, JsonObject]] = {}
        self.depth = 0
        listed = 0
        while listed < len(self._containers):
            self.depth += 1
            level = range(listed, len(self._containers))
            for index in level:
                self._look_into(index)
            listed = level.stop

    def _look_into(self, index: int) -> None:
        container = self._containers[index]
        if isinstance(container, dict):
            function = _function_name(container)
            if function is not None:
                self.functions[index] = function, container
        for key, child in container.items() if isinstance(container, dict) else enumerate(container):
            if isinstance(child, (dict, list)):
                self._containers.append(child)
                self._parents.append(index)
                self._keys.append(key)

    def way_to(self, index: int) -> tuple[int, Path]:
        """Return the function that holds the container, and the keys from that function's operand; else the root and those from it."""
        keys: list[PathKey] = []
        here = index
        while here > 0:
            keys.append(self._keys[here])
            here = self._parents[here]
            if here in self.functions:
                return here, tuple(keys[-2::-1])
        return ROOT, tuple(reversed(keys))

    def place(self, index: int, *below: PathKey) -> str:
        """Return the path of a container, or of something below it."""
        keys = list(reversed(below))
        while index > 0:
            keys.append(self._keys[index])
            index = self._parents[index]
        return self._path + render_keys(reversed(keys))

    def is_property_file(self, index: int) -> bool:
        """Return whether the container is the PropertyFile of a Std:JsonGet."""
        return self._keys[index] == "PropertyFile" and self._keys[self._parents[index]] == "Std:JsonGet"


def _function_name(container: JsonObject) -> str | None:
    """Return the name of the function that an object is, or would be without its other members; None for plain data."""
    if len(container) == 1:
        (name,) = container
        return name if name == "Get" or name.startswith("Std:") else None
    if "Std:Join" in container:
        return "Std:Join"
    if "Std:JsonGet" in container:
        return "Std:JsonGet"
    text = container.get("Get")
    return "Get" if isinstance(text, str) and text.startswith(_REFERENCE_STARTS) else None
