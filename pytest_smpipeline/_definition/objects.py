"""Reading a JSON object whose shape is given: typed members, with a problem for each that is not as it must be.

Null counts as absent everywhere: AWS's own SDK sends null for what was not set.
"""

from collections.abc import Collection
from collections.abc import Set as AbstractSet

from pytest_smpipeline._definition.problems import Problems
from pytest_smpipeline._definition.wording import found, quoted
from pytest_smpipeline.suggestions import choices
from pytest_smpipeline.values import Json, JsonObject


class ObjectReader:
    """One JSON object of the definition, where it stands, and where its problems go."""

    __slots__ = ("_problems", "path", "raw")

    def __init__(self, raw: JsonObject, path: str, problems: Problems) -> None:
        """Read the members of ``raw``, which stands at ``path``."""
        self.raw = raw
        self.path = path
        self._problems = problems

    def place(self, name: str) -> str:
        """Return the path of a member."""
        return f"{self.path}.{name}"

    def members(self, known: AbstractSet[str], required: Collection[str] = ()) -> bool:
        """Report members that are not known, or else those that are required and absent; return whether all is well.

        The service stops at a member it does not know, so what is missing beside it is not mentioned.
        """
        if not self.raw.keys() <= known:
            for name in self.raw:
                if name not in known:
                    self._problems.unknown_property(self.path, name)
            return False
        return self.require(required)

    def require(self, names: Collection[str]) -> bool:
        """Report the members among ``names`` that are absent; return whether there are none."""
        complete = True
        for name in names:
            if self.raw.get(name) is None:
                self._problems.add(self.path, f"'{name}' is required.")
                complete = False
        return complete

    def string(self, name: str) -> str | None:
        """Return a member that is a string, or None."""
        value = self.raw.get(name)
        if value is None or isinstance(value, str):
            return value
        self.refuse(name, "a string")
        return None

    def boolean(self, name: str) -> bool | None:
        """Return a member that is a boolean, or None."""
        value = self.raw.get(name)
        if value is None or isinstance(value, bool):
            return value
        self.refuse(name, "a boolean")
        return None

    def whole_number(self, name: str, *, least: int, most: int) -> int | None:
        """Return a member that is a whole number within bounds, or None."""
        value = self.raw.get(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and least <= value <= most):
            return value
        self.refuse(name, f"a whole number from {least} to {most}")
        return None

    def choice(self, name: str, valid: Collection[str]) -> str | None:
        """Return a member that is one of several strings, or None."""
        value = self.string(name)
        if value is None or value in valid:
            return value
        message = f"'{name}' takes {choices(valid)}, not {quoted(value)}."
        self._problems.add(self.place(name), message, near=(value, valid))
        return None

    def object(self, name: str) -> "ObjectReader | None":
        """Return a reader of a member that is an object, or None."""
        value = self.raw.get(name)
        return None if value is None else read_object(value, self.place(name), self._problems)

    def array(self, name: str) -> list[Json]:
        """Return a member that is a list; the empty list when it is absent or no list."""
        value = self.raw.get(name)
        if isinstance(value, list):
            return value
        if value is not None:
            self._problems.expecting_array(self.place(name))
        return []

    def items(self, name: str) -> list[tuple[Json, str]]:
        """Return the items of a member that is a list, each with its path; none when it is absent or no list."""
        return [(item, f"{self.path}.{name}[{index}]") for index, item in enumerate(self.array(name))]

    def objects(self, name: str) -> "list[ObjectReader]":
        """Return a reader of each item of a member that is a list; items that are no objects are reported and left out."""
        readers = [read_object(item, path, self._problems) for item, path in self.items(name)]
        return [reader for reader in readers if reader is not None]

    def strings(self, name: str) -> tuple[str, ...]:
        """Return a member that is a list of strings; items that are none are reported and left out."""
        strings: list[str] = []
        for item, path in self.items(name):
            if isinstance(item, str):
                strings.append(item)
            else:
                self._problems.add(path, f"Expecting a string but found {found(item)}.")
        return tuple(strings)

    def refuse(self, name: str, expected: str) -> None:
        """Report that a member is not what it must be."""
        self._problems.add(self.place(name), f"Expecting {expected} but found {found(self.raw[name])}.")


def read_object(value: Json, path: str, problems: Problems) -> ObjectReader | None:
    """Return a reader of a JSON object, or None after reporting that the value is none."""
    if isinstance(value, dict):
        return ObjectReader(value, path, problems)
    problems.expecting_object(path)
    return None
