"""Endpoints are what they are without us, and what they depend on is found once."""

import logging
from collections.abc import Callable
from typing import Any
from unittest.mock import Mock

import pytest
from botocore import regions
from botocore.config import Config
from botocore.context import get_context, start_as_current_context
from botocore.endpoint_provider import RuleSetEndpoint

from pytest_smpipeline._doors.entrance import Doors

CONSTRUCT, FIND = "construct_endpoint", "_get_provider_params"
Resolver: Any = regions.EndpointRulesetResolver


def endpoint(client: Any, operation: str = "ListPipelines", **given: object) -> tuple[str, set[str]]:
    """Where a client would send a request, and the features of botocore that it would name."""
    with start_as_current_context():
        model = client.meta.service_model.operation_model(operation)
        url: str = client._resolve_endpoint_ruleset(model, given, {})[0]
        context: Any = get_context()
        return url, set(context.features)


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations for which botocore really looks, beneath whatever opens later."""
    operations: list[str] = []
    find = vars(Resolver)[FIND]

    def counted(resolver: Any, operation_model: Any, call_args: object, request_context: object) -> object:
        operations.append(operation_model.name)
        return find(resolver, operation_model, call_args, request_context)

    monkeypatch.setattr(Resolver, FIND, counted)
    return operations


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"endpoint_url": "https://sagemaker.example.com/there"},
        {"use_ssl": False},
        {"config": Config(use_fips_endpoint=True)},
        {"config": Config(use_dualstack_endpoint=True)},
        {"config": Config(account_id_endpoint_mode="disabled")},
    ],
    ids=["plain", "own", "http", "fips", "dualstack", "account"],
)
def test_the_endpoint_is_what_it_is_without_us(service: Any, early: Callable[..., Any], options: dict[str, Any]) -> None:
    """With all options of a client that it depends on, at the first call and at the next ones."""
    client = early(**options)
    without = endpoint(client)
    doors = Doors(service)
    doors.open()
    inside = [endpoint(client) for _ in range(2)]
    doors.close()
    assert inside == [without, without]


def test_what_an_endpoint_depends_on_is_found_once(early: Callable[..., Any], list_often: Callable[..., None], found: list[str]) -> None:
    """For each client and operation, and for the next activation too; afterwards all is as it was."""
    before = vars(Resolver)[CONSTRUCT]

    list_often(early(), early())

    assert found == ["ListPipelines", "ListPipelines"]
    assert vars(Resolver)[CONSTRUCT] is before


def test_handlers_of_the_endpoint_are_asked_at_every_call(early: Callable[..., Any], found: list[str], doors: Doors) -> None:
    """Each once, and what they change counts from that call on."""
    client, regions_given = early(), ["eu-west-1", "eu-west-1", "eu-central-1"]

    def choose(builtins: dict[str, object], **_: object) -> None:
        builtins["AWS::Region"] = regions_given.pop(0)

    client.meta.events.register("before-endpoint-resolution.sagemaker", choose)
    urls = [endpoint(client)[0] for _ in range(3)]

    assert urls == [f"https://api.sagemaker.{region}.amazonaws.com" for region in ("eu-west-1", "eu-west-1", "eu-central-1")]
    assert regions_given == []
    assert found == ["ListPipelines", "ListPipelines"]


def test_what_changes_in_a_client_counts(early: Callable[..., Any], doors: Doors) -> None:
    """Nothing that was found before is used then: neither by the region, nor by the scheme, nor by the rules."""
    client = early()
    assert endpoint(client)[0] == "https://api.sagemaker.us-east-1.amazonaws.com"
    client._ruleset_resolver._builtins["AWS::Region"] = "us-west-2"
    assert endpoint(client)[0] == "https://api.sagemaker.us-west-2.amazonaws.com"
    client._ruleset_resolver._use_ssl = False
    assert endpoint(client)[0] == "http://api.sagemaker.us-west-2.amazonaws.com"
    client._ruleset_resolver._provider = Mock(**{"resolve_endpoint.return_value": RuleSetEndpoint("https://elsewhere", {}, {})})
    assert endpoint(client)[0] == "http://elsewhere"


def test_whoever_is_given_an_endpoint_may_change_its_headers(early: Callable[..., Any], doors: Doors) -> None:
    """They are one's own, the first time and later."""
    client = early()
    model = client.meta.service_model.operation_model("ListPipelines")
    client._ruleset_resolver._provider = Mock(**{"resolve_endpoint.return_value": RuleSetEndpoint("https://there", {}, {"A": ["a"]})})
    for _ in range(3):
        headers = client._resolve_endpoint_ruleset(model, {}, {})[1]
        assert headers == {"A": "a"}
        headers["B"] = "b"


def test_botocores_log_of_endpoints_is_written_where_it_is_wanted(
    early: Callable[..., Any], doors: Doors, found: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """At DEBUG the resolver tells what it finds, so then it looks."""
    client = early()
    endpoint(client)
    with caplog.at_level(logging.DEBUG, logger="botocore.regions"):
        endpoint(client)
    assert "Endpoint provider result: https://api.sagemaker.us-east-1.amazonaws.com" in caplog.messages
    assert found == ["ListPipelines", "ListPipelines"]


def test_an_endpoint_that_depends_on_the_request_is_found_anew(early: Callable[..., Any], found: list[str], doors: Doors) -> None:
    """As S3's does, which has the bucket in it."""
    client = early("s3")
    urls = [endpoint(client, "HeadBucket", Bucket=bucket)[0] for bucket in ("one", "two")]
    assert [url.removeprefix("https://").partition(".")[0] for url in urls] == ["one", "two"]
    assert found == ["HeadBucket", "HeadBucket"]


def test_the_account_in_an_endpoint_is_worked_out_anew(early: Callable[..., Any], found: list[str], doors: Doors) -> None:
    """DynamoDB's has the account of the credentials in it, which may change; a feature tells that it is used."""
    client = early("dynamodb", aws_access_key_id="AKIA", aws_secret_access_key="secret", aws_account_id="123456789012")
    given = [endpoint(client, "ListTables") for _ in range(2)]
    assert given[0] == given[1]
    assert "123456789012" in given[0][0]
    assert found == ["ListTables", "ListTables"]


def test_a_resolver_that_tells_less_is_asked_at_every_call(early: Callable[..., Any], found: list[str], doors: Doors) -> None:
    """It may keep what it depends on elsewhere, and then nothing is known of it."""
    client = early()
    del client._ruleset_resolver._client_context
    assert endpoint(client) == endpoint(client)
    assert found == ["ListPipelines", "ListPipelines"]


@pytest.mark.parametrize("part", ["construct_endpoint", "_get_customized_builtins", "_register_endpoint_feature_ids", None])
def test_a_botocore_without_such_resolvers_is_left_alone(
    service: Any, early: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, part: str | None
) -> None:
    """It saves time alone, so nothing breaks where it does not fit."""
    client = early()
    client._ruleset_resolver = None  # as a client has it then
    if part is None:
        monkeypatch.delattr(regions, "EndpointRulesetResolver")
    else:
        monkeypatch.delattr(Resolver, part)
    before = vars(Resolver).copy()
    doors = Doors(service)
    doors.open()
    client._resolve_endpoint_ruleset(client.meta.service_model.operation_model("ListPipelines"), {}, {})  # with which a call begins
    assert vars(Resolver) == before
    doors.close()
