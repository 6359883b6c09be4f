"""Events on their way through users' rules in moto."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import moto.events.models
import moto.s3.notifications
import moto.scheduler.models
import pytest
from moto.awslambda_simple.models import lambda_simple_backends

from pytest_smpipeline import SMPipelineMock, current_mock, fail, mock_smpipeline
from pytest_smpipeline._neighbours.rules import plain_event

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
    if any("KeyError 'time'" in line for line in undelivered()):
        pytest.skip("this moto looks for the event's time in what its transformer has made, and breaks")

    (message,) = messages()
    assert message[name] == expected
    assert "detail" not in message


@pytest.mark.parametrize("shape", ["whole", "transformed"])
def test_a_state_machine_is_started(smpipeline: SMPipelineMock, rule: Callable[..., str], shape: str) -> None:
    """moto has it, but does not start it by itself; its input is the event, or what a transformer makes of it."""
    if shape == "transformed" and not has_transformers():
        pytest.skip("this moto has no transformers")
    machines: Any = boto3.client("stepfunctions", region_name="us-east-1")
    text = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
    arn = machines.create_state_machine(name="m", definition=text, roleArn="arn:aws:iam::123456789012:role/m")["stateMachineArn"]
    transformer = {"InputPathsMap": {"s": "$.detail.currentPipelineExecutionStatus"}, "InputTemplate": '{"was": "<s>"}'}
    rule("on-end", ENDED, arn, **({"InputTransformer": transformer} if shape == "transformed" else {}))
    smpipeline.add("churn", steps=["Prep"])
    smpipeline.start("churn")

    (started,) = machines.list_executions(stateMachineArn=arn)["executions"]
    given = json.loads(machines.describe_execution(executionArn=started["executionArn"])["input"])
    assert given == ({"was": "Succeeded"} if shape == "transformed" else smpipeline.events.matching(ENDED)[0])


def test_a_function_is_not_run_in_docker(smpipeline: SMPipelineMock, rule: Callable[..., str]) -> None:
    """Unless the test's moto calls functions without it; and a machine that is not there is told."""
    rule("a", ENDED, "arn:aws:lambda:us-east-1:123456789012:function:f")
    rule("b", ENDED, "arn:aws:states:us-east-1:123456789012:stateMachine:missing")
    rule("c", ENDED, "arn:aws:states:no region:123456789012:stateMachine:missing")
    smpipeline.add("churn", steps=["Prep"])
    smpipeline.start("churn")

    docker, missing, odd = undelivered()
    assert 'moto_config={"lambda": {"use_docker": False}}' in docker
    assert "stateMachine:missing of rule b: " in missing
    assert "of rule c: " in odd


@pytest.mark.smpipeline(moto_config={"lambda": {"use_docker": False}, "iam": {"load_aws_managed_policies": False}})
def test_a_function_is_called_where_moto_needs_no_docker(smpipeline: SMPipelineMock, rule: Callable[..., str]) -> None:
    """Its answer is the next one that the test has put into moto's queue."""
    role = boto3.client("iam").create_role(RoleName="f", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    functions: Any = boto3.client("lambda", region_name="us-east-1")
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("f.py", "def handler(event, context): ...")
    said = {"FunctionName": "f", "Runtime": "python3.12", "Role": role, "Handler": "f.handler", "Code": {"ZipFile": code.getvalue()}}
    arn = functions.create_function(**said)["FunctionArn"]
    backend: Any = lambda_simple_backends["123456789012"]["us-east-1"]
    if not hasattr(backend, "lambda_simple_results_queue"):
        pytest.skip("this moto has no answers to choose from")
    answers = backend.lambda_simple_results_queue
    answers.append("{}")
    rule("on-end", ENDED, arn)
    smpipeline.add("churn", steps=["Prep"])
    smpipeline.start("churn")

    assert (answers, undelivered()) == ([], [])


def test_an_object_in_s3_starts_a_pipeline(smpipeline: SMPipelineMock, rule: Callable[..., str]) -> None:
    """moto's S3 puts events as well, and rules with a pipeline hear of them."""
    if not hasattr(moto.s3.notifications, "_send_event_bridge_message"):
        pytest.skip("the S3 of this moto puts no events yet")
    smpipeline.add("churn", parameters={"Key": str}, steps=["Prep"])
    parameters = {"PipelineParameterList": [{"Name": "Key", "Value": "$.detail.object.key"}]}
    created = {"source": ["aws.s3"], "detail-type": ["Object Created"]}
    rule("upload", created, "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn", SageMakerPipelineParameters=parameters)
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="data")
    s3.put_bucket_notification_configuration(Bucket="data", NotificationConfiguration={"EventBridgeConfiguration": {}})
    s3.put_object(Bucket="data", Key="orders.csv", Body=b"")

    smpipeline.assert_started("churn", parameters={"Key": "orders.csv"}, times=1)


def test_a_repeated_attempt_sends_nothing(smpipeline: SMPipelineMock, rule: Callable[..., str], queue: Queue) -> None:
    """Nothing goes to a target that is not in smp.events."""
    arn, messages = queue("steps")
    rule("steps", {"detail": {"stepName": ["Prep"]}}, arn)
    policy = {"ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"], "MaxAttempts": 3}
    step = {"Name": "Prep", "Type": "Training", "Arguments": {}, "RetryPolicies": [policy]}
    smpipeline.add("churn", {"Version": "2020-12-01", "Steps": [step]})
    smpipeline.script("churn", Prep=[fail("again", exception_type="SageMaker.JOB_INTERNAL_ERROR")])
    smpipeline.start("churn")

    assert len(messages()) == 2


def test_an_older_moto_gets_what_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it knew transformers it was given the event alone, with its time in seconds."""
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(moto.events.models.Rule, "send_to_targets", lambda rule, event: sent.append(event))
    with mock_smpipeline() as smp:
        events: Any = boto3.client("events", region_name="us-east-1")
        events.put_rule(Name="on-end", EventPattern=json.dumps(ENDED))
        events.put_targets(Rule="on-end", Targets=[{"Id": "1", "Arn": "arn:aws:sqs:us-east-1:123456789012:q"}])
        smp.add("churn", steps=["Prep"])
        smp.start("churn")

    (event,) = sent
    assert event["detail-type"] == "SageMaker Model Building Pipeline Execution Status Change"
    assert isinstance(event["time"], float)


def test_a_time_that_is_text_already_stays() -> None:
    """moto's events have seconds, except those that others have made."""
    assert plain_event({"time": "2026-11-22T08:00:00Z", "ingestion-time": 5}) == {"time": "2026-11-22T08:00:00Z"}


def test_an_archive_keeps_the_events(smpipeline: SMPipelineMock, events: Any) -> None:
    """Archives are rules on the bus too."""
    bus = "arn:aws:events:us-east-1:123456789012:event-bus/default"
    events.create_archive(ArchiveName="all", EventSourceArn=bus)
    smpipeline.add("churn", steps=["Prep"])
    smpipeline.start("churn")

    assert events.describe_archive(ArchiveName="all")["EventCount"] == len(smpipeline.events) == 4
    assert undelivered() == []


def test_what_moto_can_not_do_is_told_and_breaks_nothing(smpipeline: SMPipelineMock, rule: Callable[..., str], queue: Queue) -> None:
    """A kind of target that moto does not have, a queue that is not there, a path that leads nowhere; others still get theirs."""
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
