"""Pages of the lists: MaxResults and NextToken."""

import base64
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_smpipeline import SMPipelineMock, mock_smpipeline

INVALID = (
    "ValidationException",
    "Invalid NextToken: it belongs to no page of this list. Send the token of the answer before, with the same query.",
)
ORDERS = [None, "Ascending", "Descending"]

Define = Callable[..., str]
Refusal = Callable[..., tuple[str, str]]
Start = Callable[..., str]
sizes = st.lists(st.integers(min_value=1, max_value=5), min_size=1, max_size=5)


def pages_of(method: Callable[..., Any], member: str, sizes: list[int], **query: Any) -> list[list[Any]]:
    """Follow the tokens to the end, with one size after another; each page is as full as it can be."""
    pages: list[list[Any]] = []
    token: dict[str, str] = {}
    while True:
        size = sizes[len(pages) % len(sizes)]
        answer = method(MaxResults=size, **query, **token)
        pages.append(answer[member])
        assert len(pages[-1]) == size if "NextToken" in answer else len(pages[-1]) <= size
        if "NextToken" not in answer:
            return pages
        token = {"NextToken": answer["NextToken"]}


def members_of(pages: list[list[dict[str, Any]]], name: str) -> list[str]:
    """Return a member of every item, page after page."""
    return [item[name] for page in pages for item in page]


@pytest.fixture
def five(smpipeline: SMPipelineMock, definition: str, start: Start) -> list[str]:
    """The ARNs of five executions of the pipeline churn, oldest first."""
    smpipeline.add("churn", definition)
    return [start() for _ in range(5)]


@pytest.fixture
def page(smpipeline_client: Any) -> Callable[..., tuple[list[str], str | None]]:
    """Return the function that lists two executions of churn, and returns their ARNs and the token for the next page."""

    def call(**query: Any) -> tuple[list[str], str | None]:
        answer = smpipeline_client.list_pipeline_executions(**{"PipelineName": "churn", "MaxResults": 2, **query})
        return [summary["PipelineExecutionArn"] for summary in answer["PipelineExecutionSummaries"]], answer.get("NextToken")

    return call


Page = Callable[..., tuple[list[str], str | None]]


@pytest.mark.fidelity("PAGE-001")
@given(count=st.integers(min_value=0, max_value=9), sizes=sizes, order=st.sampled_from(ORDERS), by_arn=st.booleans())
def test_pages_of_executions_double_and_lose_nothing(
    kept_client: Any,
    definition: str,
    count: int,
    sizes: list[int],
    order: str | None,
    by_arn: bool,  # noqa: FBT001 - given by hypothesis
) -> None:
    """Whatever the sizes and the order, the pages together are the list; the last one has no NextToken."""
    query = ({"SortOrder": order} if order else {}) | ({"SortBy": "PipelineExecutionArn"} if by_arn else {})
    with mock_smpipeline(seed=1) as smp:
        smp.add("churn", definition)
        arns = [smp.start("churn").arn for _ in range(count)]
        pages = pages_of(kept_client.list_pipeline_executions, "PipelineExecutionSummaries", sizes, PipelineName="churn", **query)

    expected = sorted(arns) if by_arn else arns
    assert members_of(pages, "PipelineExecutionArn") == (expected if order == "Ascending" else expected[::-1])


@pytest.mark.fidelity("PAGE-001")
@given(count=st.integers(min_value=1, max_value=9), sizes=sizes, order=st.sampled_from(ORDERS))
def test_pages_of_steps_double_and_lose_nothing(kept_client: Any, define: Define, count: int, sizes: list[int], order: str | None) -> None:
    """The same holds for steps, by the time they were started."""
    names = [f"Step{number}" for number in range(count)]
    query = {"SortOrder": order} if order else {}
    with mock_smpipeline(seed=1) as smp:
        smp.add("churn", define(*names))
        arn = smp.start("churn").arn
        pages = pages_of(kept_client.list_pipeline_execution_steps, "PipelineExecutionSteps", sizes, PipelineExecutionArn=arn, **query)

    assert members_of(pages, "StepName") == (names if order == "Ascending" else names[::-1])


@pytest.mark.fidelity("PAGE-001")
@given(count=st.integers(min_value=0, max_value=9), sizes=sizes)
def test_pages_of_parameters_double_and_lose_nothing(kept_client: Any, define: Define, count: int, sizes: list[int]) -> None:
    """The same holds for parameters, in the order of the definition."""
    names = [f"P{number}" for number in range(count)]
    declared = [{"Name": name, "Type": "String", "DefaultValue": "x"} for name in names]
    with mock_smpipeline(seed=1) as smp:
        smp.add("churn", define("Train", Parameters=declared))
        arn = smp.start("churn").arn
        pages = pages_of(kept_client.list_pipeline_parameters_for_execution, "PipelineParameters", sizes, PipelineExecutionArn=arn)

    assert members_of(pages, "Name") == names


@pytest.mark.fidelity("PAGE-002")
def test_a_page_holds_a_hundred_items_unless_asked_otherwise(
    smpipeline: SMPipelineMock, smpipeline_client: Any, definition: str, define: Define
) -> None:
    """A hundred is also the most that can be asked for."""
    declared = [{"Name": f"P{number}", "Type": "String", "DefaultValue": "x"} for number in range(200)]
    smpipeline.add("churn", define("Train", Parameters=declared))
    arn = smpipeline.start("churn").arn

    first = smpipeline_client.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn)
    second = smpipeline_client.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn, NextToken=first["NextToken"])

    assert [len(answer["PipelineParameters"]) for answer in (first, second)] == [100, 100]
    assert "NextToken" not in second


@pytest.mark.fidelity("PAGE-003")
def test_more_than_a_hundred_cannot_be_asked_for(smpipeline_client: Any, refusal: Refusal) -> None:
    """The model says so; boto3 itself refuses less than 1 only."""
    assert refusal(smpipeline_client.list_pipeline_executions, PipelineName="churn", MaxResults=101) == (
        "ValidationException",
        (
            "1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: "
            "Member must have value less than or equal to 100"
        ),
    )


def test_boto3s_paginators_follow_the_tokens(five: list[str], smpipeline_client: Any) -> None:
    """They stop where no NextToken comes."""
    paginator = smpipeline_client.get_paginator("list_pipeline_executions")

    pages = list(paginator.paginate(PipelineName="churn", PaginationConfig={"PageSize": 2}))

    listed = members_of([answer["PipelineExecutionSummaries"] for answer in pages], "PipelineExecutionArn")
    assert (len(pages), listed) == (3, five[::-1])


@pytest.mark.fidelity("PAGE-004")
def test_what_is_started_meanwhile_does_not_shift_the_pages(five: list[str], start: Start, page: Page) -> None:
    """Newest first: the newcomers would stand before the first page, which is gone."""
    first, token = page()
    start()
    second, token = page(NextToken=token)
    start()
    third, token = page(NextToken=token)

    assert (first + second + third, token) == (five[::-1], None)


@pytest.mark.fidelity("PAGE-004")
def test_what_is_started_meanwhile_comes_last_in_ascending_order(five: list[str], start: Start, page: Page) -> None:
    """Oldest first: the newcomer has its place at the end."""
    first, token = page(SortOrder="Ascending")
    sixth = start()
    second, token = page(SortOrder="Ascending", NextToken=token)
    third, token = page(SortOrder="Ascending", NextToken=token)

    assert (first + second + third, token) == ([*five, sixth], None)


def test_a_token_can_be_used_again(five: list[str], page: Page) -> None:
    """It leads to the same page each time, and the size of the page may change."""
    _, token = page()

    assert page(NextToken=token) == page(NextToken=token)
    assert page(NextToken=token, MaxResults=100)[0] == five[2::-1]


@pytest.mark.fidelity("PAGE-005")
def test_a_token_tells_a_reader_nothing(five: list[str], page: Page) -> None:
    """It is one opaque word."""
    _, token = page()

    assert token is not None
    assert token.replace("-", "").replace("_", "").rstrip("=").isalnum()
    assert not [arn for arn in five if arn in token or arn.rpartition("/")[2] in token]


@pytest.mark.fidelity("PAGE-006")
@pytest.mark.parametrize(
    "damage",
    [
        lambda _token: "",
        lambda _token: "2",
        lambda _token: "é\ud800",
        lambda _token: base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        lambda _token: base64.urlsafe_b64encode(b"0" * 16 + b"[1795348800123, 3]").decode(),
        lambda token: token[:-4],
        lambda token: f"{token}AAAA",
        lambda token: token.lower(),
        lambda token: f" {token}",
        lambda token: token.rstrip("=") + "=" * 8,
    ],
    ids=["empty", "number", "no ascii", "no text", "no seal", "cut", "longer", "lower case", "blank", "padding"],
)
def test_a_damaged_token_is_refused(
    five: list[str], page: Page, smpipeline_client: Any, refusal: Refusal, damage: Callable[[str], str]
) -> None:
    """What no answer held leads to no page."""
    _, token = page()
    assert token is not None

    refused = refusal(smpipeline_client.list_pipeline_executions, PipelineName="churn", MaxResults=2, NextToken=damage(token))

    assert refused == INVALID


@pytest.mark.fidelity("PAGE-006")
def test_a_token_with_one_other_character_is_refused(five: list[str], page: Page, smpipeline_client: Any, refusal: Refusal) -> None:
    """Wherever it stands."""
    _, token = page()
    assert token is not None

    for position, character in enumerate(token):
        damaged = token[:position] + ("A" if character != "A" else "B") + token[position + 1 :]
        assert refusal(smpipeline_client.list_pipeline_executions, PipelineName="churn", NextToken=damaged) == INVALID


@pytest.mark.fidelity("PAGE-007")
@pytest.mark.parametrize(
    "query",
    [
        {"SortOrder": "Ascending"},
        {"SortBy": "PipelineExecutionArn"},
        {"CreatedAfter": 0},
        {"PipelineName": "other"},
        {"PipelineName": "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"},
    ],
    ids=repr,
)
def test_a_token_of_another_query_is_refused(
    smpipeline: SMPipelineMock,
    five: list[str],
    page: Page,
    smpipeline_client: Any,
    refusal: Refusal,
    definition: str,
    query: dict[str, Any],
) -> None:
    """Only the size of the pages may change on the way."""
    smpipeline.add("other", definition)
    _, token = page()

    refused = refusal(smpipeline_client.list_pipeline_executions, **{"PipelineName": "churn", "NextToken": token, **query})

    assert refused == INVALID


@pytest.mark.fidelity("PAGE-007")
def test_a_token_of_another_execution_or_operation_is_refused(
    smpipeline: SMPipelineMock, start: Start, smpipeline_client: Any, refusal: Refusal, define: Define
) -> None:
    """Steps and parameters are asked for with the same members, and yet are different lists."""
    declared = [{"Name": name, "Type": "String", "DefaultValue": "x"} for name in "AB"]
    smpipeline.add("churn", define("Prep", "Train", Parameters=declared))
    first, second = start(), start()
    token = smpipeline_client.list_pipeline_execution_steps(PipelineExecutionArn=first, MaxResults=1)["NextToken"]

    for method, arn in [
        (smpipeline_client.list_pipeline_execution_steps, second),
        (smpipeline_client.list_pipeline_parameters_for_execution, first),
    ]:
        assert refusal(method, PipelineExecutionArn=arn, NextToken=token) == INVALID


@pytest.mark.fidelity("PAGE-007")
def test_a_token_of_another_region_or_account_is_refused(
    smpipeline: SMPipelineMock,
    five: list[str],
    page: Page,
    refusal: Refusal,
    raw: Callable[..., tuple[int, dict[str, Any]]],
    definition: str,
) -> None:
    """A pipeline of the same name there is another pipeline."""
    smpipeline.add("churn", definition, region="eu-west-1")
    smpipeline.add("churn", definition, account_id="999999999999")
    elsewhere: Any = boto3.client("sagemaker", region_name="eu-west-1")
    _, token = page()

    assert refusal(elsewhere.list_pipeline_executions, PipelineName="churn", NextToken=token) == INVALID
    _, payload = raw("ListPipelineExecutions", {"PipelineName": "churn", "NextToken": token}, account_id="999999999999")
    assert (payload["__type"], payload["message"]) == INVALID


@pytest.mark.fidelity("PAGE-008")
def test_a_token_outlives_what_it_points_at(
    five: list[str], page: Page, smpipeline_client: Any, definition: str, start: Start, smpipeline: SMPipelineMock
) -> None:
    """It names a place in the order of time: of a pipeline made anew, what came later than that place is not shown."""
    _, token = page()
    smpipeline_client.delete_pipeline(PipelineName="churn")
    smpipeline.add("churn", definition)
    start()

    assert page(NextToken=token) == ([], None)
