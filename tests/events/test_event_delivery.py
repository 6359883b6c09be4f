"""Events on their way through users' rules in moto."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import moto.events.models
import moto.scheduler.models
import pytest

from pytest_smpipeline import SMPipelineMock, current_mock, fail, mock_smpipeline

Queue = Callable[[str], tuple[str, Callable[[], list[Any]]]]

ENDED = {"source": ["aws.sagemaker"], "detail": {"currentPipelineExecutionStatus": ["Succeeded"]}}


def undelivered() -> list[str]:
    """Return what the neighbours could not do."""
    return [str(each) for each in current_mock()._service.undelivered]


def has_transformers() -> bool:
    """Return whether the installed moto applies input transformers."""
    models = pytest.importorskip("moto.events.models")
    return hasattr(models, "EventTemplateParser")


@pytest.mark.fidelity("EVT-020")
def test_a_queue_gets_the_event_as_it_is_shown(smpipeline: SMPipelineMock, rule: Callable[..., str], queue: Queue) -> None:
    """What a target receives is what smp.events shows, the id included."""
    arn, messages = queue("ended")
    rule("on-end", ENDED, arn)
    smpipeline.add("churn", steps=["Prep"])
    smpipeline.start("churn")

    assert messages() == list(smpipeline.events.matching(ENDED))
    assert undelivered() == []


def test_only_rules_of_the_same_account_and_region_hear(smpipeline: SMPipelineMock, rule: Callable[..., str], queue: Queue) -> None:
    """The default bus of the execution's own place takes its events."""
    arn, messages = queue("ended")
    rule("on-end", ENDED, arn)
    smpipeline.add("churn", steps=["Prep"], region="eu-west-1")
    smpipeline.client("eu-west-1").start_pipeline_execution(PipelineName="churn")

    assert messages() == []
    assert len(smpipeline.events.matching(ENDED)) == 1


@pytest.mark.fidelity("EVT-021")
def test_a_disabled_rule_and_one_with_a_schedule_hear_nothing(
    smpipeline: SMPipelineMock, events: Any, rule: Callable[..., str], queue: Queue
) -> None:
    """moto would send to both."""
    arn, messages = queue("ended")
    rule("on-end", ENDED, arn)
    rule("nightly", "rate(1 day)", arn)
    events.disable_rule(Name="on-end")
    smpipeline.add("churn", steps=["Prep"])
    smpipeline.start("churn")

    assert messages() == []


@pytest.mark.parametrize(
    ("said", "name", "expected"),
    [
        ({"Input": '{"hello": 1}'}, "hello", 1),
        ({"InputPath": "$.detail"}, "currentPipelineExecutionStatus", "Succeeded"),
        (
            {"InputTransformer": {"InputPathsMap": {"s": "$.detail.currentPipelineExecutionStatus"}, "InputTemplate": '{"was": "<s>"}'}},
            "was",
            "Succeeded",
        ),
    ],
)
def test_a_target_gets_the_input_that_it_asks_for(
    smpipeline: SMPipelineMock, rule: Callable[..., str], queue: Queue, said: dict[str, Any], name: str, expected: object
) -> None:
    """A constant, a part of the event, or what a transformer makes of it."""
    if not has_transformers():
        pytest.skip("this moto sends every event as it is")
    arn, messages = queue("ended")
    rule("on-end", ENDED, arn, **said)
    smpipeline.add("churn", steps=["Prep"])
    smpipeline.start("churn")

    (message,) = messages()
    assert message[name] == expected
    assert "detail" not in message


def test_an_archive_keeps_the_events(smpipeline: SMPipelineMock, events: Any) -> None:
    """Archives are rules on the bus too."""
    bus = "arn:aws:events:us-east-1:123456789012:event-bus/default"
    events.create_archive(ArchiveName="all", EventSourceArn=bus)
    smpipeline.add("churn", steps=["Prep"])
    smpipeline.start("churn")

    assert events.describe_archive(ArchiveName="all")["EventCount"] == len(smpipeline.events) == 4
    assert undelivered() == []


def test_what_moto_can_not_do_is_told_and_breaks_nothing(smpipeline: SMPipelineMock, rule: Callable[..., str], queue: Queue) -> None:
    """A kind of target that moto does not know, a queue that is not there, a path that leads nowhere; others still get theirs."""
    arn, messages = queue("ended")
    rule("a", ENDED, "arn:aws:sns:us-east-1:123456789012:topic")
    rule("b", ENDED, "arn:aws:sqs:us-east-1:123456789012:missing")
    rule("c", ENDED, arn)
    smpipeline.add("churn", steps=["Prep"])
    smpipeline.start("churn").assert_succeeded()

    kind, queue_problem = undelivered()
    assert kind == (
        "The event Succeeded of the execution did not reach target arn:aws:sns:us-east-1:123456789012:topic of rule a: "
        "moto does not send events to targets of this kind."
    )
    assert "target arn:aws:sqs:us-east-1:123456789012:missing of rule b: " in queue_problem
    assert len(messages()) == 1


def test_a_path_that_leads_nowhere_is_told(smpipeline: SMPipelineMock, rule: Callable[..., str], queue: Queue) -> None:
    """InputPath names a part that the event of a step has not."""
    if not has_transformers():
        pytest.skip("this moto sends every event as it is")
    arn, _ = queue("ended")
    rule("steps", {"detail": {"currentStepStatus": ["Failed"]}}, arn, InputPath="$.detail.metadata.trainingJob")
    smpipeline.add("churn", steps={"Stop": "Fail"})
    smpipeline.start("churn")

    (problem,) = undelivered()
    assert "event Failed of step Stop" in problem
    assert "the event has nothing at $.detail.metadata.trainingJob" in problem


@pytest.mark.fidelity("EVT-022")
def test_a_pattern_that_aws_refuses_matches_nothing_and_is_told(smpipeline: SMPipelineMock, rule: Callable[..., str], queue: Queue) -> None:
    """moto takes patterns with operators that do not exist."""
    arn, messages = queue("ended")
    rule("odd", {"source": ["aws.sagemaker", {"prefxi": "x"}]}, arn)
    smpipeline.add("churn", steps=["Prep"])
    smpipeline.start("churn")

    assert messages() == []
    (problem,) = undelivered()
    assert problem.startswith("The rule odd did not reach any event: AWS refuses its pattern: 'prefxi' is no operator.")


@pytest.mark.smpipeline(progress="manual")
def test_events_of_time_that_passes_are_sent_as_they_happen(smpipeline: SMPipelineMock, rule: Callable[..., str]) -> None:
    """A pipeline that a rule starts at another's end begins there, and not when the advance is over."""
    rule("chain", {"detail": {"currentPipelineExecutionStatus": ["Failed"]}})
    smpipeline.add("prep", steps=["Load"])
    smpipeline.add("churn", steps=["Train"])
    smpipeline.script("prep", Load=fail("no data"))
    smpipeline.start("prep")
    smpipeline.advance(hours=5)

    prep, churn = smpipeline.executions
    assert prep.ended is not None
    assert churn.started - prep.ended < timedelta(minutes=1)  # the wall clock goes on beneath
    churn.assert_succeeded()


def test_without_rules_nothing_is_imported(pytester: pytest.Pytester) -> None:
    """A test that has no rules never loads moto's EventBridge."""
    pytester.makepyfile(
        """
        import sys

        def test_it(smpipeline):
            smpipeline.add("churn", steps=["Prep"])
            smpipeline.start("churn")
            assert len(smpipeline.events) == 4
            assert "moto.events.models" not in sys.modules
        """
    )

    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_moto_is_left_as_it_was() -> None:
    """The methods of rules and schedules are moto's own again, in whatever order they were imported."""
    places = [
        (moto.events.models.Rule, "send_to_targets"),
        (moto.events.models.Rule, "__init__"),
        (moto.scheduler.models.Schedule, "update"),
    ]
    before = [vars(owner)[name] for owner, name in places]
    with mock_smpipeline():
        assert all(vars(owner)[name] is not method for (owner, name), method in zip(places, before, strict=True))

    assert [vars(owner)[name] for owner, name in places] == before
