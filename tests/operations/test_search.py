"""Search for pipelines and their executions."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
import time_machine
from moto import mock_aws

from pytest_smpipeline import SMPipelineMock, fail, succeed
from pytest_smpipeline._wire import service_model

ROLE = "arn:aws:iam::123456789012:role/SageMakerRole"
PIPELINE = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/"
DAY = timedelta(days=1)

Create = Callable[..., Any]
Find = Callable[..., list[dict[str, Any]]]
Names = Callable[..., list[str]]
Raw = Callable[..., tuple[int, dict[str, Any]]]
Refusal = Callable[..., tuple[str, str]]
Start = Callable[..., str]


def filters(*given: tuple[str, ...], **members: Any) -> dict[str, Any]:
    """Return a SearchExpression of filters, each a name with an operator and a value, or without."""
    return {"Filters": [dict(zip(("Name", "Operator", "Value"), each, strict=False)) for each in given], **members}


@pytest.fixture
def find(smpipeline_client: Any) -> Find:
    """Return the function that searches for executions, or another resource, and returns its records."""

    def call(expression: dict[str, Any] | None = None, resource: str = "PipelineExecution", **members: Any) -> list[dict[str, Any]]:
        asked = members if expression is None else {"SearchExpression": expression, **members}
        return [record[resource] for record in smpipeline_client.search(Resource=resource, **asked)["Results"]]

    return call


@pytest.fixture
def names(find: Find) -> Names:
    """Return the function that searches for pipelines and returns their names, the one created first before the others."""

    def call(expression: dict[str, Any] | None = None, **members: Any) -> list[str]:
        order = {"SortBy": "CreationTime", "SortOrder": "Ascending"}
        return [record["PipelineName"] for record in find(expression, "Pipeline", **order | members)]

    return call


@pytest.fixture
def three(create: Create, noon: datetime) -> None:
    """Three pipelines, created a day after one another, with tags, descriptions and limits that differ."""
    tags = [{"Key": "team", "Value": "ml"}, {"Key": "stage", "Value": "prod"}]
    create("alpha", PipelineDescription="trains churn, daily", ParallelismConfiguration={"MaxParallelExecutionSteps": 4}, Tags=tags)
    with time_machine.travel(noon + DAY, tick=False):
        create("beta", PipelineDescription="scores churn", ParallelismConfiguration={"MaxParallelExecutionSteps": 10})
    with time_machine.travel(noon + 2 * DAY, tick=False):
        create("Gamma", Tags=[{"Key": "team", "Value": "growth"}])


@pytest.fixture
def dated(create: Create, start: Start, define: Callable[..., str]) -> dict[str, str]:
    """The ARNs of three executions by their dates; dates and models are their parameters."""
    parameters = [{"Name": "Date", "Type": "String"}, {"Name": "Model", "Type": "String", "DefaultValue": "tree"}]
    create("churn", PipelineDefinition=define("Train", Parameters=parameters))
    given = {"2026-11-20": None, "2026-11-21": "forest", "2026-11-22": "2026-11-20"}
    return {
        date: start(
            PipelineParameters=[{"Name": "Date", "Value": date}, *([{"Name": "Model", "Value": model}] if model else [])],
        )
        for date, model in given.items()
    }


@pytest.mark.fidelity("SEARCH-001")
def test_a_pipeline_is_found_as_it_is_described(create: Create, start: Start, find: Find, smpipeline_client: Any, noon: datetime) -> None:
    """With its tags, and without the members that only a description has."""
    tags = [{"Key": "team", "Value": "ml"}]
    create(PipelineDescription="daily", ParallelismConfiguration={"MaxParallelExecutionSteps": 4}, Tags=tags)
    start()

    (record,) = find(resource="Pipeline")

    described = smpipeline_client.describe_pipeline(PipelineName="churn")
    assert record["LastRunTime"] == noon
    assert record == {name: described[name] for name in record if name != "Tags"} | {"Tags": tags}
    known = service_model.current().output_shape("Search").members["Results"].element
    assert known is not None
    assert record.keys() == known.members["Pipeline"].members.keys()


@pytest.mark.fidelity("SEARCH-002")
def test_an_execution_is_found_as_it_is_described(
    smpipeline: SMPipelineMock, create: Create, start: Start, find: Find, smpipeline_client: Any, define: Callable[..., str]
) -> None:
    """With its effective parameters and the name of its version, and without the members that only a description has."""
    parameters = [{"Name": "Epochs", "Type": "Integer", "DefaultValue": 3}, {"Name": "Debug", "Type": "Boolean", "DefaultValue": True}]
    create(PipelineDefinition=define("Train", Parameters=parameters))
    smpipeline_client.update_pipeline_version(PipelineArn=f"{PIPELINE}churn", PipelineVersionId=1, PipelineVersionDisplayName="first")
    smpipeline.script("churn", Train=fail("out of memory"))
    arn = start(
        PipelineParameters=[{"Name": "Debug", "Value": "false"}],
        PipelineExecutionDescription="again",
        ParallelismConfiguration={"MaxParallelExecutionSteps": 4},
    )

    (record,) = find()

    described = smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=arn)
    known = service_model.current().output_shape("Search").members["Results"].element
    assert known is not None
    assert record["FailureReason"] == "Step failure: One or multiple steps failed."
    assert record == {name: described[name] for name in described if name in known.members["PipelineExecution"].members} | {
        "PipelineParameters": [{"Name": "Epochs", "Value": "3"}, {"Name": "Debug", "Value": "false"}],
        "PipelineVersionDisplayName": "first",
    }


@pytest.mark.fidelity("SEARCH-001", "SEARCH-002")
def test_what_is_unset_is_absent_but_for_empty_lists(create: Create, start: Start, raw: Raw) -> None:
    """Tags and parameters are lists, empty where there are none; nothing is there that the installed model does not know."""
    create()
    start()

    known = service_model.current().output_shape("Search").members["Results"].element
    (pipeline,) = raw("Search", {"Resource": "Pipeline"})[1]["Results"]
    (execution,) = raw("Search", {"Resource": "PipelineExecution"})[1]["Results"]

    assert pipeline["Pipeline"]["Tags"] == execution["PipelineExecution"]["PipelineParameters"] == []
    assert not {"PipelineDescription", "ParallelismConfiguration"} & pipeline["Pipeline"].keys()
    unset = {"FailureReason", "PipelineExecutionDescription", "ParallelismConfiguration", "PipelineVersionDisplayName"}
    assert not unset & execution["PipelineExecution"].keys()
    assert known is not None
    assert pipeline["Pipeline"].keys() < known.members["Pipeline"].members.keys()
    assert execution["PipelineExecution"].keys() < known.members["PipelineExecution"].members.keys()


@pytest.mark.fidelity("SEARCH-003")
def test_nothing_found_is_an_empty_list(smpipeline_client: Any) -> None:
    """The members Results and TotalHits are there, and no token."""
    answer = smpipeline_client.search(Resource="Pipeline")

    assert answer["Results"] == []
    assert answer["TotalHits"] == {"Value": 0, "Relation": "EqualTo"}
    assert "NextToken" not in answer


@pytest.mark.fidelity("SEARCH-003")
@pytest.mark.usefixtures("three")
def test_the_total_counts_all_pages(smpipeline_client: Any) -> None:
    """It is exact, and counts what matches."""
    matching = filters(("PipelineDescription", "Contains", "churn"))

    answer = smpipeline_client.search(Resource="Pipeline", SearchExpression=matching, MaxResults=1)

    assert len(answer["Results"]) == 1
    assert answer["TotalHits"] == {"Value": 2, "Relation": "EqualTo"}


def test_a_model_without_totals_gets_none(create: Create, raw: Raw, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the installed model does not know is not answered."""
    create()
    shape = service_model.current().output_shape("Search")
    monkeypatch.delitem(shape.members, "TotalHits")

    assert raw("Search", {"Resource": "Pipeline"})[1].keys() == {"Results"}


@pytest.mark.fidelity("SEARCH-004")
@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        (("PipelineName", "Equals", "alpha"), ["alpha"]),
        (("PipelineName", "Equals", "alp"), []),
        (("PipelineName", "NotEquals", "alpha"), ["beta", "Gamma"]),
        (("PipelineName", "Contains", "eta"), ["beta"]),
        (("PipelineName", "In", "alpha,Gamma,delta"), ["alpha", "Gamma"]),
        (("PipelineDescription", "Exists"), ["alpha", "beta"]),
        (("PipelineDescription", "NotExists"), ["Gamma"]),
        (("ParallelismConfiguration", "Exists"), ["alpha", "beta"]),
        (("ParallelismConfiguration.MaxParallelExecutionSteps", "Equals", "4"), ["alpha"]),
        (("ParallelismConfiguration.MaxParallelExecutionSteps", "Equals", "4.0"), ["alpha"]),
        (("ParallelismConfiguration.MaxParallelExecutionSteps", "GreaterThan", "4"), ["beta"]),
        (("ParallelismConfiguration.MaxParallelExecutionSteps", "GreaterThanOrEqualTo", "4"), ["alpha", "beta"]),
        (("ParallelismConfiguration.MaxParallelExecutionSteps", "LessThan", "9.5"), ["alpha"]),
        (("ParallelismConfiguration.MaxParallelExecutionSteps", "LessThan", "10"), ["alpha"]),
        (("ParallelismConfiguration.MaxParallelExecutionSteps", "LessThanOrEqualTo", "10"), ["alpha", "beta"]),
        (("CreatedBy.IamIdentity.PrincipalId", "Contains", "123456789012"), ["alpha", "beta", "Gamma"]),
        (("Tags", "Exists"), ["alpha", "Gamma"]),
    ],
)
@pytest.mark.usefixtures("three")
def test_each_operator_compares_as_it_says(names: Names, filter_: tuple[str, ...], found: list[str]) -> None:
    """Numbers are compared as numbers; members of members have dots in their names."""
    assert names(filters(filter_)) == found


@pytest.mark.fidelity("SEARCH-005")
@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        (("Tags.team", "Equals", "ml"), ["alpha"]),
        (("Tags.team", "Exists"), ["alpha", "Gamma"]),
        (("Tags.team", "In", "growth,ml"), ["alpha", "Gamma"]),
        (("Tags.Team", "Exists"), []),
        (("Tags.stage", "NotExists"), ["beta", "Gamma"]),
    ],
)
@pytest.mark.usefixtures("three")
def test_a_tag_is_a_property_by_its_key(names: Names, filter_: tuple[str, ...], found: list[str]) -> None:
    """In the form Tags.<key>."""
    assert names(filters(filter_)) == found


@pytest.mark.fidelity("SEARCH-005")
def test_the_key_of_a_tag_may_have_dots(create: Create, names: Names) -> None:
    """All after the first one is the key."""
    create(Tags=[{"Key": "ml.team", "Value": "growth"}])

    assert names(filters(("Tags.ml.team", "Equals", "growth"))) == ["churn"]


@pytest.mark.fidelity("SEARCH-006")
@pytest.mark.usefixtures("three")
def test_a_value_without_an_operator_must_be_equal(names: Names) -> None:
    """Equals is the default."""
    assert names({"Filters": [{"Name": "PipelineName", "Value": "beta"}]}) == ["beta"]
    assert names({"Filters": [{"Name": "PipelineName", "Value": "bet"}]}) == []


@pytest.mark.fidelity("SEARCH-007")
@pytest.mark.usefixtures("three")
def test_a_name_alone_must_be_there(names: Names) -> None:
    """A filter without operator and value asks whether the property exists."""
    assert names(filters(("PipelineDescription",))) == ["alpha", "beta"]


@pytest.mark.fidelity("SEARCH-008")
@pytest.mark.parametrize(
    "filter_", [("PipelineName", "Equals", "gamma"), ("PipelineName", "Contains", "GAM"), ("PipelineName", "In", "gamma")]
)
@pytest.mark.usefixtures("three")
def test_texts_are_compared_in_their_case(names: Names, filter_: tuple[str, ...]) -> None:
    """A search in another case finds nothing."""
    assert names(filters(filter_)) == []


@pytest.mark.fidelity("SEARCH-009")
@pytest.mark.usefixtures("three")
def test_spaces_in_a_list_of_texts_count(names: Names) -> None:
    """The commas alone divide it."""
    assert names(filters(("PipelineName", "In", "alpha, beta"))) == ["alpha"]


@pytest.mark.fidelity("SEARCH-010")
@pytest.mark.usefixtures("three")
def test_what_is_absent_is_equal_to_nothing(names: Names) -> None:
    """NotEquals holds for whatever Equals does not find; orders hold for nothing."""
    steps = "ParallelismConfiguration.MaxParallelExecutionSteps"

    assert names(filters(("PipelineDescription", "NotEquals", "scores churn"))) == ["alpha", "Gamma"]
    assert names(filters((steps, "NotEquals", "4"))) == ["beta", "Gamma"]
    assert names(filters((steps, "LessThan", "99"))) == ["alpha", "beta"]


@pytest.mark.fidelity("SEARCH-011")
@pytest.mark.parametrize(
    ("operator", "value", "found"),
    [
        ("GreaterThan", "2026-11-23T00:00:00", ["beta", "Gamma"]),
        ("GreaterThan", "2026-11-23T00:00:00Z", ["beta", "Gamma"]),
        ("GreaterThan", "2026-11-23T12:00:00", ["beta", "Gamma"]),
        ("GreaterThan", "2026-11-23T12:00:00.123Z", ["Gamma"]),
        ("GreaterThanOrEqualTo", "2026-11-23T12:00:00.123000Z", ["beta", "Gamma"]),
        ("LessThan", "2026-11-23T12:00:00.123001", ["alpha", "beta"]),
        ("LessThanOrEqualTo", "2026-11-22T12:00:00.123", ["alpha"]),
        ("Equals", "2026-11-22T12:00:00.123", ["alpha"]),
        ("Equals", "2026-11-22T12:00:00", []),
        ("NotEquals", "2026-11-22T12:00:00.123", ["beta", "Gamma"]),
    ],
)
@pytest.mark.usefixtures("three")
def test_times_are_compared_in_utc(names: Names, operator: str, value: str, found: list[str]) -> None:
    """To the millisecond; the fraction and the Z may be left out."""
    assert names(filters(("CreationTime", operator, value))) == found


@pytest.mark.fidelity("SEARCH-012")
@pytest.mark.parametrize(
    "value",
    [
        "2026-11-22",
        "2026-11-22 12:00:00",
        "2026-11-22T12:00:00+00:00",
        "1795348800",
        "2026-13-22T12:00:00",
        "yesterday",
        "٢٠٢٦-11-22T12:00:00",
    ],
)
def test_a_time_in_another_form_is_refused(smpipeline_client: Any, refusal: Refusal, value: str) -> None:
    """Nothing says that the service takes epochs or offsets."""
    asked = filters(("CreationTime", "GreaterThan", value))

    code, message = refusal(smpipeline_client.search, Resource="Pipeline", SearchExpression=asked)

    assert code == "ValidationException"
    assert message.startswith(f"The Value '{value}' does not fit 'CreationTime', a timestamp property: ")
    assert message.endswith("it takes an ISO 8601 time in UTC such as 2026-11-22T12:00:00.")


@pytest.mark.fidelity("SEARCH-013")
@pytest.mark.parametrize("value", ["four", "4.", "1e1", "0x4", " 4", "NaN", "٤"])
def test_a_number_is_an_integer_or_a_decimal(smpipeline_client: Any, refusal: Refusal, value: str) -> None:
    """Everything else is refused."""
    asked = filters(("PipelineVersionId", "Equals", value))

    assert refusal(smpipeline_client.search, Resource="PipelineExecution", SearchExpression=asked) == (
        "ValidationException",
        f"The Value '{value}' does not fit 'PipelineVersionId', a numeric property: it takes an integer or a decimal such as 4 or 0.5.",
    )


@pytest.mark.fidelity("SEARCH-014")
@pytest.mark.parametrize(
    ("name", "operator", "message"),
    [
        ("PipelineName", "GreaterThan", "a text property; it is for numeric, timestamp properties."),
        ("PipelineName", "LessThanOrEqualTo", "a text property; it is for numeric, timestamp properties."),
        ("CreationTime", "Contains", "a timestamp property; it is for text properties."),
        ("ParallelismConfiguration.MaxParallelExecutionSteps", "In", "a numeric property; it is for text properties."),
        ("ParallelismConfiguration", "Equals", "a compound property; it is for text, numeric, timestamp properties."),
        ("Tags", "Contains", "a compound property; it is for text properties."),
    ],
)
def test_an_operator_that_does_not_fit_the_property_is_refused(
    smpipeline_client: Any, refusal: Refusal, name: str, operator: str, message: str
) -> None:
    """Texts have no order, and only texts contain others."""
    code, words = refusal(smpipeline_client.search, Resource="Pipeline", SearchExpression=filters((name, operator, "4")))

    assert code == "ValidationException"
    assert words == f"The operator {operator} can't be used on '{name}', {message}"


@pytest.mark.fidelity("SEARCH-015")
@pytest.mark.parametrize(
    ("filter_", "message"),
    [
        (("PipelineName", "Equals"), "The filter on 'PipelineName' needs a Value for the operator Equals."),
        (("PipelineName", "Exists", "x"), "The filter on 'PipelineName' has a Value, which the operator Exists does not take."),
        (("PipelineName", "NotExists", "x"), "The filter on 'PipelineName' has a Value, which the operator NotExists does not take."),
    ],
)
def test_a_filter_has_a_value_when_its_operator_needs_one(
    smpipeline_client: Any, refusal: Refusal, filter_: tuple[str, ...], message: str
) -> None:
    """And otherwise none."""
    assert refusal(smpipeline_client.search, Resource="Pipeline", SearchExpression=filters(filter_)) == ("ValidationException", message)


@pytest.mark.fidelity("SEARCH-016")
@pytest.mark.parametrize(
    ("resource", "name", "hint"),
    [
        ("Pipeline", "PipelineNam", " Did you mean 'PipelineName'?"),
        ("Pipeline", "pipelinename", " Did you mean 'PipelineName'?"),
        ("Pipeline", "ParallelismConfiguration.MaxParallelSteps", " Did you mean 'ParallelismConfiguration.MaxParallelExecutionSteps'?"),
        ("Pipeline", "PipelineName.First", " Did you mean 'PipelineName'?"),
        ("Pipeline", "Tags.", " Did you mean 'Tags.<key>'?"),
        ("Pipeline", "Colour", ""),
        ("PipelineExecution", "Status", ""),
        ("PipelineExecution", "PipelineExecutionState", " Did you mean 'PipelineExecutionStatus'?"),
        ("PipelineExecution", "PipelineParameters.Date", " Did you mean 'PipelineParameters.Name'?"),
        ("PipelineExecution", "Tags.team", ""),
    ],
)
def test_an_unknown_property_is_refused_with_the_closest_name(
    smpipeline_client: Any, refusal: Refusal, resource: str, name: str, hint: str
) -> None:
    """In a filter and as the order, also when there is nothing to search."""
    expected = (
        "ValidationException",
        f"Unknown property '{name}' of {resource}.{hint} Properties are the members of SearchRecord.{resource}.",
    )

    assert refusal(smpipeline_client.search, Resource=resource, SearchExpression=filters((name, "Exists"))) == expected
    assert refusal(smpipeline_client.search, Resource=resource, SortBy=name) == expected


@pytest.mark.fidelity("SEARCH-017")
@pytest.mark.parametrize(
    ("operator", "found"), [({}, ["alpha"]), ({"Operator": "And"}, ["alpha"]), ({"Operator": "Or"}, ["alpha", "beta", "Gamma"])]
)
@pytest.mark.usefixtures("three")
def test_all_filters_must_hold_unless_one_is_enough(names: Names, operator: dict[str, str], found: list[str]) -> None:
    """And is the default."""
    assert names(filters(("PipelineDescription", "Exists"), ("Tags.team", "Exists"), **operator)) == found


@pytest.mark.fidelity("SEARCH-018")
@pytest.mark.usefixtures("three")
def test_expressions_nest(names: Names) -> None:
    """Each has an operator of its own."""
    inner = [
        filters(("PipelineName", "Equals", "alpha"), ("PipelineName", "Equals", "Gamma"), Operator="Or"),
        {"SubExpressions": [filters(("Tags.team", "Equals", "growth"))]},
    ]

    assert names({"SubExpressions": inner}) == ["Gamma"]
    assert names(filters(("PipelineName", "Equals", "beta"), SubExpressions=inner, Operator="Or")) == ["alpha", "beta", "Gamma"]


@pytest.mark.fidelity("SEARCH-019")
def test_nested_filters_hold_for_one_element_of_a_list(find: Find, dated: dict[str, str]) -> None:
    """All of them for the same one."""

    def found(name: str, value: str) -> list[str]:
        inner = filters(("PipelineParameters.Name", "Equals", name), ("PipelineParameters.Value", "Equals", value))["Filters"]
        expression = {"NestedFilters": [{"NestedPropertyName": "PipelineParameters", "Filters": inner}]}
        return [record["PipelineExecutionArn"] for record in find(expression)]

    assert found("Date", "2026-11-20") == [dated["2026-11-20"]]
    assert found("Model", "2026-11-20") == [dated["2026-11-22"]]
    assert found("Model", "tree") == [dated["2026-11-20"]]
    assert found("Date", "tree") == []


@pytest.mark.fidelity("SEARCH-020")
def test_a_filter_through_a_list_holds_for_any_element(find: Find, dated: dict[str, str]) -> None:
    """So two of them may hold for different ones."""
    value = filters(("PipelineParameters.Value", "Equals", "2026-11-20"), ("PipelineParameters.Name", "Equals", "Date"))

    found = {record["PipelineExecutionArn"] for record in find(value)}

    assert found == {dated["2026-11-20"], dated["2026-11-22"]}


@pytest.mark.fidelity("SEARCH-021")
@pytest.mark.parametrize(
    ("resource", "name", "lists"),
    [
        ("PipelineExecution", "PipelineArn", "SelectiveExecutionConfig.SelectedSteps, PipelineParameters"),
        ("PipelineExecution", "ParallelismConfiguration", "SelectiveExecutionConfig.SelectedSteps, PipelineParameters"),
        ("Pipeline", "Tags", "none"),
        ("Pipeline", "Tags.team", "none"),
    ],
)
def test_nested_filters_need_a_list(smpipeline_client: Any, refusal: Refusal, resource: str, name: str, lists: str) -> None:
    """Tags are filtered by their keys."""
    nested = {"NestedPropertyName": name, "Filters": [{"Name": f"{name}.Name", "Value": "x"}]}

    assert refusal(smpipeline_client.search, Resource=resource, SearchExpression={"NestedFilters": [nested]}) == (
        "ValidationException",
        f"'{name}' can't be a NestedPropertyName: it is no list of {resource}. Lists: {lists}.",
    )


@pytest.mark.fidelity("SEARCH-021")
@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Name", " Names in these NestedFilters begin with 'PipelineParameters.'."),
        ("PipelineArn", " Names in these NestedFilters begin with 'PipelineParameters.'."),
        ("PipelineParameters.Nam", " Did you mean 'PipelineParameters.Name'?"),
    ],
)
def test_names_in_nested_filters_begin_with_the_list(smpipeline_client: Any, refusal: Refusal, name: str, hint: str) -> None:
    """As in the documentation's example."""
    nested = {"NestedPropertyName": "PipelineParameters", "Filters": [{"Name": name, "Value": "x"}]}

    assert refusal(smpipeline_client.search, Resource="PipelineExecution", SearchExpression={"NestedFilters": [nested]}) == (
        "ValidationException",
        f"Unknown property '{name}' of PipelineExecution.{hint} Properties are the members of SearchRecord.PipelineExecution.",
    )


@pytest.mark.fidelity("SEARCH-022")
@pytest.mark.parametrize("expression", [{}, {"Operator": "Or"}, {"SubExpressions": [{}]}])
def test_an_empty_expression_is_refused(smpipeline_client: Any, refusal: Refusal, expression: dict[str, Any]) -> None:
    """At any depth; no expression at all finds everything."""
    assert refusal(smpipeline_client.search, Resource="Pipeline", SearchExpression=expression) == (
        "ValidationException",
        "A SearchExpression must have at least one subexpression, filter, or nested filter.",
    )


@pytest.mark.fidelity("SEARCH-023")
def test_an_expression_has_up_to_twenty_elements(smpipeline_client: Any, refusal: Refusal) -> None:
    """Of all three kinds together."""
    one = ("PipelineName", "Exists")
    fits = filters(*[one] * 19, SubExpressions=[filters(one)])
    exceeds = filters(*[one] * 20, SubExpressions=[filters(one)])

    assert smpipeline_client.search(Resource="Pipeline", SearchExpression=fits)["Results"] == []
    assert refusal(smpipeline_client.search, Resource="Pipeline", SearchExpression=exceeds) == (
        "ValidationException",
        "A SearchExpression can have up to 20 elements; one has 21.",
    )


@pytest.mark.fidelity("SEARCH-024")
def test_an_expression_has_up_to_fifty_elements_in_all(smpipeline_client: Any, refusal: Refusal) -> None:
    """Those of subexpressions and nested filters count as well."""
    one = ("PipelineArn", "Exists")
    nested = {"NestedPropertyName": "PipelineParameters", "Filters": filters(("PipelineParameters.Name", "Exists"))["Filters"]}
    fits = filters(one, one, SubExpressions=[filters(*[one] * 20), filters(*[one] * 20)], NestedFilters=[nested] * 3)
    exceeds = fits | filters(one, one, one)

    assert smpipeline_client.search(Resource="PipelineExecution", SearchExpression=fits)["Results"] == []
    assert refusal(smpipeline_client.search, Resource="PipelineExecution", SearchExpression=exceeds) == (
        "ValidationException",
        "A SearchExpression can have up to 50 filters, nested filters and subexpressions in all; it has 51.",
    )


@pytest.mark.fidelity("SEARCH-025")
def test_contains_can_be_used_once(smpipeline_client: Any, refusal: Refusal) -> None:
    """In the whole expression, in the documentation's words."""
    contains = filters(("PipelineName", "Contains", "a"), SubExpressions=[filters(("PipelineDescription", "Contains", "b"))])

    assert refusal(smpipeline_client.search, Resource="Pipeline", SearchExpression=contains) == (
        "ValidationException",
        "'CONTAINS' operator usage limit of 1 exceeded.",
    )


@pytest.mark.fidelity("SEARCH-026")
@pytest.mark.usefixtures("three")
def test_what_was_modified_last_comes_first(find: Find, smpipeline_client: Any, noon: datetime) -> None:
    """Unless another order is asked for."""
    with time_machine.travel(noon + 3 * DAY, tick=False):
        smpipeline_client.update_pipeline(PipelineName="alpha", PipelineDescription="new")

    assert [record["PipelineName"] for record in find(resource="Pipeline")] == ["alpha", "Gamma", "beta"]
    assert [record["PipelineName"] for record in find(resource="Pipeline", SortOrder="Ascending")] == ["beta", "Gamma", "alpha"]


@pytest.mark.fidelity("SEARCH-027")
@pytest.mark.parametrize(
    ("property_", "ascending"),
    [
        ("PipelineName", ["Gamma", "alpha", "beta"]),
        ("ParallelismConfiguration.MaxParallelExecutionSteps", ["Gamma", "alpha", "beta"]),
        ("PipelineDescription", ["Gamma", "beta", "alpha"]),
        ("CreationTime", ["alpha", "beta", "Gamma"]),
        ("PipelineStatus", ["alpha", "beta", "Gamma"]),
        ("Tags.team", ["beta", "Gamma", "alpha"]),
    ],
)
@pytest.mark.usefixtures("three")
def test_any_property_with_one_value_sorts(names: Names, property_: str, ascending: list[str]) -> None:
    """Numbers as numbers, texts by code points, what lacks it before all else, and equals by their creation."""
    assert names(SortBy=property_) == ascending
    assert names(SortBy=property_, SortOrder="Descending") == ascending[::-1]


@pytest.mark.fidelity("SEARCH-028")
@pytest.mark.parametrize("property_", ["PipelineParameters", "PipelineParameters.Value", "CreatedBy"])
def test_a_property_with_several_values_does_not_sort(smpipeline_client: Any, refusal: Refusal, property_: str) -> None:
    """Nor does a structure."""
    assert refusal(smpipeline_client.search, Resource="PipelineExecution", SortBy=property_) == (
        "ValidationException",
        f"SortBy can't be '{property_}': results are sorted by a property with one value that is text, numeric or timestamp.",
    )


@pytest.mark.fidelity("SEARCH-029")
def test_a_page_holds_ten_unless_asked_otherwise(smpipeline: SMPipelineMock, definition: str, smpipeline_client: Any) -> None:
    """And a hundred at most."""
    for number in range(12):
        smpipeline.add(f"p{number}", definition)

    assert len(smpipeline_client.search(Resource="Pipeline")["Results"]) == 10
    assert len(smpipeline_client.search(Resource="Pipeline", MaxResults=100)["Results"]) == 12


@pytest.mark.smpipeline(progress="manual")
@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize("size", [1, 3, 4, 10])
@pytest.mark.parametrize("order", ["Ascending", "Descending"])
def test_pages_together_are_what_is_found(
    smpipeline: SMPipelineMock, definition: str, smpipeline_client: Any, size: int, order: str
) -> None:
    """Nothing doubled, nothing lost, although all were started at one instant; through botocore's paginator."""
    for name in "ab":
        smpipeline.add(name, definition)
    arns = [smpipeline.start(name).arn for name in "abbaab"]
    matching = filters(("PipelineExecutionStatus", "Equals", "Executing"))

    pages = smpipeline_client.get_paginator("search").paginate(
        Resource="PipelineExecution", SearchExpression=matching, SortOrder=order, PaginationConfig={"PageSize": size}
    )
    found = [record["PipelineExecution"]["PipelineExecutionArn"] for page in pages for record in page["Results"]]

    by_pipeline = sorted(arns, key=lambda arn: arn.partition("/execution/")[0])
    assert found == (by_pipeline if order == "Ascending" else by_pipeline[::-1])


@pytest.mark.usefixtures("three")
def test_a_token_of_another_search_is_refused(smpipeline_client: Any, refusal: Refusal) -> None:
    """Resource, expression and order belong to the query; MaxResults may change."""
    asked = {"Resource": "Pipeline", "SearchExpression": filters(("PipelineName", "Exists")), "SortOrder": "Ascending"}
    token = smpipeline_client.search(**asked, MaxResults=1)["NextToken"]

    assert [record["Pipeline"]["PipelineName"] for record in smpipeline_client.search(**asked, NextToken=token)["Results"]] == [
        "beta",
        "Gamma",
    ]
    others: list[dict[str, Any]] = [
        {"Resource": "PipelineExecution", "SearchExpression": filters(("PipelineArn", "Exists"))},
        {"SearchExpression": filters(("PipelineName", "Contains", "a"))},
        {"SortOrder": "Descending"},
        {"NextToken": "x"},
    ]
    for other in others:
        code, message = refusal(smpipeline_client.search, **{**asked, "NextToken": token, **other})
        assert code == "ValidationException"
        assert message.startswith("Invalid NextToken: ")


@pytest.mark.fidelity("SEARCH-030")
@pytest.mark.usefixtures("three")
def test_only_what_others_have_made_discoverable_is_found_across_accounts(smpipeline_client: Any) -> None:
    """Which is nothing here."""

    def count(option: str) -> int:
        return len(smpipeline_client.search(Resource="Pipeline", CrossAccountFilterOption=option)["Results"])

    assert count("SameAccount") == 3
    assert count("CrossAccount") == 0


@pytest.mark.fidelity("SEARCH-031")
@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ([("Tags.team", "ml")], ["alpha", "beta"]),
        ([("Tags.team", "growth")], ["beta", "Gamma"]),
        ([("Tags.team", "ml"), ("Tags.stage", "test")], ["beta"]),
        ([("Tags.colour", "")], ["alpha", "beta", "Gamma"]),
    ],
)
@pytest.mark.usefixtures("three")
def test_a_visibility_condition_hides_tags_of_another_value(names: Names, conditions: list[tuple[str, str]], found: list[str]) -> None:
    """What lacks the tag is seen."""
    assert names(VisibilityConditions=[{"Key": key, "Value": value} for key, value in conditions]) == found


@pytest.mark.fidelity("SEARCH-031")
def test_executions_have_no_tags_that_could_hide_them(find: Find, dated: dict[str, str]) -> None:
    """Those of their pipeline are not theirs."""
    assert len(find(VisibilityConditions=[{"Key": "Tags.team", "Value": "ml"}])) == 3


@pytest.mark.fidelity("SEARCH-032")
@pytest.mark.parametrize("given", [{"Key": "team", "Value": "ml"}, {"Key": "Tags.", "Value": "ml"}, {"Value": "ml"}, {"Key": "Tags.team"}])
def test_a_visibility_condition_is_about_the_value_of_a_tag(smpipeline_client: Any, refusal: Refusal, given: dict[str, str]) -> None:
    """In the form Tags.<key>."""
    assert refusal(smpipeline_client.search, Resource="Pipeline", VisibilityConditions=[given]) == (
        "ValidationException",
        "Each of VisibilityConditions needs a Key in the form Tags.<key>, and a Value.",
    )


@pytest.mark.fidelity("SEARCH-033")
def test_only_the_callers_account_and_region_are_searched(create: Create, start: Start, raw: Raw) -> None:
    """Others find nothing."""
    create()
    start()

    def found(resource: str, **place: str) -> int:
        return len(raw("Search", {"Resource": resource}, **place)[1]["Results"])

    for resource in ("Pipeline", "PipelineExecution"):
        assert found(resource) == 1
        assert found(resource, region="eu-west-1") == 0
        assert found(resource, account_id="999999999999") == 0


@pytest.mark.fidelity("SEARCH-034")
def test_what_was_deleted_is_not_found(create: Create, start: Start, find: Find, smpipeline_client: Any) -> None:
    """Changes are seen at once."""
    create()
    start()
    smpipeline_client.delete_pipeline(PipelineName="churn")

    assert find() == find(resource="Pipeline") == []


@pytest.mark.fidelity("SEARCH-035")
@pytest.mark.smpipeline(progress="poll")
def test_a_poller_finds_an_execution_running_and_ended(create: Create, start: Start, find: Find, smpipeline: SMPipelineMock) -> None:
    """A search moves time as a list does, and shows what is then."""
    create()
    arn = start()

    seen: list[str] = []
    while not seen or seen[-1] == "Executing":
        (record,) = find(filters(("PipelineExecutionArn", "Equals", arn)))
        seen.append(record["PipelineExecutionStatus"])
        assert seen[-1] == smpipeline.executions.last.status

    assert seen == ["Executing", "Succeeded"]


@pytest.mark.fidelity("SEARCH-035")
@pytest.mark.smpipeline(progress="poll")
def test_a_poller_waits_until_enough_match(smpipeline: SMPipelineMock, create: Create, start: Start, find: Find) -> None:
    """With nothing in motion on the page, the search moves what it went through."""
    for name, duration in {"short": 60, "long": 300}.items():
        create(name)
        smpipeline.script(name, Train=succeed(duration=duration))
        start(name)
    ended = filters(("PipelineExecutionStatus", "Equals", "Succeeded"))

    counts: list[int] = []
    while len(counts) < 20 and counts[-1:] != [2]:
        counts.append(len(find(ended)))

    assert set(counts) == {0, 1, 2}


@pytest.mark.fidelity("SEARCH-035")
@pytest.mark.smpipeline(progress="poll")
def test_what_is_found_matches_when_it_is_answered(create: Create, start: Start, find: Find, smpipeline: SMPipelineMock) -> None:
    """The look may end what was running; it is then no longer found."""
    create()
    start()
    running = filters(("PipelineExecutionStatus", "Equals", "Executing"))

    assert len(find(running)) == 1
    assert smpipeline.executions.last.status == "Executing"
    assert find(running) == []
    assert smpipeline.executions.last.status == "Succeeded"


@pytest.mark.fidelity("SEARCH-035")
@pytest.mark.smpipeline(progress="poll")
def test_only_the_executions_on_the_page_are_looked_at(smpipeline: SMPipelineMock, create: Create, start: Start, find: Find) -> None:
    """A change of another one that is due earlier is passed by."""
    create()
    create("other")
    smpipeline.script("churn", Train=succeed(duration=300))
    smpipeline.script("other", Train=succeed(duration=60))
    arn = start()
    start("other")
    only = filters(("PipelineExecutionArn", "Equals", arn))

    find(only)
    before = smpipeline.now
    find(only)

    assert smpipeline.now - before > timedelta(seconds=200)


@pytest.mark.smpipeline(progress="poll")
def test_a_search_for_pipelines_does_not_move_time(create: Create, start: Start, find: Find, smpipeline: SMPipelineMock) -> None:
    """It looks at no execution."""
    create()
    start()

    before = smpipeline.now
    find(resource="Pipeline")

    assert smpipeline.now - before < timedelta(seconds=1)


@pytest.mark.parametrize("wire", [pytest.param(wire, marks=pytest.mark.smpipeline(wire=wire)) for wire in ("express", "full")])
def test_other_resources_are_motos(create: Create, find: Find, smpipeline_client: Any, wire: str) -> None:
    """In one test, by one client, on both roads, and inside a user's mock_aws."""
    create()
    smpipeline_client.create_experiment(ExperimentName="churn-experiment")
    with mock_aws():
        inner = boto3.client("sagemaker", region_name="us-east-1")
        assert [record["Pipeline"]["PipelineName"] for record in inner.search(Resource="Pipeline")["Results"]] == ["churn"]

    assert [record["ExperimentName"] for record in find(resource="Experiment")] == ["churn-experiment"]
    assert [record["PipelineName"] for record in find(resource="Pipeline")] == ["churn"]


@pytest.mark.parametrize(
    ("body", "ours"),
    [
        ({"Resource": "Pipeline"}, True),
        ({"Resource": "PipelineExecution", "MaxResults": "many"}, True),
        ({"Resource": "PipelineVersion"}, False),
        ({"Resource": "pipeline"}, False),
        ({"Resource": ["Pipeline"]}, False),
        ({}, False),
    ],
)
def test_a_search_is_ours_by_its_resource(smpipeline: SMPipelineMock, body: dict[str, Any], *, ours: bool) -> None:
    """Whatever else is wrong with it."""
    assert smpipeline._service.handles("Search", json.dumps(body)) is ours


def test_a_search_that_comes_to_us_for_another_resource_is_told_so(raw: Raw) -> None:
    """Doors ask first whether a search is ours."""
    assert raw("Search", {"Resource": "TrainingJob"}) == (
        501,
        {
            "__type": "NotImplemented",
            "message": "pytest-smpipeline searches for Pipeline and PipelineExecution; Search for TrainingJob belongs to moto.",
        },
    )


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"MaxResults": 101}, "Member must have value less than or equal to 100"),
        ({"SortOrder": "Up"}, "Member must satisfy enum value set: [Ascending, Descending]"),
        ({"SearchExpression": {"Filters": []}}, "Member must have length greater than or equal to 1"),
        ({"SearchExpression": filters(*[("PipelineName", "Exists")] * 21)}, "Member must have length less than or equal to 20"),
    ],
)
def test_what_the_model_forbids_is_refused(raw: Raw, members: dict[str, Any], message: str) -> None:
    """As in every operation."""
    status, payload = raw("Search", {"Resource": "Pipeline", **members})

    assert (status, payload["__type"]) == (400, "ValidationException")
    assert message in payload["message"]
