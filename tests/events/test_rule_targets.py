"""Pipelines as targets of rules."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError

from pytest_smpipeline import SMPipelineMock

CHURN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"
ORDERS = {"source": ["shop"], "detail": {"amount": [{"exists": True}]}}


def parameters(**values: str) -> dict[str, Any]:
    """Return the SageMakerPipelineParameters of a target."""
    return {"SageMakerPipelineParameters": {"PipelineParameterList": [{"Name": name, "Value": value} for name, value in values.items()]}}


def undelivered(smp: SMPipelineMock) -> list[str]:
    """Return what the neighbours could not do."""
    return [str(each) for each in smp._service.undelivered]


@pytest.mark.fidelity("EVT-030")
def test_a_user_s_event_starts_a_pipeline(smpipeline: SMPipelineMock, rule: Callable[..., str], put: Callable[..., None]) -> None:
    """Parameters are constants, or taken from the event by JSONPath."""
    smpipeline.add("churn", parameters={"Date": str, "Amount": 1, "Item": "", "Key": ""}, steps=["Prep"])
    rule("orders", ORDERS, **parameters(Date="2026-11-22", Amount="$.detail.amount", Item="$.detail.items[1]", Key="$['detail']['a b']"))
    put(amount=12, items=["a", {"b": 1}], **{"a b": "c"})
    put(other=1)

    run = smpipeline.executions.one("churn")
    assert run.parameters == {"Date": "2026-11-22", "Amount": 12, "Item": '{"b": 1}', "Key": "c"}
    smpipeline.assert_started("churn", times=1)


def test_the_event_that_a_parameter_is_taken_from_is_aws_s(
    smpipeline: SMPipelineMock, rule: Callable[..., str], put: Callable[..., None]
) -> None:
    """Its time is a text, and moto's own members are not there."""
    smpipeline.add("churn", parameters={"Time": str, "All": str}, steps=["Prep"])
    rule("orders", ORDERS, **parameters(Time="$.time", All="$"))
    put(amount=1)

    run = smpipeline.executions.one()
    assert str(run.parameters["Time"]).endswith("Z")
    assert "ingestion-time" not in str(run.parameters["All"])


def test_one_pipeline_starts_the_next(smpipeline: SMPipelineMock, rule: Callable[..., str]) -> None:
    """The events of a start that an event made go on to the next rule."""
    for name, after in (("b", "a"), ("c", "b")):
        smpipeline.add(name, parameters={"From": str}, steps=["Prep"])
        ended = {"detail": {"currentPipelineExecutionStatus": ["Succeeded"], "pipelineArn": [{"suffix": f"/{after}"}]}}
        arn = f"arn:aws:sagemaker:us-east-1:123456789012:pipeline/{name}"
        rule(f"after-{after}", ended, arn, **parameters(From="$.detail.pipelineExecutionArn"))
    smpipeline.add("a", steps=["Prep"])
    first = smpipeline.start("a")

    smpipeline.assert_started_in_order("a", "b", "c")
    assert smpipeline.executions[1].parameters == {"From": first.arn}


@pytest.mark.fidelity("EVT-031")
@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (parameters(Dat="x"), "ValidationException: "),
        (parameters(Date="$.detail.missing"), "a parameter has no value: the event has nothing at $.detail.missing"),
        (parameters(Date="$.detail.*"), "$.detail.* is no JSON path that is known here"),
        ({}, "ValidationException: "),
    ],
)
def test_a_refused_start_is_not_seen_by_who_put_the_event(
    smpipeline: SMPipelineMock,
    rule: Callable[..., str],
    put: Callable[..., None],
    queue: Callable[..., Any],
    target: dict[str, Any],
    reason: str,
) -> None:
    """It is told at the end of the test, and the event goes into the dead-letter queue."""
    smpipeline.add("churn", parameters={"Date": str}, steps=["Prep"])
    arn, messages = queue("dead")
    rule("orders", ORDERS, DeadLetterConfig={"Arn": arn}, **target)
    put(amount=1)

    smpipeline.assert_not_started()
    (problem,) = undelivered(smpipeline)
    assert problem.startswith("The event 'order' did not reach its target arn:aws:sagemaker:")
    assert reason in problem
    (dead,) = messages()
    assert dead["detail"] == {"amount": 1}


def test_a_pipeline_and_a_queue_that_do_not_exist_are_both_told(
    smpipeline: SMPipelineMock, rule: Callable[..., str], put: Callable[..., None]
) -> None:
    """The dead-letter queue may be missing as well."""
    rule("orders", ORDERS, DeadLetterConfig={"Arn": "arn:aws:sqs:us-east-1:123456789012:dead"})
    put(amount=1)

    (problem,) = undelivered(smpipeline)
    assert "ResourceNotFound: " in problem
    assert "Its dead-letter queue does not have it either: Unable to send a message to SQS queue dead" in problem


@pytest.mark.fidelity("EVT-032")
@pytest.mark.parametrize("error", ["ThrottlingException", ConnectTimeoutError])
def test_an_error_that_passes_is_met_by_another_attempt(
    smpipeline: SMPipelineMock, rule: Callable[..., str], put: Callable[..., None], error: Any
) -> None:
    """As often as the target's RetryPolicy allows."""
    smpipeline.add("churn", steps=["Prep"])
    smpipeline.fault("StartPipelineExecution", error, times=3)
    rule("orders", ORDERS, RetryPolicy={"MaximumRetryAttempts": 1})
    put(amount=1)
    smpipeline.assert_not_started()
    put(amount=2)

    smpipeline.assert_started("churn", times=1)
    assert [call.error_code is None for call in smpipeline.calls.of("StartPipelineExecution")] == [False, False, False, True]
    assert len(undelivered(smpipeline)) == 1


def test_other_targets_of_the_rule_are_moto_s(
    smpipeline: SMPipelineMock, events: Any, rule: Callable[..., str], put: Callable[..., None], queue: Callable[..., Any]
) -> None:
    """A pipeline and a queue hear of one event."""
    smpipeline.add("churn", steps=["Prep"])
    arn, messages = queue("orders")
    rule("orders", ORDERS)
    events.put_targets(Rule="orders", Targets=[{"Id": "2", "Arn": arn}])
    put(amount=1)

    smpipeline.assert_started("churn", times=1)
    assert len(messages()) == 1


def test_a_circle_is_broken_and_told(smpipeline: SMPipelineMock, rule: Callable[..., str]) -> None:
    """A rule that starts a pipeline at its own end would keep a test busy for ever."""
    smpipeline.add("churn", steps=["Prep"])
    rule("again", {"detail": {"currentPipelineExecutionStatus": ["Succeeded"]}})
    smpipeline.start("churn")

    smpipeline.assert_started("churn", times=101)
    (problem,) = undelivered(smpipeline)
    assert problem == (
        "The event of a circle of rule again did not reach its target: "
        "each of 100 executions was started at an event of the one before, and so on without end."
    )


def test_the_report_of_a_failing_test_shows_what_was_not_delivered(pytester: pytest.Pytester) -> None:
    """Who looks for a run that did not start finds the reason."""
    pytester.makepyfile(
        """
        import boto3

        ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"

        def test_it(smpipeline):
            events = boto3.client("events", region_name="us-east-1")
            events.put_rule(Name="orders", EventPattern='{"source": ["shop"]}')
            events.put_targets(Rule="orders", Targets=[{"Id": "1", "Arn": ARN}])
            events.put_events(Entries=[{"Source": "shop", "DetailType": "order", "Detail": "{}"}])
            smpipeline.assert_started("churn")
        """
    )

    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")

    result.stdout.fnmatch_lines(["*not delivered:", "*The event 'order' did not reach its target*", "*ResourceNotFound:*"])
