"""The filters by time that lists have in common: CreatedAfter and CreatedBefore, both without the instant itself."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from pytest_smpipeline._operations.members import optional_instant
from pytest_smpipeline.values import Instant, JsonObject


class _Dated(Protocol):
    @property
    def created(self) -> Instant: ...


D = TypeVar("D", bound=_Dated)


def created_between(items: Sequence[D], request: JsonObject) -> Sequence[D]:
    """Return those of ``items`` that the request's filters leave; they are sorted by their creation, and stay so."""
    after, before = optional_instant(request, "CreatedAfter"), optional_instant(request, "CreatedBefore")
    start = 0 if after is None else bisect_right(items, after, key=_created)
    end = len(items) if before is None else bisect_left(items, before, key=_created)
    return items[start:end] if start or end < len(items) else items


def is_created_between(request: JsonObject) -> Callable[[_Dated], bool]:
    """Return the function that tells of one item whether the request's filters leave it: for lists in another order."""
    after, before = optional_instant(request, "CreatedAfter"), optional_instant(request, "CreatedBefore")

    def keep(item: _Dated) -> bool:
        return (after is None or after < item.created) and (before is None or item.created < before)

    return keep


def _created(item: _Dated) -> Instant:
    return item.created
