"""The filters that lists have in common, each as the stretch that it leaves of what is sorted by the member it goes by."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter
from typing import Final, Protocol

from pytest_smpipeline._operations.members import optional_instant
from pytest_smpipeline.values import Instant, JsonObject

_CREATED: Final = attrgetter("created")
_NAME: Final = attrgetter("name")


class _Dated(Protocol):
    @property
    def created(self) -> Instant: ...


class _Named(Protocol):
    @property
    def name(self) -> str: ...


def everywhere(items: Sequence[object]) -> range:
    """Return all places: of a list that no filter goes by."""
    return range(len(items))


def created_between(items: Sequence[_Dated], request: JsonObject) -> range:
    """Return the places that CreatedAfter and CreatedBefore leave, both without the instant itself; ``items`` are sorted by creation."""
    after, before = optional_instant(request, "CreatedAfter"), optional_instant(request, "CreatedBefore")
    start = 0 if after is None else bisect_right(items, after, key=_CREATED)
    return range(start, len(items) if before is None else bisect_left(items, before, key=_CREATED))


def named_with(items: Sequence[_Named], prefix: str | None) -> range:
    """Return the places of the names that begin with a prefix; ``items`` are sorted by name."""
    if prefix is None:
        return everywhere(items)
    start = bisect_left(items, prefix, key=_NAME)
    return range(start, bisect_right(items, prefix, start, key=lambda item: item.name[: len(prefix)]))
