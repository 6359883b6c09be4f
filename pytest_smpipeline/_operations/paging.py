"""Pages of a list that stay stable while new items arrive, and the tokens that lead from one to the next."""

import base64
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import Final, Generic, TypeVar, cast

from pytest_smpipeline._operations.context import Context
from pytest_smpipeline._operations.members import optional_integer, optional_text
from pytest_smpipeline.exceptions import ServiceError, validation_exception
from pytest_smpipeline.values import Json, JsonObject

T = TypeVar("T")

LARGEST_PAGE: Final = 100
"""How many items a page holds at most, and in most lists when the request does not say."""

_NOT_OF_THE_QUERY: Final = ("NextToken", "MaxResults")
_SEAL_LENGTH: Final = 16
_INVALID: Final = "Invalid NextToken: it belongs to no page of this list. Send the token of the answer before, with the same query."


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list, and the token for the next page when there is one."""

    items: list[T]
    next_token: str | None


def cut_page(
    context: Context,
    operation: str,
    request: JsonObject,
    items: Sequence[T],
    key: Callable[[T], list[Json]],
    *,
    descending: bool,
    places: range | None = None,
    keep: Callable[[T], bool] = lambda _: True,
    usual_size: int = LARGEST_PAGE,
) -> Page[T]:
    """Return the page of ``items`` that a request's MaxResults and NextToken ask for.

    Without MaxResults a page holds ``usual_size`` items. ``items`` ascend by ``key``, which no two of them share. Only those at
    ``places``, if given, are listed, and of these only what ``keep`` is true of; no more of them are looked at than the page
    needs. A token names the last item served, so that items that arrive later neither shift a page nor repeat one.

    Raises ``ValidationException`` for a token that is damaged or comes from another query, operation, account or region.
    """
    size = optional_integer(request, "MaxResults") or usual_size
    query = _query(context, operation, request)
    last = _last_served(optional_text(request, "NextToken"), query)
    start, stop = (0, len(items)) if places is None else (places.start, places.stop)
    if descending:
        stop = stop if last is None else bisect_left(items, last, start, stop, key=key)
        way = range(stop - 1, start - 1, -1)
    else:
        way = range(start if last is None else bisect_right(items, last, start, stop, key=key), stop)
    found = list(islice((items[place] for place in way if keep(items[place])), size + 1))
    page = found[:size]
    return Page(page, _token(query, json.dumps(key(page[-1]))) if len(found) > size else None)


def is_descending(request: JsonObject) -> bool:
    """Return whether the newest comes first, which is the default of every list here."""
    return optional_text(request, "SortOrder") != "Ascending"


def _query(context: Context, operation: str, request: JsonObject) -> str:
    territory = context.territory
    members = {member: value for member, value in request.items() if member not in _NOT_OF_THE_QUERY and value is not None}
    return json.dumps([operation, territory.account_id, territory.region, members], sort_keys=True)


def _token(query: str, content: str) -> str:
    seal = blake2b(f"{query} {content}".encode(), digest_size=_SEAL_LENGTH // 2).hexdigest()
    return base64.urlsafe_b64encode(f"{seal}{content}".encode()).decode()


def _last_served(token: str | None, query: str) -> list[Json] | None:
    if token is None:
        return None
    try:
        content = base64.urlsafe_b64decode(token).decode()[_SEAL_LENGTH:]
    except ValueError:
        raise invalid_token() from None
    # Made anew rather than only its seal compared: base64 has several spellings of the same bytes.
    if token != _token(query, content):
        raise invalid_token()
    return cast("list[Json]", json.loads(content))


def invalid_token() -> ServiceError:
    """Return the error for a NextToken that leads nowhere."""
    return validation_exception(_INVALID)
