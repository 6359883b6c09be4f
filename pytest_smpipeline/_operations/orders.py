"""Lists that are kept in two orders, so that a page need not look for what the filters leave.

A filter on what a list is sorted by is a stretch of it, found by bisection. ListPipelines filters by name and by time and
sorts by one of them: then one filter is a stretch of the order that is asked for, and the other one of the other order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pytest_smpipeline._operations.context import Context
from pytest_smpipeline._operations.paging import LARGEST_PAGE, Page, cut_page, is_descending
from pytest_smpipeline.values import Json, JsonObject

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Order(Generic[T]):
    """A list in one order: ``items`` ascend by ``key``, and the filters on it leave those at ``places``."""

    items: Sequence[T]
    key: Callable[[T], list[Json]]
    places: range

    def leaves(self) -> Callable[[T], bool]:
        """Return the function that tells of an item whether the filters leave it."""
        if not self.places:
            return lambda _: False
        lowest, highest = self.key(self.items[self.places[0]]), self.key(self.items[self.places[-1]])
        return lambda item: lowest <= self.key(item) <= highest


def cut_ordered_page(context: Context, operation: str, request: JsonObject, order: Order[T], other: Order[T]) -> Page[T]:
    """Return the page, in the first order, of the items that the filters on both orders leave.

    A page costs its own length when nothing is filtered by the other order. Where that filter leaves few, these are
    sorted; where it leaves many, the first order is followed until the page is full. The second way has to pass over what
    is filtered out, so it costs more than the page if the many do not lie evenly, and the whole list at worst.

    Raises ``ValidationException`` as ``cut_page`` does.
    """
    descending = is_descending(request)
    if len(other.places) == len(other.items):
        return cut_page(context, operation, request, order.items, order.key, descending=descending, places=order.places)
    if _are_few(other):
        leaves = order.leaves()
        left = sorted((item for place in other.places if leaves(item := other.items[place])), key=order.key)
        return cut_page(context, operation, request, left, order.key, descending=descending)
    keep = other.leaves()
    return cut_page(context, operation, request, order.items, order.key, descending=descending, places=order.places, keep=keep)


def _are_few(order: Order[T]) -> bool:
    # To sort n of N items costs about n; to come by a page of them, where they lie evenly among the N, N / n for each.
    return len(order.places) ** 2 < len(order.items) * LARGEST_PAGE
