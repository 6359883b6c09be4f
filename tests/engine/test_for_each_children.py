"""Children of ForEach steps under control: stopped, retried, scripted, held, answered, cached, selected, and recorded."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import boto3
import pytest

from pytest_smpipeline import Execution, SMPipelineMock, StepContext, UsageError, fail, hold, succeed
from pytest_smpipeline.outcomes import Outcome
from pytest_smpipeline.values import Json, JsonObject

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

Step = Callable[..., JsonObject]
Run = Callable[..., Execution]
Most = Callable[[Execution], int]

ITEM: Final[JsonObject] = {"Get": "ForEach.CurrentItem"}


@pytest.mark.fidelity("FOREACH-020")
@pytest.mark.smpipeline(progress="manual")
def test_a_stop_stops_the_children_and_then_the_step(
    smpipeline: SMPipelineMock, run: Run, each: Step, step: Step, counts: tuple[str, ...]
) -> None:
    """The running child is stopped, the others never start, and the counts say so."""
    execution = run(each(at_once=1), step("Later", "Each"), script={"Body": succeed(duration=10)})
    smpipeline.advance(seconds=15)
    execution.stop()
    statuses = [(name, one.status) for name, one in execution.steps.items()]
    smpipeline.run_until_idle()

    assert statuses == [("Each", "Stopping"), ("Body-0", "Succeeded"), ("Body-1", "Stopping")]
    assert (execution.status, execution.order) == ("Stopped", ["Each", "Body-0", "Body-1"])
    assert [one.status for one in execution.steps.values()] == ["Stopped", "Succeeded", "Stopped"]
    shown = execution.steps["Each"].metadata["ForEach"]
    assert [shown["Status"], *(shown[count] for count in counts)] == ["Stopped", 3, 3, 1, 0, 1]
    assert execution.steps["Each"].reason is None


@pytest.mark.fidelity("FOREACH-020")
@pytest.mark.smpipeline(progress="manual")
def test_a_stop_between_two_children_stops_the_step(smpipeline: SMPipelineMock, run: Run, each: Step, counts: tuple[str, ...]) -> None:
    """No child runs at that moment; the counts are there all the same."""
    execution = run(each(at_once=1), script={"Body": succeed(duration=10)})
    smpipeline.advance(seconds=11.5)
    execution.stop()
    smpipeline.run_until_idle()

    shown = execution.steps["Each"].metadata["ForEach"]
    assert (execution.status, execution.order) == ("Stopped", ["Each", "Body-0"])
    assert [shown["Status"], *(shown[count] for count in counts)] == ["Stopped", 3, 3, 1, 0, 0]


@pytest.mark.smpipeline(strict=False)
@pytest.mark.fidelity("FOREACH-020")
@pytest.mark.smpipeline(progress="manual")
def test_a_stop_waits_for_the_functions_in_a_body(smpipeline: SMPipelineMock, run: Run, each: Step, score: JsonObject) -> None:
    """Functions can't be stopped: all that run end, no other starts, and the ForEach step is stopped after them."""
    execution = run(each(score, at_once=2), script={"Score": [succeed(duration=20), succeed(duration=40), succeed()]})
    smpipeline.advance(seconds=2)
    execution.stop()
    smpipeline.advance(seconds=25)
    between = (execution.status, execution.steps["Each"].status)
    smpipeline.run_until_idle()

    assert between == ("Stopping", "Stopping")
    assert {name: one.status for name, one in execution.steps.items()} == {
        "Each": "Stopped",
        "Score-0": "Succeeded",
        "Score-1": "Succeeded",
    }
    assert execution.status == "Stopped"


@pytest.mark.fidelity("FOREACH-020")
@pytest.mark.smpipeline(progress="manual")
def test_an_empty_for_each_step_can_be_stopped(smpipeline: SMPipelineMock, run: Run, each: Step) -> None:
    """Within the second that it takes."""
    execution = run(each(items={"Get": "Parameters.I"}), declared=[{"Name": "I", "Type": "String", "DefaultValue": "[]"}])
    smpipeline.advance(seconds=1.5)
    execution.stop()
    smpipeline.run_until_idle()

    assert (execution.status, execution.steps["Each"].status) == ("Stopped", "Stopped")
    assert execution.steps["Each"].metadata["ForEach"]["Status"] == "Stopped"


@pytest.mark.fidelity("FOREACH-021")
def test_a_retry_keeps_the_children_that_succeeded(run: Run, each: Step, body: Step, step: Step, counts: tuple[str, ...]) -> None:
    """Only the failed child, and what waited for it, runs again, under the same names; the counts take in what was kept."""
    script = {"Body-1": [fail("boom"), succeed()]}

    execution = run(each(body(), body("Next", "Body"), at_once=2), step("Later", "Each"), script=script)
    kept = execution.steps["Body-0"].metadata
    execution.retry()

    assert execution.status == "Succeeded"
    assert execution.order[-4:] == ["Each", "Body-1", "Next-1", "Later"]
    assert {name: one.attempts for name, one in execution.steps.items()} == {
        "Body-0": 1,
        "Body-2": 1,
        "Next-0": 1,
        "Next-2": 1,
        "Each": 2,
        "Body-1": 2,
        "Next-1": 1,
        "Later": 1,
    }
    assert execution.steps["Body-0"].metadata == kept
    shown = execution.steps["Each"].metadata["ForEach"]
    assert [shown["Status"], *(shown[count] for count in counts)] == ["Succeeded", 3, 6, 6, 0, 0]


@pytest.mark.fidelity("FOREACH-021")
@pytest.mark.smpipeline(progress="manual")
def test_a_retry_after_all_children_ended_well_has_nothing_left_to_do(
    smpipeline: SMPipelineMock, run: Run, each: Step, score: JsonObject
) -> None:
    """The last function ended while the execution was stopped: the ForEach step succeeds without running anything."""
    execution = run(each(score, items=["x"]), script={"Score": [succeed(duration=20)]})
    smpipeline.advance(seconds=2)
    execution.stop()
    smpipeline.run_until_idle()
    stopped_with = [one.status for one in execution.steps.values()]
    execution.retry()
    smpipeline.run_until_idle()

    assert stopped_with == ["Stopped", "Succeeded"]
    assert (execution.status, execution.steps["Score-0"].attempts, execution.steps["Each"].attempts) == ("Succeeded", 1, 2)


@pytest.mark.fidelity("FOREACH-021")
def test_a_retry_goes_over_the_items_of_now(smpipeline: SMPipelineMock, run: Run, each: Step, counts: tuple[str, ...]) -> None:
    """Items that lie in S3 may be others by then: a child that runs again has the new one, and one too many stays and counts no more."""
    items: JsonObject = {"Std:JsonGet": {"S3Uri": "s3://plans/days.json", "Path": "days"}}
    s3 = boto3.client("s3", region_name="us-east-1")

    def plan(_context: StepContext) -> Outcome:
        s3.put_object(Bucket="plans", Key="days.json", Body=b'{"days": ["sun"]}')
        return fail("boom")

    s3.create_bucket(Bucket="plans")
    s3.put_object(Bucket="plans", Key="days.json", Body=b'{"days": ["mon", "tue"]}')
    execution = run(each(items=items), script={"Body-0": plan})
    before = execution.steps["Body-0"].iteration
    smpipeline.script("churn", {"Body-0": []})
    execution.retry()

    after = execution.steps["Body-0"].iteration
    assert (before and before.item, after and after.item) == ("mon", "sun")
    assert execution.steps["Body-0"].arguments == {"Environment": {"ITEM": "sun"}}
    shown = execution.steps["Each"].metadata["ForEach"]
    assert [shown["Status"], *(shown[count] for count in counts)] == ["Succeeded", 1, 1, 1, 0, 0]
    assert (execution.status, execution.order) == ("Succeeded", ["Body-1", "Each", "Body-0"])


def test_a_callable_decides_for_each_child(run: Run, each: Step) -> None:
    """It is told the child's name, and the arguments with the item in them."""
    asked: list[tuple[str, str, Json]] = []

    def decide(context: StepContext) -> Outcome:
        asked.append((context.step, context.type, context.arguments))
        return fail("not on Tuesday") if context.arguments == {"Environment": {"ITEM": "tue"}} else succeed()

    execution = run(each(), script={"Body": decide})

    assert asked == [(f"Body-{index}", "Training", {"Environment": {"ITEM": day}}) for index, day in enumerate(("mon", "tue", "wed"))]
    assert execution.failed_steps == ["Each", "Body-1"]


@pytest.mark.parametrize("others", [(), ("Other",)])
def test_a_child_whose_callable_raised_tries_again(
    smpipeline: SMPipelineMock, run: Run, each: Step, body: Step, others: tuple[str, ...]
) -> None:
    """The attempt did not happen, and its turn is still to come, before that of whatever else its iteration has ready."""
    outcomes: list[Outcome] = []

    def decide(_context: StepContext) -> Outcome:
        return outcomes[0]

    with pytest.raises(IndexError):
        run(each(body(), *map(body, others), at_once=1), script={"Body-0": decide})
    execution = smpipeline.executions.one()
    assert execution.order == ["Each"]
    outcomes.append(succeed())
    smpipeline.run_until_idle()

    names = ("Body", *others)
    assert (execution.status, execution.order) == ("Succeeded", ["Each", *(f"{name}-{index}" for index in range(3) for name in names)])


def test_a_callable_in_a_body_may_stop_the_execution(smpipeline: SMPipelineMock, run: Run, each: Step) -> None:
    """The child that it decides about does not start, and the ForEach step is stopped."""

    def decide(_context: StepContext) -> Outcome:
        smpipeline.executions.one().stop()
        return succeed()

    execution = run(each(), script={"Body-1": decide})

    assert (execution.status, execution.order) == ("Stopped", ["Each", "Body-0"])
    assert execution.steps["Each"].metadata["ForEach"]["StoppedStepCount"] == 1


def test_children_can_be_held_and_released(run: Run, each: Step) -> None:
    """One by one, by their names; the others go on meanwhile."""
    execution = run(each(), script={"Body": hold()})
    assert (execution.waiting, execution.status) == (["Body-0", "Body-1", "Body-2"], "Executing")
    execution.release("Body-1", succeed())
    execution.release("Body-0", succeed())
    execution.release("Body-2", fail("boom"))

    assert [one.status for one in execution.steps.values()] == ["Failed", "Succeeded", "Succeeded", "Failed"]


def test_callbacks_in_a_body_have_tokens_of_their_own(run: Run, each: Step, step: Step, client: "SageMakerClient") -> None:
    """Each child asks with its item, and is answered through its token; the outputs are seen by iteration."""
    declared = [{"OutputName": "by"}]
    ask = step("Ask", kind="Callback", SqsQueueUrl="https://sqs/approvals", OutputParameters=declared, arguments={"day": ITEM})
    use = step("Use", arguments={"Environment": {"BY": {"Get": "Steps.Each.IterationOutputs[1].Ask.OutputParameters['by']"}}})

    execution = run(each(ask, items=["mon", "tue"]), use)
    messages = [execution.steps[name].callback.message for name in execution.waiting]
    for message, who in zip(messages, ("Ada", "Bob"), strict=True):
        client.send_pipeline_execution_step_success(
            CallbackToken=str(message["token"]), OutputParameters=[{"Name": "by", "Value": who}], ClientRequestToken=who * 32
        )

    assert [message["arguments"] for message in messages] == [{"day": "mon"}, {"day": "tue"}]
    assert (execution.status, execution.steps["Use"].arguments) == ("Succeeded", {"Environment": {"BY": "Bob"}})


def test_retry_policies_act_on_each_child(run: Run, each: Step, body: Step, most_at_once: Most) -> None:
    """A repeated attempt keeps its place within the bound."""
    policy: JsonObject = {"ExceptionType": ["SageMaker.CAPACITY_ERROR"], "IntervalSeconds": 30, "MaxAttempts": 1}
    lacking = fail("no capacity", exception_type="SageMaker.CAPACITY_ERROR")

    execution = run(each(body(RetryPolicies=[policy]), at_once=1), script={"Body-1": [lacking, succeed()]})

    assert execution.status == "Succeeded"
    assert [execution.steps[f"Body-{index}"].attempts for index in range(3)] == [1, 2, 1]
    assert most_at_once(execution) == 1


@pytest.mark.fidelity("FOREACH-023")
def test_children_are_cached_by_their_own_names(smpipeline: SMPipelineMock, run: Run, each: Step, body: Step) -> None:
    """A child reuses its own earlier run; the same item elsewhere in the list is another child."""
    cached = body(CacheConfig={"Enabled": True, "ExpireAfter": "P1D"})
    days = [{"Name": "Days", "Type": "String"}]
    first = run(each(cached, items={"Get": "Parameters.Days"}), declared=days, given={"Days": '["mon", "tue"]'})

    second = smpipeline.start("churn", {"Days": '["mon", "wed", "tue"]'})

    assert [second.steps[f"Body-{index}"].cache_source for index in range(3)] == [first.arn, None, None]
    assert second.steps["Each"].properties["IterationOutputs"][0] == first.steps["Each"].properties["IterationOutputs"][0]  # type: ignore[index] # a list


def test_a_selective_execution_reuses_a_whole_for_each_step(smpipeline: SMPipelineMock, run: Run, each: Step, step: Step) -> None:
    """Its values are there; its children are not listed again."""
    use = step("Use", arguments={"Environment": {"JOB": {"Get": "Steps.Each.IterationOutputs[1].Body.TrainingJobName"}}})
    first = run(each(), use)

    second = smpipeline.start("churn", only=["Use"], source=first)

    assert list(second.steps) == ["Each", "Use"]
    assert second.steps["Use"].arguments == first.steps["Use"].arguments


def test_a_selected_for_each_step_runs_its_children(smpipeline: SMPipelineMock, run: Run, each: Step, step: Step) -> None:
    """They belong to it."""
    first = run(step("Prep"), each(after=("Prep",)))

    assert smpipeline.start("churn", only=["Each"], source=first).order == ["Each", "Body-0", "Body-1", "Body-2"]


def test_ran_takes_children_and_steps_of_bodies(run: Run, each: Step, body: Step) -> None:
    """A step of a body ran when one of its children did."""
    execution = run(each(body(), body("Next", "Body")), script={"Body": fail("boom")})

    assert [execution.ran(name) for name in ("Each", "Body", "Body-0", "Next", "Next-2")] == [True, True, True, False, False]


@pytest.mark.parametrize("name", ["Body-3", "Body-7", "Body-01", "Body-x", "Body-²", "Bdy-1"])
def test_a_child_that_cannot_exist_is_a_key_error_with_the_closest_name(run: Run, each: Step, name: str) -> None:
    """Three items have three children; whether it is asked for by ``ran`` or by ``steps``."""
    execution = run(each())

    for ask in (execution.ran, execution.steps.__getitem__):
        with pytest.raises(KeyError) as caught:
            ask(name)
        assert str(caught.value.args[0]).startswith(f"pipeline 'churn' has no step {name!r}. Did you mean 'Body")
        assert str(caught.value.args[0]).endswith("Its steps: 'Body', 'Each'")


def test_a_step_of_a_body_is_listed_under_the_names_of_its_children(run: Run, each: Step, body: Step) -> None:
    """Asking for it by its own name says which there are."""
    execution = run(each(body(), body("Next", "Body"), items=["x", "y"]), script={"Body-1": fail("boom")})

    with pytest.raises(KeyError) as several:
        execution.steps["Body"]
    with pytest.raises(KeyError) as not_started:
        execution.steps["Next-1"]

    assert several.value.args == ("step 'Body' is listed once for each item of its ForEach step; started: 'Body-0', 'Body-1'",)
    assert not_started.value.args == (
        "step 'Next-1' was not started in this Failed execution; started: 'Body-0', 'Body-1', 'Each', 'Next-0'",
    )


@pytest.mark.smpipeline(progress="manual")
def test_before_the_items_are_known_any_child_is_possible(run: Run, each: Step) -> None:
    """It just has not run."""
    execution = run(each())

    assert [execution.ran(name) for name in ("Body", "Body-0", "Body-41")] == [False, False, False]
    with pytest.raises(KeyError, match="step 'Body-41' was not started in this Executing execution; started: none"):
        execution.steps["Body-41"]


def test_a_child_that_does_not_wait_cannot_be_released(run: Run, each: Step) -> None:
    """The message knows the names of children."""
    execution = run(each(), script={"Body-0": hold()})

    with pytest.raises(UsageError, match=r"Step 'Body-1' does not wait to be released: it is Succeeded\. Waiting: 'Body-0'\."):
        execution.release("Body-1", succeed())
