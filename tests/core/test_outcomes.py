"""Outcomes: what a test may script, and what is refused when it is written."""

from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from pytest_smpipeline import UsageError, cache_hit, fail, hold, reject, stopped, succeed

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_smpipeline.outcomes import Outcome
    from pytest_smpipeline.values import Json

EARLIER = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn/execution/d84ewltjmxhe"


class Run:
    """Something that has an ARN."""

    def __init__(self, arn: str) -> None:
        self.arn = arn


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


@pytest.mark.parametrize("keyword", ["outputs", "properties", "property_files"])
@pytest.mark.parametrize(
    ("value", "place", "what"),
    [({"a": [0, Decimal(1)]}, "report.a[1]", "Decimal('1')"), ({"a": {1: 2}}, "report.a", "{1: 2}"), (b"x", "report", "b'x'")],
    ids=["decimal", "key", "bytes"],
)
def test_what_a_step_makes_is_json(keyword: str, value: object, place: str, what: str) -> None:
    """Anything else could not have come from a job or an API; the place is told."""
    with pytest.raises(UsageError) as caught:
        succeed(**{keyword: {"report": value}})  # type: ignore[arg-type]  # the point of the test

    assert str(caught.value) == (
        f"succeed({keyword}=...) takes what JSON has: strings, numbers, booleans, None, lists, and mappings with string keys; "
        f"{place} is {what}."
    )


def test_a_tuple_is_a_list() -> None:
    """As JSON has it, so that the steps that read it find its elements; other mappings are dicts."""
    report = MappingProxyType({"folds": (0.1, True, None, "a")})

    outcome = succeed(property_files={"report": report})  # type: ignore[dict-item]  # the point of the test

    assert outcome.property_files == {"report": {"folds": [0.1, True, None, "a"]}}


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


def test_a_refusal_keeps_code_and_message() -> None:
    """``reject`` keeps what the service answers when it will not create the job."""
    outcome = reject("ResourceLimitExceeded", "The limit is 0 Instances", optional=True)

    assert (outcome.code, outcome.message, outcome.optional) == ("ResourceLimitExceeded", "The limit is 0 Instances", True)


@pytest.mark.parametrize("code", ["", "no capacity", "Code ", 400, None], ids=repr)
def test_a_refusal_has_the_code_of_an_error(code: object) -> None:
    """A sentence in its place is refused: it is probably the message."""
    with pytest.raises(UsageError) as caught:
        reject(code, "message")  # type: ignore[arg-type]  # the point of the test

    assert str(caught.value) == f"reject() takes the code of an error of AWS, such as 'ResourceLimitExceeded', not {code!r}."


def test_the_message_of_a_refusal_is_text() -> None:
    """As the service's own is."""
    with pytest.raises(UsageError, match=r"^reject\(\) takes the message of the refusal as a string, not 5\.$"):
        reject("ValidationException", 5)  # type: ignore[arg-type]  # the point of the test


def test_a_job_that_is_stopped_may_have_run_for_a_while() -> None:
    """``duration`` is how long, checked as everywhere."""
    assert stopped(duration=90).duration == timedelta(seconds=90)
    with pytest.raises(UsageError, match="duration takes seconds or a timedelta"):
        stopped(duration="long")  # type: ignore[arg-type]  # the point of the test


@pytest.mark.parametrize("source", [EARLIER, Run(EARLIER)], ids=["arn", "record"])
def test_a_cache_hit_keeps_the_arn_of_its_source(source: str | Run) -> None:
    """An execution may be given itself or by its ARN."""
    assert cache_hit(source).source == EARLIER


def test_a_cache_hit_may_leave_its_source_open() -> None:
    """Then it is the most recent execution in which the step succeeded."""
    assert cache_hit().source is None


@pytest.mark.parametrize(
    "source",
    ["d84ewltjmxhe", EARLIER.partition("/execution")[0], Run("churn"), 5, ""],
    ids=["id", "pipeline", "run of no execution", "number", "empty"],
)
def test_the_source_of_a_cache_hit_is_an_execution(source: object) -> None:
    """The ARN of a pipeline, an id or anything else is refused with the form that is expected."""
    with pytest.raises(UsageError) as caught:
        cache_hit(source)  # type: ignore[arg-type]  # the point of the test

    assert str(caught.value) == (
        f"cache_hit() takes the Execution whose result is reused, or its ARN, not {source!r}. "
        "The ARN of an execution reads arn:aws:sagemaker:<region>:<account>:pipeline/<name>/execution/<id>."
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda optional: succeed(optional=optional),
        lambda optional: fail("boom", optional=optional),
        lambda optional: reject("Code", "message", optional=optional),
        lambda optional: stopped(optional=optional),
        lambda optional: hold(optional=optional),
        lambda optional: cache_hit(optional=optional),
    ],
    ids=["succeed", "fail", "reject", "stopped", "hold", "cache_hit"],
)
def test_every_outcome_may_be_optional(make: "Callable[[object], Outcome]") -> None:
    """By True; a text such as "no" would mean the opposite of what it says."""
    assert make(True).optional
    assert not make(False).optional
    with pytest.raises(UsageError, match=r"^optional takes True or False, not 'no'\.$"):
        make("no")


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        (succeed(), "succeed()"),
        (succeed(metrics={"auc": 0.9}, duration=90), "succeed(metrics={'auc': 0.9}, duration=90)"),
        (fail("boom", duration=timedelta(0), optional=True), "fail('boom', duration=0, optional=True)"),
        (reject("Code", "message"), "reject('Code', 'message')"),
        (stopped(), "stopped()"),
        (hold(), "hold()"),
        (cache_hit(EARLIER), f"cache_hit(source='{EARLIER}')"),
    ],
    ids=["nothing said", "succeed", "fail", "reject", "stopped", "hold", "cache_hit"],
)
def test_an_outcome_prints_as_the_call_that_makes_it(outcome: "Outcome", text: str) -> None:
    """What says nothing is left out; messages show outcomes as a test would write them."""
    assert repr(outcome) == text
