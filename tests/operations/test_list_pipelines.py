"""ListPipelines."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from pytest_smpipeline import SMPipelineMock, mock_smpipeline
from pytest_smpipeline._operations.paging import Page, cut_page
from pytest_smpipeline.values import Json, JsonObject

ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"
ROLE = "arn:aws:iam::123456789012:role/SageMakerRole"
NAMES = ["churn", "churn-weekly", "Churn", "ranking", "chur"]

Create = Callable[..., Any]
Listed = Callable[..., list[dict[str, Any]]]
Raw = Callable[..., tuple[int, dict[str, Any]]]
Refusal = Callable[..., tuple[str, str]]


@pytest.fixture
def listed(smpipeline_client: Any) -> Listed:
    """Return the function that lists pipelines."""

    def call(**members: Any) -> list[dict[str, Any]]:
        summaries: list[dict[str, Any]] = smpipeline_client.list_pipelines(**members)["PipelineSummaries"]
        return summaries

    return call


@pytest.fixture
def names(listed: Listed) -> Callable[..., list[str]]:
    """Return the function that lists pipelines and returns their names."""

    def call(**members: Any) -> list[str]:
        return [summary["PipelineName"] for summary in listed(**members)]

    return call


Names = Callable[..., list[str]]


@pytest.fixture
def days(create: Create, noon: datetime) -> list[str]:
    """The names of five pipelines, created a day after one another; the last two at the same instant."""
    for day, name in zip((0, 1, 2, 3, 3), NAMES, strict=True):
        with time_machine.travel(noon + timedelta(days=day), tick=False):
            create(name)
    return NAMES


@pytest.mark.fidelity("LISTPIPE-001")
def test_a_summary_shows_what_the_pipeline_is_and_not_its_definition(create: Create, listed: Listed, noon: datetime) -> None:
    """Description and LastExecutionTime are absent while unset; the display name is the name."""
    create()

    assert listed() == [
        {
            "PipelineArn": ARN,
            "PipelineName": "churn",
            "PipelineDisplayName": "churn",
            "RoleArn": ROLE,
            "CreationTime": noon,
            "LastModifiedTime": noon,
        }
    ]


@pytest.mark.fidelity("LISTPIPE-001", "LISTPIPE-002")
@pytest.mark.smpipeline(progress="manual")
def test_a_summary_shows_the_last_execution_and_what_was_given(
    create: Create, smpipeline: SMPipelineMock, smpipeline_client: Any, listed: Listed, start: Callable[..., str], noon: datetime
) -> None:
    """LastExecutionTime is the time of the latest start; the time of modification is the pipeline's own."""
    create(PipelineDisplayName="Churn-daily", PipelineDescription="")
    smpipeline.advance(1)
    smpipeline_client.update_pipeline(PipelineName="churn", PipelineDescription="every morning")
    for _ in range(2):
        smpipeline.advance(1)
        start()

    (summary,) = listed()

    assert (summary["PipelineDisplayName"], summary["PipelineDescription"]) == ("Churn-daily", "every morning")
    assert summary["LastModifiedTime"] == noon + timedelta(seconds=1)
    assert summary["LastExecutionTime"] == noon + timedelta(seconds=3)


@pytest.mark.fidelity("LISTPIPE-003", "LISTPIPE-004")
@pytest.mark.parametrize("order", [{}, {"SortOrder": "Descending"}, {"SortBy": "CreationTime"}], ids=repr)
def test_the_newest_pipeline_comes_first(days: list[str], names: Names, order: dict[str, str]) -> None:
    """Of two that were created at the same instant, the one created last counts as newer."""
    assert names(**order) == days[::-1]


@pytest.mark.fidelity("LISTPIPE-005")
def test_the_oldest_pipeline_comes_first_in_ascending_order(days: list[str], names: Names) -> None:
    """Exactly the other way round."""
    assert names(SortOrder="Ascending") == days


@pytest.mark.fidelity("LISTPIPE-006")
def test_pipelines_can_be_sorted_by_name(days: list[str], names: Names) -> None:
    """Letter by letter, capitals first; then too the order is descending unless asked otherwise."""
    expected = ["Churn", "chur", "churn", "churn-weekly", "ranking"]

    assert names(SortBy="Name", SortOrder="Ascending") == expected
    assert names(SortBy="Name") == expected[::-1]


@pytest.mark.fidelity("LISTPIPE-007")
@pytest.mark.parametrize("sort", ["CreationTime", "Name"])
def test_filters_by_creation_leave_out_their_bounds(days: list[str], raw: Raw, noon: datetime, sort: str) -> None:
    """Both are exact to the millisecond, and together they leave what lies between them, in whatever order."""

    def between(after: float | None, before: float | None) -> set[str]:
        bounds = {"CreatedAfter": after, "CreatedBefore": before, "SortBy": sort}
        return {summary["PipelineName"] for summary in raw("ListPipelines", bounds)[1]["PipelineSummaries"]}

    first, second, _, last = (noon.timestamp() + day * 86_400 for day in range(4))
    assert between(first, None) == set(days[1:])
    assert between(first - 0.001, None) == set(days)
    assert between(None, last) == set(days[:3])
    assert between(None, last + 0.001) == set(days)
    assert between(first, last) == set(days[1:3])
    assert between(second, second) == set()
    assert between(last, first) == set()


@pytest.mark.fidelity("LISTPIPE-008", "LISTPIPE-014")
@pytest.mark.parametrize("sort", ["CreationTime", "Name"])
@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("chur", ["churn", "churn-weekly", "chur"]),
        ("churn", ["churn", "churn-weekly"]),
        ("churn-w", ["churn-weekly"]),
        ("C", ["Churn"]),
        ("z", []),
    ],
)
def test_a_prefix_leaves_the_names_that_begin_with_it(days: list[str], names: Names, sort: str, prefix: str, found: list[str]) -> None:
    """Its case counts, and a name is a prefix of itself."""
    expected = found if sort == "CreationTime" else sorted(found)

    assert names(PipelineNamePrefix=prefix, SortBy=sort, SortOrder="Ascending") == expected
    assert names(PipelineNamePrefix=prefix, SortBy=sort) == expected[::-1]


def test_filters_narrow_each_other(days: list[str], names: Names, noon: datetime) -> None:
    """What one leaves the other may leave out."""
    assert names(PipelineNamePrefix="chur", CreatedAfter=noon + timedelta(hours=6)) == ["chur", "churn-weekly"]


@pytest.mark.fidelity("LISTPIPE-009")
def test_a_prefix_is_what_a_name_can_be(smpipeline_client: Any, refusal: Refusal) -> None:
    """The model has the same constraint for both, so a hyphen at the end is refused."""
    assert refusal(smpipeline_client.list_pipelines, PipelineNamePrefix="churn-") == (
        "ValidationException",
        (
            "1 validation error detected: Value 'churn-' at 'pipelineNamePrefix' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}"
        ),
    )


@pytest.mark.usefixtures("recent_model")
@pytest.mark.fidelity("LISTPIPE-010")
def test_all_pipelines_are_managed_by_the_customer(days: list[str], names: Names) -> None:
    """There are none that AWS manages."""
    assert names(ManagedBy="CUSTOMER") == days[::-1]
    assert names(ManagedBy="AWS") == []


@pytest.mark.fidelity("LISTPIPE-011")
def test_without_pipelines_the_list_is_empty(smpipeline_client: Any) -> None:
    """There is no NextToken either."""
    answer = smpipeline_client.list_pipelines()

    assert answer["PipelineSummaries"] == []
    assert "NextToken" not in answer


@pytest.mark.fidelity("LISTPIPE-012")
def test_only_pipelines_of_the_account_and_region_are_listed(smpipeline: SMPipelineMock, definition: str, names: Names, raw: Raw) -> None:
    """Each account and region has a list of its own."""
    smpipeline.add("here", definition)
    smpipeline.add("there", definition, region="eu-west-1")
    smpipeline.add("theirs", definition, account_id="999999999999")

    assert names() == ["here"]
    elsewhere = boto3.client("sagemaker", region_name="eu-west-1").list_pipelines()["PipelineSummaries"]
    assert [summary["PipelineName"] for summary in elsewhere] == ["there"]
    _, payload = raw("ListPipelines", {}, account_id="999999999999")
    assert [summary["PipelineName"] for summary in payload["PipelineSummaries"]] == ["theirs"]


@pytest.mark.fidelity("LISTPIPE-013")
@pytest.mark.parametrize("sort", ["CreationTime", "Name"])
def test_a_deleted_pipeline_is_not_listed(create: Create, smpipeline_client: Any, names: Names, noon: datetime, sort: str) -> None:
    """Those of the same instant stay, and one made anew under its name has the place of a new one."""
    for name in ("a", "b", "c"):
        create(name)

    smpipeline_client.delete_pipeline(PipelineName="b")
    assert names(SortBy=sort) == ["c", "a"]
    create("b")

    assert names(SortBy=sort) == (["b", "c", "a"] if sort == "CreationTime" else ["c", "b", "a"])


@pytest.mark.fidelity("PAGE-001")
def test_a_pipeline_made_in_place_of_another_stands_on_a_page_of_its_own(create: Create, smpipeline_client: Any, noon: datetime) -> None:
    """However many of one instant were deleted: no two pipelines have the same place in the order."""
    for name in ("a", "b", "c"):
        create(name)
    smpipeline_client.delete_pipeline(PipelineName="a")
    create("d")

    pages = smpipeline_client.get_paginator("list_pipelines").paginate(PaginationConfig={"PageSize": 1})

    assert [summary["PipelineName"] for page in pages for summary in page["PipelineSummaries"]] == ["d", "c", "b"]


def test_an_update_does_not_move_a_pipeline(days: list[str], smpipeline_client: Any, names: Names, define: Callable[..., str]) -> None:
    """The order is that of the creation, not of the last change."""
    smpipeline_client.update_pipeline(PipelineName=days[0], PipelineDefinition=define("Other"))

    assert names() == days[::-1]


def test_pipelines_stand_in_the_order_of_time_even_when_the_clock_was_set_back(create: Create, names: Names, noon: datetime) -> None:
    """A test may move the wall clock to any day; filters and order go by the times that are shown."""
    for day in (5, 1, 3):
        with time_machine.travel(noon + timedelta(days=day), tick=False):
            create(f"day-{day}")

    assert names() == ["day-5", "day-3", "day-1"]
    assert names(CreatedAfter=noon + timedelta(days=2), CreatedBefore=noon + timedelta(days=4)) == ["day-3"]


@pytest.mark.fidelity("PAGE-001")
@given(
    labels=st.lists(st.sampled_from("ABab"), max_size=9),
    sizes=st.lists(st.integers(min_value=1, max_value=5), min_size=1, max_size=5),
    order=st.sampled_from([None, "Ascending", "Descending"]),
    sort=st.sampled_from([None, "CreationTime", "Name"]),
    prefix=st.sampled_from([None, "a", "A"]),
)
def test_pages_of_pipelines_double_and_lose_nothing(
    kept_client: Any, definition: str, labels: list[str], sizes: list[int], order: str | None, sort: str | None, prefix: str | None
) -> None:
    """Whatever the sizes, the order and the filter, the pages together are the list; each is as full as it can be."""
    created = [f"{label}{number}" for number, label in enumerate(labels)]
    query = {"SortOrder": order, "SortBy": sort, "PipelineNamePrefix": prefix}
    pages: list[list[str]] = []
    token: str | None = None
    with mock_smpipeline(seed=1) as smp:
        for name in created:
            smp.add(name, definition)
        while not pages or token:
            members = {"MaxResults": sizes[len(pages) % len(sizes)], "NextToken": token, **query}
            answer = kept_client.list_pipelines(**{name: value for name, value in members.items() if value is not None})
            token = answer.get("NextToken")
            pages.append([summary["PipelineName"] for summary in answer["PipelineSummaries"]])
            assert len(pages[-1]) == members["MaxResults"] if token else len(pages[-1]) <= sizes[(len(pages) - 1) % len(sizes)]

    expected = [name for name in (sorted(created) if sort == "Name" else created) if name.startswith(prefix or "")]
    assert [name for page in pages for name in page] == (expected if order == "Ascending" else expected[::-1])


@pytest.mark.fidelity("PAGE-004")
@pytest.mark.parametrize("sort", ["CreationTime", "Name"])
def test_what_is_created_or_deleted_meanwhile_does_not_shift_the_pages(create: Create, smpipeline_client: Any, sort: str) -> None:
    """Not even when the last pipeline of a page is gone; what sorts behind the page that was read is seen."""
    for name in ("c", "d", "e", "f", "g"):
        create(name)
    query = {"SortBy": sort, "MaxResults": 2}
    first = smpipeline_client.list_pipelines(**query)
    smpipeline_client.delete_pipeline(PipelineName="f")
    create("z")
    create("b")

    second = smpipeline_client.list_pipelines(**query, NextToken=first["NextToken"])
    third = smpipeline_client.list_pipelines(**query, NextToken=second["NextToken"])

    pages = [[summary["PipelineName"] for summary in answer["PipelineSummaries"]] for answer in (first, second, third)]
    assert pages == [["g", "f"], ["e", "d"], ["c"] if sort == "CreationTime" else ["c", "b"]]
    assert "NextToken" not in third


@pytest.mark.fidelity("PAGE-007")
@pytest.mark.parametrize(
    "query", [{"SortBy": "Name"}, {"SortOrder": "Ascending"}, {"PipelineNamePrefix": "c"}, {"CreatedAfter": 0}], ids=repr
)
def test_a_token_of_another_list_of_pipelines_is_refused(
    days: list[str], smpipeline_client: Any, refusal: Refusal, query: dict[str, Any]
) -> None:
    """Only the size of the pages may change on the way."""
    token = smpipeline_client.list_pipelines(MaxResults=2)["NextToken"]

    code, message = refusal(smpipeline_client.list_pipelines, NextToken=token, **query)

    assert code == "ValidationException"
    assert message.startswith("Invalid NextToken: ")


@pytest.mark.smpipeline(progress="poll")
def test_a_list_of_pipelines_is_no_look_at_their_executions(
    create: Create, start: Callable[..., str], smpipeline: SMPipelineMock, listed: Listed, noon: datetime
) -> None:
    """Where looks move time, this one does not."""
    create()
    start()

    assert listed()[0]["LastExecutionTime"] == noon
    assert smpipeline.now == noon


@pytest.mark.parametrize("descending", [True, False])
def test_a_page_costs_its_own_length(smpipeline: SMPipelineMock, descending: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Of ten thousand items, a page of ten in the middle looks at few: what it shows, one more, and the search for its place."""
    context = smpipeline._service.context("us-east-1", "123456789012")
    looks: list[int] = []

    def key(item: int) -> list[Json]:
        looks.append(item)
        return [item]

    def keep(item: int) -> bool:
        looks.append(item)
        return True

    def page(size: int, **members: Json) -> Page[int]:
        request: JsonObject = {"MaxResults": size, **members}
        return cut_page(context, "ListPipelines", request, range(10_000), key, descending=descending, keep=keep)

    token = page(5_000).next_token
    looks.clear()
    found = page(10, NextToken=token)

    assert found.items == (list(range(4_999, 4_989, -1)) if descending else list(range(5_000, 5_010)))
    assert len(looks) <= 11 + 14 + 1
