"""Retry policies, cache policies and durations."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_smpipeline._definition.nodes import CachePolicy, Definition, RetryPolicy
from pytest_smpipeline._definition.policies import parse_duration
from pytest_smpipeline._definition.problems import DefinitionError
from pytest_smpipeline.values import Json, JsonObject

PREFIX = "Unable to parse pipeline definition. "
HOUR = 60 * 60 * 1000
DAY = 24 * HOUR


def train(**members: Json) -> JsonObject:
    """Return a Training step."""
    return {"Name": "Train", "Type": "Training", "Arguments": {}, **members}


@pytest.mark.fidelity("DEF-020", "DEF-021")
@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("PT1H", HOUR),
        ("30d", 30 * DAY),
        ("5y", 5 * 365 * DAY),
        ("T16m", 16 * 60 * 1000),
        ("30dT5h", 30 * DAY + 5 * HOUR),
        ("p30d", 30 * DAY),
        ("P4DT12H", 4 * DAY + 12 * HOUR),
        ("T12H", 12 * HOUR),
        ("PT30S", 30_000),
        ("P1Y2M3W", (365 + 60 + 21) * DAY),
        ("P0D", 0),
    ],
)
def test_durations(text: str, milliseconds: int) -> None:
    """Every form that the documentation shows is read; a year counts 365 days and a month 30."""
    assert parse_duration(text) == milliseconds


@pytest.mark.parametrize("text", ["", "P", "T", "PT", "P1DT", "1", "H1", "PT1H ", "P-1D", "PT1.5H", "P1H", "30 d", "P\u0661D"])
def test_texts_that_are_no_durations(text: str) -> None:
    """A duration holds at least one amount, and hours stand after a T."""
    assert parse_duration(text) is None


@given(st.text("PTpt0129dDhHmMsS."))
def test_any_text_is_a_duration_or_none(text: str) -> None:
    """No text makes the reading fail."""
    assert (parse_duration(text) or 0) >= 0


@pytest.mark.fidelity("DEF-020", "DEF-022")
@pytest.mark.parametrize(
    ("config", "policy"),
    [
        ({"Enabled": True, "ExpireAfter": "PT1H"}, CachePolicy(enabled=True, expire_after=HOUR)),
        ({"Enabled": False}, CachePolicy(enabled=False)),
        ({"Enabled": False, "ExpireAfter": "1d"}, CachePolicy(enabled=False, expire_after=DAY)),
        (None, None),
    ],
)
def test_cache_policies(define: Callable[..., Definition], config: Json, policy: CachePolicy | None) -> None:
    """Caching is off unless enabled; its age is counted in milliseconds."""
    assert define(train(CacheConfig=config)).steps["Train"].cache == policy


@pytest.mark.fidelity("DEF-020", "DEF-022", "DEF-004")
@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"Enabled": True}, "'ExpireAfter' is required when caching is enabled. @ $.Steps[0].CacheConfig"),
        ({"ExpireAfter": "PT1H"}, "'Enabled' is required. @ $.Steps[0].CacheConfig"),
        ({"Enabled": "true"}, "Expecting a boolean but found a string. @ $.Steps[0].CacheConfig.Enabled"),
        ({"Enabled": True, "ExpireAfter": 3}, "Expecting a string but found 3. @ $.Steps[0].CacheConfig.ExpireAfter"),
        (
            {"Enabled": True, "ExpireAfter": "1 hour"},
            "'ExpireAfter' takes an ISO 8601 duration such as 'P30D' or 'PT1H', not '1 hour'. @ $.Steps[0].CacheConfig.ExpireAfter",
        ),
        ({"Enabled": True, "Expire": "PT1H"}, "Cannot parse object, unknown property 'Expire'."),
        (True, "Expecting start of Json Object."),
    ],
)
def test_cache_policies_that_cannot_be_read(refusal: Callable[..., DefinitionError], config: Json, message: str) -> None:
    """An enabled cache needs an age, and the age a form that the service knows."""
    assert refusal(train(CacheConfig=config)).message == PREFIX + message


@pytest.mark.fidelity("DEF-023")
def test_retry_policies(define: Callable[..., Definition]) -> None:
    """Left out, the interval is a second, the back-off doubles and there are five retries; one exception type may stand alone."""
    policies: Json = [
        {"ExceptionType": ["Step.SERVICE_FAULT", "Step.THROTTLING"]},
        {"ExceptionType": ["SageMaker.CAPACITY_ERROR"], "IntervalSeconds": 30, "BackoffRate": 1.5, "MaxAttempts": 0},
        {"ExceptionType": "SageMaker.JOB_INTERNAL_ERROR", "ExpireAfterMin": 240},
    ]
    assert define(train(RetryPolicies=policies)).steps["Train"].retry_policies == (
        RetryPolicy(("Step.SERVICE_FAULT", "Step.THROTTLING"), max_attempts=5),
        RetryPolicy(("SageMaker.CAPACITY_ERROR",), 30, 1.5, max_attempts=0),
        RetryPolicy(("SageMaker.JOB_INTERNAL_ERROR",), expire_after_min=240),
    )


@pytest.mark.fidelity("DEF-024", "DEF-025", "DEF-026", "DEF-004")
@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (
            {"ExceptionType": ["Step.THROTTLING"], "MaxAttempts": 2, "ExpireAfterMin": 3},
            "A retry policy takes either 'MaxAttempts' or 'ExpireAfterMin', not both. @ $.Steps[0].RetryPolicies[0]",
        ),
        ({"MaxAttempts": 2}, "'ExceptionType' is required. @ $.Steps[0].RetryPolicies[0]"),
        (
            {"ExceptionType": ["Step.TROTTLING"]},
            (
                "'ExceptionType' takes 'Emr.RESOURCE_LIMIT', 'SageMaker.CAPACITY_ERROR', 'SageMaker.JOB_INTERNAL_ERROR',"
                " 'SageMaker.RESOURCE_LIMIT', 'Step.SERVICE_FAULT', 'Step.THROTTLING', not 'Step.TROTTLING'."
                " Did you mean 'Step.THROTTLING'? @ $.Steps[0].RetryPolicies[0].ExceptionType[0]"
            ),
        ),
        ({"ExceptionType": [1]}, "Expecting a string but found 1. @ $.Steps[0].RetryPolicies[0].ExceptionType[0]"),
        ({"ExceptionType": 1}, "Expecting start of Json Array."),
        (
            {"ExceptionType": ["Step.THROTTLING"], "MaxAttempts": 21},
            "Expecting a whole number from 0 to 20 but found 21. @ $.Steps[0].RetryPolicies[0].MaxAttempts",
        ),
        (
            {"ExceptionType": ["Step.THROTTLING"], "ExpireAfterMin": 14401},
            "Expecting a whole number from 0 to 14400 but found 14401. @ $.Steps[0].RetryPolicies[0].ExpireAfterMin",
        ),
        (
            {"ExceptionType": ["Step.THROTTLING"], "IntervalSeconds": 0},
            "Expecting a whole number from 1 to 43200 but found 0. @ $.Steps[0].RetryPolicies[0].IntervalSeconds",
        ),
        (
            {"ExceptionType": ["Step.THROTTLING"], "IntervalSeconds": True},
            "Expecting a whole number from 1 to 43200 but found true. @ $.Steps[0].RetryPolicies[0].IntervalSeconds",
        ),
        (
            {"ExceptionType": ["Step.THROTTLING"], "BackoffRate": 0},
            "Expecting a number above 0 and up to 1000 but found 0. @ $.Steps[0].RetryPolicies[0].BackoffRate",
        ),
        (
            {"ExceptionType": ["Step.THROTTLING"], "BackoffRate": "2"},
            "Expecting a number above 0 and up to 1000 but found a string. @ $.Steps[0].RetryPolicies[0].BackoffRate",
        ),
        ({"ExceptionType": ["Step.THROTTLING"], "Attempts": 1}, "Cannot parse object, unknown property 'Attempts'."),
        ("Step.THROTTLING", "Expecting start of Json Object."),
    ],
)
def test_retry_policies_that_cannot_be_read(refusal: Callable[..., DefinitionError], policy: Json, message: str) -> None:
    """Numbers keep within the documented bounds, exception types are those that the service documents."""
    assert refusal(train(RetryPolicies=[policy])).message == PREFIX + message
