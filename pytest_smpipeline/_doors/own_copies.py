"""Copies of parsed JSON that cost little until they are read: what somebody changes in one, nobody else sees."""

import threading
from collections import OrderedDict
from collections.abc import ItemsView, Iterator, ValuesView
from typing import Final, cast

_SMALL: Final = 8
"""An object of no more members is copied at once, which is cheaper than to remember what it is a copy of."""

# What may have to be copied yet: botocore parses every object as an OrderedDict, and a copy is none.
_SHARED_KINDS: Final = frozenset({OrderedDict, list})

_copying: Final = threading.RLock()


def own_copy(value: object) -> object:
    """Return a copy of what botocore has parsed for one owner; what objects hold is copied when it is first read."""
    if isinstance(value, list):
        return [own_copy(item) for item in value]
    if not isinstance(value, OrderedDict):
        return value
    if len(value) <= _SMALL:
        return {name: item if type(item) is str else own_copy(item) for name, item in value.items()}
    return LazyCopy(value)


class LazyCopy(dict[str, object]):
    """An object whose members are those of a shared one until they are read, and copies of them from then on.

    What reads it without its methods sees the members of the other, which are the same in value. Threads may share it. It keeps the
    order, but is a plain dict and no ``OrderedDict``: that would take three times as long to fill.
    """

    __slots__ = ("_shared",)

    def __init__(self, shared: "OrderedDict[str, object]") -> None:
        """Copy an object that nobody changes."""
        super().__init__(dict.copy(shared))  # by way of a plain dict, which Python copies as a whole
        self._shared = shared

    def __getitem__(self, name: str) -> object:
        """Return a member, this object's own."""
        value = dict.__getitem__(self, name)  # not by super(), which would take as long again
        return self._own(name, value) if type(value) in _SHARED_KINDS else value

    def get(self, name: str, default: object = None) -> object:
        """Return a member or the default."""
        value = dict.get(self, name, default)
        return self._own(name, value) if type(value) in _SHARED_KINDS else value

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names; with a method of its own for it Python reads a dict's members by its methods too."""
        return super().__iter__()

    def items(self) -> ItemsView[str, object]:  # type: ignore[override] # typeshed names a view that only dict itself makes
        """Return all members with their names."""
        self._read_all()
        return super().items()

    def values(self) -> ValuesView[object]:  # type: ignore[override] # as above
        """Return all members."""
        self._read_all()
        return super().values()

    def pop(self, name: str, *default: object) -> object:
        """Take a member out."""
        self.get(name)
        return super().pop(name, *default)

    def popitem(self) -> tuple[str, object]:
        """Take the last member out."""
        self._read_all()
        return super().popitem()

    def setdefault(self, name: str, default: object = None) -> object:
        """Return a member, or the default that becomes it."""
        return self[name] if name in self else super().setdefault(name, default)

    def copy(self) -> dict[str, object]:
        """Return a plain dict of the same members."""
        return dict(self.items())

    def __or__(self, other: object) -> dict[str, object]:  # type: ignore[override] # typeshed has it for each type of values
        """Return a plain dict of both."""
        return self.copy() | cast("dict[str, object]", other)

    def __reduce__(self) -> tuple[object, ...]:
        """Be copied and pickled as a plain dict."""
        return dict, (), None, None, iter(self.items())

    def _own(self, name: str, value: object) -> object:
        if self._shared.get(name) is not value:
            return value  # copied before, put there by the owner, or a default
        with _copying:
            value = super().__getitem__(name)
            if self._shared.get(name) is value:  # no other thread was faster
                value = own_copy(value)
                super().__setitem__(name, value)
            return value

    def _read_all(self) -> None:
        for name in self:
            self.get(name)
