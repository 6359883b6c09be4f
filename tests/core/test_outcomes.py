"""Outcomes: what a test may script, and what is refused when it is written."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pytest_smpipeline import UsageError, fail, succeed

if TYPE_CHECKING:
    from pytest_smpipeline.values import Json


def test_an_outcome_is_a_value() -> None:
    """Two outcomes made alike are equal, and durations in seconds are timedeltas."""
    assert succeed(metrics={"auc": 1}, duration=90) == succeed(metrics={"auc": 1.0}, duration=timedelta(seconds=90))


def test_an_outcome_does_not_share_the_mapping_it_was_given() -> None:
    """A mapping that the test changes later, however deep inside, does not change the outcome."""
    report: dict[str, Json] = {"auc": {"value": 0.9}}
    outcome = succeed(property_files={"report": report})

    report["auc"] = {"value": 0.1}

    assert outcome.property_files == {"report": {"auc": {"value": 0.9}}}


def test_a_failure_keeps_reason_and_exception_type() -> None:
    """``fail`` keeps what the step's FailureReason says and what its retry policies match."""
    outcome = fail("no capacity", exception_type="SageMaker.CAPACITY_ERROR", duration=1.5, optional=True)

    assert (outcome.reason, outcome.exception_type, outcome.duration, outcome.optional) == (
        "no capacity",
        "SageMaker.CAPACITY_ERROR",
        timedelta(seconds=1.5),
        True,
    )


@pytest.mark.parametrize("duration", ["10", True, float("nan"), float("inf"), 1e300, [1]], ids=repr)
def test_a_duration_is_a_number_of_seconds_or_a_timedelta(duration: object) -> None:
    """Anything else is refused when it is written."""
    with pytest.raises(UsageError, match="duration takes seconds or a timedelta"):
        succeed(duration=duration)  # type: ignore[arg-type]  # the point of the test


@pytest.mark.parametrize("duration", [-1, timedelta(seconds=-1)], ids=repr)
def test_a_duration_is_not_negative(duration: float) -> None:
    """A step takes no less than zero seconds."""
    with pytest.raises(UsageError, match="is negative; a step takes no less than zero seconds"):
        fail("boom", duration=duration)


@pytest.mark.parametrize("keyword", ["outputs", "properties", "property_files", "metrics"])
@pytest.mark.parametrize("value", [["a"], "a", {1: "a"}], ids=repr)
def test_what_a_step_makes_is_a_mapping_with_string_keys(keyword: str, value: object) -> None:
    """The message names the keyword and shows what was given."""
    with pytest.raises(UsageError) as caught:
        succeed(**{keyword: value})  # type: ignore[arg-type]  # the point of the test

    assert str(caught.value) == f"succeed({keyword}=...) takes a mapping with string keys, not {value!r}."


@pytest.mark.parametrize("value", ["0.9", True, None], ids=repr)
def test_metrics_are_numbers(value: object) -> None:
    """CloudWatch knows numbers only, so a metric that is none is refused when it is written."""
    with pytest.raises(UsageError, match="takes numbers, as CloudWatch does; 'auc' is"):
        succeed(metrics={"auc": value})  # type: ignore[dict-item]  # the point of the test


def test_a_failure_reason_is_text() -> None:
    """The message shows what to write instead."""
    with pytest.raises(UsageError, match=r"takes the job's failure reason as a string, not 3\. Write fail\('out of memory'\)\."):
        fail(3)  # type: ignore[arg-type]  # the point of the test


def test_an_exception_type_must_be_one_that_aws_knows() -> None:
    """A type that no retry policy can name is refused, with the closest one."""
    with pytest.raises(UsageError, match=r"Did you mean 'SageMaker\.CAPACITY_ERROR'\? Valid types: "):
        fail("no capacity", exception_type="Sagemaker.CapacityError")
