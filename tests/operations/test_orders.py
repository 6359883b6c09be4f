"""Pages of lists that are kept in two orders: right whatever is filtered, and no dearer than they have to be."""

from collections.abc import Callable, Iterator
from typing import Any, SupportsIndex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_smpipeline import SMPipelineMock, mock_smpipeline
from pytest_smpipeline._operations.orders import Order, cut_ordered_page
from pytest_smpipeline.values import Json, JsonObject


def by_number(item: int) -> list[Json]:
    """Sort items as they are."""
    return [item]


def by_last_digits(item: int) -> list[Json]:
    """Sort items in another way, in which no two are equal either."""
    return [str(item)[::-1], item]


@given(
    count=st.integers(0, 400),
    ends=st.tuples(*[st.integers(0, 400)] * 4),
    size=st.sampled_from([1, 7, 100]),
    order=st.sampled_from(["Ascending", "Descending"]),
)
def test_filters_on_both_orders_leave_what_both_leave(count: int, ends: tuple[int, int, int, int], size: int, order: str) -> None:
    """Few or many, in either direction: the pages together are what stands in both stretches, in the first order."""
    first, second = list(range(count)), sorted(range(count), key=by_last_digits)
    start, stop, other_start, other_stop = (min(end, count) for end in ends)
    found: list[int] = []
    with mock_smpipeline() as smp:
        context = smp._service.context("us-east-1", "123456789012")
        request: JsonObject = {"MaxResults": size, "SortOrder": order}
        while True:
            orders = (
                Order(first, by_number, range(start, stop)),
                Order(second, by_last_digits, range(other_start, other_stop)),
            )
            page = cut_ordered_page(context, "ListPipelines", request, *orders)
            found += page.items
            if page.next_token is None:
                break
            request["NextToken"] = page.next_token

    expected = sorted(set(first[start:stop]) & set(second[other_start:other_stop]))
    assert found == (expected if order == "Ascending" else expected[::-1])


class Counted(list[Any]):
    """A list that counts how many of its items are looked at."""

    looks = 0

    def __getitem__(self, place: SupportsIndex | slice) -> Any:
        """Return what stands at a place."""
        items = super().__getitem__(place)
        self.looks += len(items) if isinstance(place, slice) else 1
        return items

    def __iter__(self) -> Iterator[Any]:
        """Go through all items."""
        for item in super().__iter__():
            self.looks += 1
            yield item


MANY = 600
PAGE = 5

# What a page needs: itself and one more, and for its place a few bisections of ten looks each.
FEW_LOOKS = PAGE + 1 + 5 * 10

EARLY, LATE = 0, 4_000_000_000


@pytest.fixture(scope="module")
def crowded() -> Iterator[SMPipelineMock]:
    """Many pipelines, and one with many versions and many executions, three of which belong to the version with an alias."""
    limits = {"pipelines": 2 * MANY, "concurrent_executions": 2 * MANY}
    with mock_smpipeline(limits=limits, progress="manual") as smp:

        def steps(name: str) -> str:
            return f'{{"Version": "2020-12-01", "Steps": [{{"Name": "{name}", "Type": "Training", "Arguments": {{}}}}]}}'

        for number in range(MANY):
            smp.add(f"{'rare' if number % 100 == 0 else 'usual'}{number}", steps("Only"))
            smp.add("churn", steps(f"Step{number}"))
        for number in range(MANY):
            smp.start("churn", version=1 if number < 3 else 2)
        territory = smp._service.store.territory("123456789012", "us-east-1")
        territory.pipelines["churn"].version(1).aliases = ("old",)  # type: ignore[union-attr] # it is there
        yield smp


@pytest.fixture
def cost(crowded: SMPipelineMock, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, int]]:
    """Return the function that lists something, and tells how many items came and how many were looked at."""
    territory = crowded._service.store.territory("123456789012", "us-east-1")
    churn = territory.pipelines["churn"]
    histories = [churn.history, *(version.history for version in churn.versions)]
    places = [(territory, "by_name"), (territory, "by_creation"), (churn, "versions_by_creation"), (churn, "versions")]
    for history in histories:
        _ = history.by_arn  # is sorted from now on
    places += [(history, name) for history in histories for name in ("by_creation", "_by_arn")]
    counted = []
    for owner, name in places:
        counted.append(Counted(getattr(owner, name)))
        monkeypatch.setattr(owner, name, counted[-1])

    def call(operation: str, **request: Json) -> tuple[int, int]:
        answer = crowded._service.perform(operation, {"MaxResults": PAGE, **request}, "us-east-1", "123456789012")
        (items,) = (value for value in answer.values() if isinstance(value, list))
        return len(items), sum(one.looks for one in counted)

    return call


@pytest.mark.parametrize("order", ["Ascending", "Descending"])
@pytest.mark.parametrize(
    ("operation", "query", "length"),
    [
        ("ListPipelineExecutions", {}, PAGE),
        ("ListPipelineExecutions", {"CreatedAfter": EARLY, "CreatedBefore": LATE}, PAGE),
        ("ListPipelineExecutions", {"SortBy": "PipelineExecutionArn"}, PAGE),
        ("ListPipelineExecutions", {"SortBy": "PipelineExecutionArn", "CreatedAfter": EARLY}, PAGE),
        ("ListPipelineExecutions", {"SortBy": "PipelineExecutionArn", "CreatedAfter": LATE}, 0),
        ("ListPipelines", {}, PAGE),
        ("ListPipelines", {"SortBy": "Name"}, PAGE),
        ("ListPipelines", {"SortBy": "Name", "PipelineNamePrefix": "usual"}, PAGE),
        ("ListPipelines", {"SortBy": "Name", "PipelineNamePrefix": "rare"}, PAGE),
        ("ListPipelines", {"SortBy": "Name", "CreatedAfter": LATE}, 0),
        ("ListPipelines", {"PipelineNamePrefix": "usual"}, PAGE),
        ("ListPipelines", {"PipelineNamePrefix": "rare"}, PAGE),
        ("ListPipelines", {"PipelineNamePrefix": "none"}, 0),
        ("ListPipelineVersions", {}, PAGE),
        ("ListPipelineVersions", {"CreatedAfter": EARLY}, PAGE),
        ("ListPipelineVersions", {"CreatedAfter": LATE}, 0),
    ],
    ids=str,
)
def test_a_page_of_a_long_list_looks_at_few_items(
    cost: Callable[..., tuple[int, int]], operation: str, query: JsonObject, length: int, order: str
) -> None:
    """Whatever it is sorted and filtered by: it costs its own length, not the list's."""
    named = {} if operation == "ListPipelines" else {"PipelineName": "churn"}

    found, looks = cost(operation, SortOrder=order, **named, **query)

    assert found == length
    assert looks <= FEW_LOOKS


@pytest.mark.usefixtures("recent_model")
@pytest.mark.parametrize("sort", ["CreationTime", "PipelineExecutionArn"])
def test_a_page_of_one_versions_executions_passes_over_no_others(cost: Callable[..., tuple[int, int]], sort: str) -> None:
    """The versions are searched for the alias; the executions of the others are not."""
    found, looks = cost("ListPipelineExecutions", PipelineName="churn", PipelineVersionAlias="old", SortBy=sort)

    assert found == 3
    assert looks <= FEW_LOOKS


@pytest.mark.parametrize("order", ["Ascending", "Descending"])
def test_a_filter_that_leaves_half_of_the_versions_is_followed_in_their_order(
    crowded: SMPipelineMock, cost: Callable[..., tuple[int, int]], order: str
) -> None:
    """They are not sorted anew, since a page is found among them soon: at worst behind the other half."""
    churn = crowded._service.store.territory("123456789012", "us-east-1").pipelines["churn"]
    bound = churn.versions[MANY // 2].created / 1000

    found, looks = cost("ListPipelineVersions", PipelineName="churn", CreatedBefore=bound, SortOrder=order)

    assert found == PAGE
    assert looks <= MANY / 2 * (order == "Descending") + FEW_LOOKS
