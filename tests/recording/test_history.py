"""History: executions that a test puts into a pipeline's past with ``smp.add_execution()``."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import time_machine
from botocore.exceptions import ClientError

from pytest_smpipeline import (
    Execution,
    Pipeline,
    SMPipelineMock,
    UsageError,
    cache_hit,
    fail,
    hold,
    mock_smpipeline,
    reject,
    stopped,
    succeed,
)
from pytest_smpipeline.values import Json, JsonObject

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DATE = {"Date": "2026-11-21"}
WAITS = "what is under way goes on from where it stands."

pytestmark = pytest.mark.usefixtures("churn")

Add = Callable[..., Execution]


@pytest.fixture
def noon(smpipeline: SMPipelineMock) -> Any:
    """Hold the wall clock at noon; the mock's own clock follows it."""
    with time_machine.travel(NOON, tick=False):
        yield smpipeline


@pytest.fixture
def add(smpipeline: SMPipelineMock) -> Add:
    """Return the function that adds an execution of ``churn`` with its one required parameter."""

    def call(**keywords: Any) -> Execution:
        return smpipeline.add_execution("churn", **{"parameters": DATE} | keywords)

    return call


@pytest.fixture
def step() -> Callable[..., JsonObject]:
    """Return the function that writes a step: its name, what it depends on, and whatever else it has."""

    def write(name: str, *after: Json, kind: str = "Training", arguments: Json = None) -> JsonObject:
        return {"Name": name, "Type": kind, "Arguments": arguments or {}, "DependsOn": list(after)}

    return write


@pytest.fixture
def complaint(add: Add) -> Callable[..., list[str]]:
    """Return the function that tries to add an execution and returns the lines that say why it can't be."""

    def call(**keywords: Any) -> list[str]:
        with pytest.raises(UsageError) as caught:
            add(**keywords)
        first, *problems = str(caught.value).split("\n  ")
        assert first == "An execution of 'churn' can't be added:"
        return problems

    return call


def seconds(run: Execution) -> dict[str, tuple[float, float | None]]:
    """Return when each step began and ended, in seconds after the start of its execution."""

    def after(moment: datetime) -> float:
        return (moment - run.started).total_seconds()

    return {step.name: (after(step.started), None if step.ended is None else after(step.ended)) for step in run.steps.values()}


def test_a_past_execution_is_there_for_the_api_and_for_nobody_else(smpipeline: SMPipelineMock, add: Add) -> None:
    """It has succeeded before now; the code under test did not start it, so it is neither in the log nor a call."""
    run = add()

    assert (run.status, run.version, run.parameters, run.overrides) == ("Succeeded", 1, {"Date": "2026-11-21", "Epochs": 10}, DATE)
    assert run.ended is not None
    assert run.started < run.ended < smpipeline.now
    assert (dict(run.steps), run.order, run.failure_reason, run.waiting) == ({}, [], None, [])
    assert (list(smpipeline.executions), list(smpipeline.calls)) == ([], [])
    smpipeline.assert_not_started()


def test_every_operation_shows_a_past_execution(smpipeline: SMPipelineMock, add: Add) -> None:
    """Describe, the lists, the definition and Search agree on it."""
    run = add(display_name="nightly", steps={"Prep": "Succeeded"})
    client = smpipeline.client()

    described = client.describe_pipeline_execution(PipelineExecutionArn=run.arn)
    assert (described["PipelineExecutionStatus"], described["PipelineExecutionDisplayName"]) == ("Succeeded", "nightly")
    assert (described["CreationTime"], described["LastModifiedTime"]) == (run.started, run.ended)
    (summary,) = client.list_pipeline_executions(PipelineName="churn")["PipelineExecutionSummaries"]
    assert (summary["PipelineExecutionArn"], summary["StartTime"]) == (run.arn, run.started)
    (step,) = client.list_pipeline_execution_steps(PipelineExecutionArn=run.arn)["PipelineExecutionSteps"]
    assert (step["StepName"], step["AttemptCount"]) == ("Prep", 1)
    values = client.list_pipeline_parameters_for_execution(PipelineExecutionArn=run.arn)["PipelineParameters"]
    assert values == [{"Name": "Date", "Value": "2026-11-21"}, {"Name": "Epochs", "Value": "10"}]
    assert "Prep" in client.describe_pipeline_definition_for_execution(PipelineExecutionArn=run.arn)["PipelineDefinition"]
    (found,) = client.search(Resource="PipelineExecution")["Results"]
    assert found["PipelineExecution"]["PipelineExecutionArn"] == run.arn


def test_the_pipeline_shows_its_last_execution(smpipeline: SMPipelineMock, add: Add) -> None:
    """Code that looks at the last run finds the one added last."""
    add()
    last = add()
    client = smpipeline.client()

    assert client.describe_pipeline(PipelineName="churn")["LastRunTime"] == last.started
    (summary,) = client.list_pipelines()["PipelineSummaries"]
    assert summary["LastExecutionTime"] == last.started
    (version,) = client.list_pipeline_versions(PipelineName="churn")["PipelineVersionSummaries"]
    assert version["LastExecutionPipelineExecutionArn"] == last.arn


@pytest.mark.parametrize("status", ["Succeeded", "Failed", "Stopped", "CompletedWithFailures"])
def test_an_execution_can_have_ended_with_any_status(add: Add, status: str) -> None:
    """Only one that failed has a reason, the one that the service gives."""
    run = add(status=status)

    assert (run.status, run.ended is not None) == (status, True)
    assert run.failure_reason == ("Step failure: One or multiple steps failed." if status == "Failed" else None)


def test_a_failure_can_have_a_reason_of_its_own(add: Add) -> None:
    """With one no step needs to have failed."""
    run = add(status="Failed", failure_reason="Pipeline execution timed out.", steps={"Prep": "Succeeded"})

    assert run.failure_reason == "Pipeline execution timed out."


def test_steps_are_statuses_or_outcomes(smpipeline: SMPipelineMock, add: Add) -> None:
    """They are listed as the engine would have left them; steps that are not named are not listed."""
    run = add(status="Failed", steps={"Prep": "Succeeded", "Train": fail("no disk")})

    assert (run.order, run.failed_steps) == (["Prep", "Train"], ["Train"])
    assert run.steps["Train"].reason == "ClientError: no disk"
    assert run.steps["Train"].arguments == {"Environment": {"DATE": "2026-11-21"}}
    assert run.steps["Train"].metadata["TrainingJob"]["Arn"] == (
        f"arn:aws:sagemaker:us-east-1:123456789012:training-job/{run.steps['Train'].properties['TrainingJobName']}"
    )
    listed = smpipeline.client().list_pipeline_execution_steps(PipelineExecutionArn=run.arn)["PipelineExecutionSteps"]
    assert [step["StepName"] for step in listed] == ["Train", "Prep"]
    run.assert_failed(step="Train", reason="no disk")


def test_a_past_step_is_like_one_that_ran(smpipeline: SMPipelineMock, add: Add) -> None:
    """Metadata, properties and duration are what the engine makes of the same outcome."""
    outcome = succeed(metrics={"auc": 0.9})
    smpipeline.script("churn", Train=outcome)
    past = add(steps={"Prep": "Succeeded", "Train": outcome, "Gate": "Succeeded", "Report": "Succeeded"})
    ran = smpipeline.start("churn", DATE)

    for name, step in ran.steps.items():
        told = past.steps[name]
        assert (told.type, told.status, told.attempts, told.duration) == (step.type, step.status, 1, step.duration)
        assert (told.metadata.keys(), told.properties.keys()) == (step.metadata.keys(), step.properties.keys())
    assert "'Value': 0.9" in str(past.steps["Train"].properties["FinalMetricDataList"])
    assert seconds(past) == seconds(ran)


def test_a_failed_step_has_a_reason(add: Add) -> None:
    """Where none is told it says as much."""
    assert add(status="Failed", steps={"Prep": "Failed"}).steps["Prep"].reason == "ClientError: The step failed."


@pytest.mark.parametrize(
    ("outcome", "status", "shown"),
    [
        (reject("AccessDeniedException", "no"), "Failed", {}),
        (stopped(), "Stopped", {"ProcessingJob"}),
        ("Stopped", "Stopped", {"ProcessingJob"}),
    ],
    ids=repr,
)
def test_steps_end_in_every_way(add: Add, outcome: Any, status: str, shown: set[str]) -> None:
    """Where the service refused the job, none is shown."""
    step = add(status="Failed" if status == "Failed" else "Stopped", steps={"Prep": outcome}).steps["Prep"]

    assert (step.status, set(step.metadata)) == (status, set(shown))
    assert step.ended is not None


def test_outputs_and_properties_of_a_past_step_are_shown(smpipeline: SMPipelineMock) -> None:
    """As those of one that ran."""
    smpipeline.add("ask", steps={"Call": "Lambda", "Train": "Training"})
    run = smpipeline.add_execution(
        "ask", steps={"Call": succeed(outputs={"n": 5}), "Train": succeed(properties={"TrainingJobName": "mine"}, duration=60)}
    )

    assert (run.steps["Call"].outputs, run.steps["Train"].properties["TrainingJobName"]) == ({"n": 5}, "mine")
    assert run.steps["Train"].duration == timedelta(minutes=1)
    assert run.steps["Call"].metadata["Lambda"]["OutputParameters"] == [{"Name": "n", "Value": "5"}]


def test_what_nobody_tells_of_other_steps_is_not_known(add: Add, smpipeline: SMPipelineMock, definition: JsonObject) -> None:
    """Of arguments that refer to it the rest is there for the job, but the record does not show half of them."""
    uri: JsonObject = {"Get": "Steps.Prep.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri"}
    arguments: JsonObject = {"Environment": {"IN": uri}, "OutputDataConfig": {"S3OutputPath": "s3://here"}}
    definition["Steps"][1]["Arguments"] = arguments  # type: ignore[index,call-overload]  # known here
    smpipeline.add("churn", definition)

    train = add(steps={"Train": "Succeeded"}).steps["Train"]

    assert train.arguments is None
    assert str(train.properties["ModelArtifacts"]).startswith("{'S3ModelArtifacts': 's3://here/")


@pytest.mark.parametrize(
    ("steps", "status", "branch"),
    [
        ({"Gate": "Succeeded", "Report": "Succeeded"}, "Succeeded", "if"),
        ({"Gate": "Succeeded", "Stop": "Failed"}, "Failed", "else"),
        ({"Train": succeed(metrics={"auc": 0.9}), "Gate": "Succeeded"}, "Succeeded", "if"),
        ({"Train": succeed(metrics={"auc": 0.1}), "Gate": "Succeeded"}, "Succeeded", "else"),
        ({"Gate": "Succeeded"}, "Succeeded", "if"),
    ],
    ids=repr,
)
def test_a_condition_went_as_its_branches_tell(add: Add, steps: dict[str, Any], status: str, branch: str) -> None:
    """Else as its conditions do, and without these the first."""
    run = add(status=status, steps=steps)

    assert run.branches == {"Gate": branch}
    assert run.steps["Gate"].metadata == {"Condition": {"Outcome": str(branch == "if")}}


def test_a_condition_of_which_nothing_is_known_took_the_branch_without_steps(smpipeline: SMPipelineMock, definition: JsonObject) -> None:
    """Otherwise steps of the other one would be told."""
    definition["Steps"][2]["Arguments"]["ElseSteps"] = []  # type: ignore[index,call-overload]  # known here
    smpipeline.add("churn", definition)

    assert smpipeline.add_execution("churn", parameters=DATE, steps={"Gate": "Succeeded"}).branches == {"Gate": "else"}


def test_steps_that_decide_for_themselves_can_have_failed(add: Add) -> None:
    """A Fail step with its message, a Condition step for a value that was missing."""
    assert add(status="Failed", steps={"Stop": "Failed"}).steps["Stop"].reason == "too bad"
    assert add(status="Failed", steps={"Gate": "Failed"}).steps["Gate"].reason == "ClientError: The conditions have no result."


def test_a_past_execution_can_serve_a_selective_one(smpipeline: SMPipelineMock, add: Add) -> None:
    """Its steps are results like those of an execution that ran."""
    source = add(steps={"Prep": "Succeeded"})

    run = smpipeline.start("churn", DATE, only=["Train"], source=source)

    run.assert_succeeded()
    assert run.steps["Prep"].metadata == source.steps["Prep"].metadata


CACHED: JsonObject = {"Enabled": True, "ExpireAfter": "1d"}


@pytest.mark.parametrize(("age", "hit"), [(HOUR, True), (48 * HOUR, False)], ids=str)
def test_a_past_result_can_be_reused_from_the_cache(
    smpipeline: SMPipelineMock,
    one_step: JsonObject,
    age: timedelta,
    hit: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """If it is young enough: the cache goes by the end of the step."""
    one_step["Steps"][0]["CacheConfig"] = CACHED  # type: ignore[index,call-overload]  # known here
    smpipeline.add("cached", one_step)
    past = smpipeline.add_execution("cached", steps={"Train": "Succeeded"}, ended=smpipeline.now - age)

    assert smpipeline.start("cached").steps["Train"].cache_source == (past.arn if hit else None)


def test_a_past_step_can_have_reused_a_result(add: Add, complaint: Callable[..., list[str]]) -> None:
    """Of the latest execution in which the step succeeded, or of the one that is named."""
    assert complaint(steps={"Prep": cache_hit()}) == [
        "steps['Prep']: cache_hit() needs an earlier execution in which the step succeeded. Add that one first."
    ]
    first, second = (add(steps={"Prep": "Succeeded"}) for _ in range(2))

    assert add(steps={"Prep": cache_hit()}).steps["Prep"].cache_source == second.arn
    assert add(steps={"Prep": cache_hit(first)}).steps["Prep"].cache_source == first.arn


def test_a_past_failure_can_be_retried(smpipeline: SMPipelineMock, add: Add) -> None:
    """What succeeded is kept, what failed runs again, and what was not told runs for the first time."""
    run = add(status="Failed", steps={"Prep": "Succeeded", "Train": fail("no disk")})
    smpipeline.script("churn", Train=succeed(metrics={"auc": 0.9}))

    run.retry()

    run.assert_succeeded()
    assert {name: step.attempts for name, step in run.steps.items()} == {"Prep": 1, "Train": 2, "Gate": 1, "Report": 1}
    assert len(smpipeline.executions) == 0


@pytest.mark.parametrize("progress", ["immediate", "poll", "manual"])
def test_an_execution_under_way_stays_so(add: Add, smpipeline: SMPipelineMock, progress: Any) -> None:
    """However often somebody looks and however much time passes: its steps are held."""
    with mock_smpipeline(progress=progress):
        run = add(status="Executing", steps={"Prep": "Succeeded", "Train": "Executing"})
        client = smpipeline.client()
        for _ in range(3):
            client.describe_pipeline_execution(PipelineExecutionArn=run.arn)
        smpipeline.advance(days=1)
        smpipeline.run_until_idle()

        assert (run.status, run.ended, run.waiting, run.steps["Train"].status) == ("Executing", None, ["Train"], "Executing")
        assert (run.steps["Train"].ended, set(run.steps["Train"].metadata)) == (None, {"TrainingJob"})


def test_an_execution_under_way_goes_on_when_its_step_is_released(smpipeline: SMPipelineMock, add: Add) -> None:
    """From where it stands, by the script of the test."""
    run = add(status="Executing", steps={"Prep": "Succeeded", "Train": hold()})
    job = run.steps["Train"].metadata

    run.release("Train", succeed(metrics={"auc": 0.1}))

    run.assert_failed(step="Stop")
    assert (run.order, run.steps["Train"].metadata) == (["Prep", "Train", "Gate", "Stop"], job)
    assert len(smpipeline.executions) == 0


def test_an_execution_under_way_can_be_stopped(add: Add) -> None:
    """With its steps, or without any."""
    for steps in ({"Prep": "Executing"}, None):
        run = add(status="Executing", steps=steps)
        run.stop()
        run.assert_stopped()
        assert [step.status for step in run.steps.values()] == ["Stopped"] * len(steps or ())


def test_without_running_steps_an_execution_under_way_waits_for_nothing_but_a_stop(smpipeline: SMPipelineMock, add: Add) -> None:
    """Not even a change of its limit moves it."""
    run = add(status="Executing")

    smpipeline.client().update_pipeline_execution(PipelineExecutionArn=run.arn, ParallelismConfiguration={"MaxParallelExecutionSteps": 5})

    assert (run.status, dict(run.steps)) == ("Executing", {})


def test_steps_beside_the_running_one_start_when_it_has_ended(smpipeline: SMPipelineMock, step: Callable[..., JsonObject]) -> None:
    """Those that were told are not started again, also where they ran on a failure."""
    handler: Json = {"Step": "Prep", "Trigger": "Failed"}
    steps: list[Json] = [step("Prep"), step("Other"), step("Clean", handler), step("Late", "Clean"), step("Side")]
    smpipeline.add("wide", {"Version": "2020-12-01", "Steps": steps})
    run = smpipeline.add_execution("wide", status="Executing", steps={"Prep": "Failed", "Clean": "Executing", "Other": "Executing"})

    run.release("Clean", succeed())
    assert (run.order, run.waiting) == (["Prep", "Other", "Clean", "Late", "Side"], ["Other"])
    run.release("Other", succeed())

    assert run.status == "CompletedWithFailures"


def test_a_stopping_execution_waits_for_its_callback(smpipeline: SMPipelineMock) -> None:
    """It has been asked to stop, and stops when the step is answered."""
    smpipeline.add("ask", steps=["Callback", "Train"])
    run = smpipeline.add_execution("ask", status="Stopping", steps={"Callback": "Stopping"})

    assert (run.status, run.steps["Callback"].status) == ("Stopping", "Stopping")
    run.steps["Callback"].callback.succeed({})

    assert (run.status, run.order) == ("Stopped", ["Callback"])


def test_a_callback_of_the_past_can_be_answered_while_it_waits(smpipeline: SMPipelineMock) -> None:
    """Its token is known to the API, and its message was sent; one that has ended takes no answer."""
    smpipeline.add("ask", steps=["Callback", "Train"])
    done = smpipeline.add_execution("ask", steps={"Callback": "Succeeded"})
    run = smpipeline.add_execution("ask", status="Executing", steps={"Callback": "Executing"})
    client, callback = smpipeline.client(), run.steps["Callback"].callback
    assert (callback.message["token"], callback.message["status"]) == (callback.token, "Executing")

    client.send_pipeline_execution_step_success(CallbackToken=callback.token)
    with pytest.raises(ClientError, match="is already in a terminal status"):
        client.send_pipeline_execution_step_success(CallbackToken=done.steps["Callback"].callback.token)

    assert (run.status, run.order) == ("Succeeded", ["Callback", "Train"])


@pytest.mark.smpipeline(limits={"concurrent_executions": 1})
def test_an_execution_under_way_counts_as_running(smpipeline: SMPipelineMock, add: Add) -> None:
    """The quota is used up, and the pipeline can't be deleted."""
    add()
    run = add(status="Executing")
    client = smpipeline.client()

    with pytest.raises(client.exceptions.ResourceLimitExceeded):
        smpipeline.start("churn", DATE)
    with pytest.raises(client.exceptions.ConflictException):
        client.delete_pipeline(PipelineName="churn")
    run.stop()
    smpipeline.start("churn", DATE)


def test_an_execution_under_way_times_out_as_any_other(smpipeline: SMPipelineMock, add: Add) -> None:
    """672 hours after its start."""
    run = add(status="Executing", started=smpipeline.now - 671 * HOUR)

    smpipeline.advance(hours=1, seconds=2)

    assert run.status == "Failed"


def test_steps_follow_one_another_as_in_an_execution(noon: SMPipelineMock, add: Add) -> None:
    """Each takes its usual time; the execution ended with the last, a minute ago."""
    run = add(steps={"Prep": "Succeeded", "Train": succeed(duration=60)})

    assert seconds(run) == {"Prep": (1, 181), "Train": (182, 242)}
    assert (run.started, run.ended) == (NOON - timedelta(seconds=302), NOON - timedelta(minutes=1))


def test_the_order_of_steps_is_that_of_their_dependencies(smpipeline: SMPipelineMock, step: Callable[..., JsonObject]) -> None:
    """Wherever they stand in the definition, and in what is told."""
    smpipeline.add("back", {"Version": "2020-12-01", "Steps": [step("Last", "First"), step("First")]})

    assert smpipeline.add_execution("back", steps={"Last": "Succeeded", "First": "Succeeded"}).order == ["First", "Last"]


def test_without_steps_an_execution_took_ten_minutes(noon: SMPipelineMock, add: Add) -> None:
    """And ended a minute ago; the next one was started after it."""
    first, second = add(), add()

    assert (first.started, first.ended) == (NOON - timedelta(minutes=11), NOON - timedelta(minutes=1))
    assert (second.started, second.ended) == (first.started + timedelta(seconds=1), NOON - timedelta(seconds=59))


def test_nothing_of_the_past_lies_in_the_future(noon: SMPipelineMock, add: Add) -> None:
    """Not even after an execution that was started just now."""
    with mock_smpipeline(progress="manual"):
        noon.start("churn", DATE)
        late = add(steps={"Prep": "Succeeded"})

    assert (late.started, late.ended, seconds(late)) == (NOON, NOON, {"Prep": (0, 0)})


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({"started": NOON - 5 * HOUR}, (NOON - 5 * HOUR, NOON - 5 * HOUR + timedelta(seconds=181))),
        ({"ended": NOON - 5 * HOUR}, (NOON - 5 * HOUR - timedelta(seconds=181), NOON - 5 * HOUR)),
        ({"started": NOON - 5 * HOUR, "ended": NOON}, (NOON - 5 * HOUR, NOON)),
        ({"started": datetime(2026, 11, 22, 14, tzinfo=timezone(3 * HOUR))}, (NOON - HOUR, NOON - HOUR + timedelta(seconds=181))),
    ],
    ids=["started", "ended", "both", "elsewhere"],
)
def test_times_that_are_given_hold(noon: SMPipelineMock, add: Add, times: dict[str, datetime], expected: tuple[datetime, datetime]) -> None:
    """Those that are not follow from the steps."""
    run = add(steps={"Prep": "Succeeded"}, **times)

    assert (run.started, run.ended) == expected
    assert seconds(run) == {"Prep": (1, 181)}


def test_steps_are_shortened_to_fit_a_short_execution(noon: SMPipelineMock, add: Add) -> None:
    """All alike, since nobody said how long they took."""
    run = add(steps={"Prep": "Succeeded", "Train": "Succeeded"}, started=NOON - timedelta(seconds=241), ended=NOON)

    assert seconds(run) == {"Prep": (0.5, 90.5), "Train": (91, 241)}


def test_a_running_step_began_before_now(noon: SMPipelineMock, add: Add) -> None:
    """However short the time since the start of its execution."""
    run = add(status="Executing", steps={"Prep": "Succeeded", "Train": "Executing"}, started=NOON - timedelta(seconds=91))

    assert seconds(run) == {"Prep": (0.5, 90.5), "Train": (91, None)}


def test_an_execution_is_of_the_latest_version_or_of_one_that_is_named(
    smpipeline: SMPipelineMock, add: Add, churn: Pipeline, one_step: JsonObject
) -> None:
    """Steps and parameters are those of the version."""
    smpipeline.add("churn", one_step)

    assert add(parameters=None, steps={"Train": "Succeeded"}).version == 2
    assert add(version=1, steps={"Prep": "Succeeded"}).version == churn.version


def test_a_pipeline_that_is_not_there_has_no_history(smpipeline: SMPipelineMock) -> None:
    """The closest name is told."""
    with pytest.raises(UsageError) as caught:
        smpipeline.add_execution("chrun")

    assert str(caught.value) == "There is no pipeline 'chrun'. Did you mean 'churn'? Existing: 'churn'. add() it first."


def test_an_experiment_that_has_no_name_is_refused(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """As a start would refuse it."""
    bad: JsonObject = {"ExperimentName": {"Std:Join": {"On": "", "Values": [{"Std:JsonGet": {"S3Uri": "nowhere", "Path": "a"}}]}}}
    smpipeline.add("tried", one_step | {"PipelineExperimentConfig": bad})

    with pytest.raises(UsageError, match=r"can't be added:\n  PipelineExperimentConfig can't be resolved"):
        smpipeline.add_execution("tried")


@pytest.mark.parametrize(
    ("keywords", "problem"),
    [
        (
            {"status": "Suceeded"},
            (
                "status='Suceeded' is not a status of an execution. Did you mean 'Succeeded'? "
                "Statuses: 'CompletedWithFailures', 'Executing', 'Failed', 'Stopped', 'Stopping', 'Succeeded'."
            ),
        ),
        ({"status": ["Failed"]}, "status=['Failed'] is not a status of an execution. "),
        (
            {"steps": {"Trian": "Succeeded"}},
            "steps has 'Trian', which is no step. Did you mean 'Train'? Steps: 'Gate', 'Prep', 'Report', 'Stop', 'Train'.",
        ),
        (
            {"steps": {"Train": "Succeded"}},
            (
                "steps['Train']: 'Succeded' is not a status of a step here. Did you mean 'Succeeded'? "
                "Statuses: 'Executing', 'Failed', 'Stopped', 'Stopping', 'Succeeded'."
            ),
        ),
        ({"steps": {"Train": 5}}, "steps['Train']: expected a status such as 'Succeeded' or an outcome such as fail('no disk'), not 5."),
        ({"steps": ["Train"]}, "steps=['Train'] is not valid: expected a dict such as {'Train': 'Succeeded'}, or with outcomes."),
        (
            {"steps": {"Gate": succeed()}},
            "steps['Gate']: a Condition step decides for itself, so it takes 'Failed', 'Succeeded', not succeed().",
        ),
        ({"steps": {"Stop": "Succeeded"}}, "steps['Stop']: a Fail step decides for itself, so it takes 'Failed', not 'Succeeded'."),
        (
            {"steps": {"Train": succeed(outputs={"a": 1})}},
            (
                "steps['Train']: Step 'Train', a Training step, can't come out as succeed(outputs={'a': 1}):\n"
                "  outputs= is for Lambda and Callback steps. What a job makes goes into properties= or property_files=."
            ),
        ),
        ({"steps": {"Train": "Failed"}}, "status='Succeeded', but 'Train' is Failed. Write status='Failed', or let the steps succeed."),
        (
            {"status": "Failed", "steps": {"Prep": "Executing", "Train": "Executing"}},
            "steps['Train']: it can't have run, for it depends on 'Prep', which is Executing.",
        ),
        (
            {"steps": {"Prep": "Executing"}},
            "status='Succeeded', but 'Prep' did not end. Write status='Executing', or how it ended.",
        ),
        (
            {"status": "Executing", "steps": {"Prep": "Stopping"}},
            "status='Executing', but a step is Stopping; only those of an execution that is Stopping are.",
        ),
        (
            {"status": "Failed", "steps": {"Prep": "Succeeded"}},
            "status='Failed', but none of its steps failed. Say which one did, or give a failure_reason.",
        ),
        (
            {"status": "CompletedWithFailures", "steps": {"Prep": "Succeeded"}},
            "status='CompletedWithFailures', but none of its steps failed. Say which one did.",
        ),
        (
            {"status": "CompletedWithFailures", "steps": {"Stop": "Failed"}},
            "status='CompletedWithFailures', but the Fail step 'Stop' ran: then the execution is Failed.",
        ),
        (
            {"status": "Executing", "steps": {"Train": "Executing"}},
            f"steps has 'Train' without 'Prep', which it depends on: {WAITS}",
        ),
        (
            {"status": "Failed", "steps": {"Report": "Succeeded", "Stop": "Failed"}},
            "steps has 'Report' and 'Stop', from both branches of 'Gate': only one of them is taken.",
        ),
        ({"parameters": {"Dat": 1}}, "Unknown parameter 'Dat'. Did you mean 'Date'?; Parameter 'Date' is undefined."),
        ({"parameters": "Date"}, "parameters='Date' is not valid: expected a dict such as {'Date': '2026-11-22'}."),
        ({"version": 2}, "version=2 is none of the pipeline; its versions are 1 to 1."),
        ({"version": "1"}, "version='1' is none of the pipeline; its versions are 1 to 1."),
        ({"failure_reason": "boom"}, "failure_reason='boom' needs status='Failed'; an execution that is Succeeded has none."),
        ({"status": "Failed", "failure_reason": ""}, "failure_reason='' is not valid: expected a text."),
        ({"status": "Failed", "failure_reason": 5}, "failure_reason=5 is not valid: expected a text."),
        (
            {"started": datetime(2026, 1, 1)},  # noqa: DTZ001 - the point of the test
            "started=datetime.datetime(2026, 1, 1, 0, 0) is not valid: expected an aware datetime, such as datetime(2026, ",
        ),
        (
            {"ended": "today"},
            "ended='today' is not valid: expected an aware datetime, such as datetime(2026, 11, 22, tzinfo=UTC).",
        ),
        (
            {"ended": NOON + HOUR},
            "ended=2026-11-22 13:00:00+00:00 lies in the future: it is 2026-11-22 12:00:00+00:00.",
        ),
        (
            {"started": NOON, "ended": NOON - HOUR},
            "ended=2026-11-22 11:00:00+00:00 lies before started=2026-11-22 12:00:00+00:00.",
        ),
        (
            {"started": NOON - 673 * HOUR, "status": "Executing"},
            "started=2026-10-25 11:00:00+00:00 is too early: an execution ends after 672 hours at the latest.",
        ),
        (
            {"ended": NOON, "status": "Executing"},
            "ended= is given, but an execution with this status has not ended. Leave it out.",
        ),
        (
            {"started": NOON - HOUR, "steps": {"Prep": succeed(duration=HOUR)}},
            (
                "the steps take 1:00:01, but between started and ended, or now, there is only 1:00:00. "
                "Move these apart, or shorten the durations of 'Prep'."
            ),
        ),
        (
            {"display_name": "a b"},
            (
                "1 validation error detected: Value 'a b' at 'pipelineExecutionDisplayName' failed to satisfy constraint: "
                "Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,81}"
            ),
        ),
    ],
    ids=repr,
)
def test_what_could_not_have_happened_is_refused(
    noon: SMPipelineMock, complaint: Callable[..., list[str]], keywords: dict[str, Any], problem: str
) -> None:
    """The message says why, and what could; the history stays as it was."""
    assert problem in "\n  ".join(complaint(**keywords)).replace("\n    ", "\n  ")
    assert noon.client().list_pipeline_executions(PipelineName="churn")["PipelineExecutionSummaries"] == []


def test_all_that_is_wrong_is_told_at_once(complaint: Callable[..., list[str]]) -> None:
    """What only makes sense when names and forms are right is told after them."""
    problems = complaint(status="Suceeded", steps={"Trian": "Succeeded", "Train": "Fail"}, ended="today")

    assert [problem.partition(" ")[0] for problem in problems] == ["status='Suceeded'", "ended='today'", "steps", "steps['Train']:"]


@pytest.fixture
def loop(smpipeline: SMPipelineMock, step: Callable[..., JsonObject]) -> Add:
    """Return the function that adds an execution of ``loop``: a ForEach step over ``Days``, two at once, and a step after it."""
    body: Json = [step("Next", "Body"), step("Body", arguments={"Environment": {"DAY": {"Get": "ForEach.CurrentItem"}}})]
    arguments: JsonObject = {"IterableItems": {"Get": "Parameters.Days"}, "MaxConcurrency": 2, "ForEachBody": body}
    last = step("Last", arguments={"Environment": {"N": {"Get": "Steps.Loop.IterationOutputs[0].Body.TrainingJobName"}}})
    days: Json = {"Name": "Days", "Type": "String", "DefaultValue": '["mon", "tue"]'}
    smpipeline.add(
        "loop", {"Version": "2020-12-01", "Parameters": [days], "Steps": [step("Loop", kind="ForEach", arguments=arguments), last]}
    )

    def call(**keywords: Any) -> Execution:
        return smpipeline.add_execution("loop", **keywords)

    return call


@pytest.mark.fidelity("FOREACH-024")
def test_a_past_foreach_step_is_like_one_that_ran(smpipeline: SMPipelineMock, loop: Add) -> None:
    """With all that its body left, by item: children, their values, counts, and what later steps see of it."""
    past = loop(steps={"Loop": "Succeeded", "Last": "Succeeded"})
    ran = smpipeline.start("loop")

    assert past.steps.keys() == ran.steps.keys()
    for name, step in ran.steps.items():
        told = past.steps[name]
        assert (told.status, told.duration, told.iteration) == (step.status, step.duration, step.iteration)
        assert (told.metadata.keys(), told.properties.keys()) == (step.metadata.keys(), step.properties.keys())
    assert past.steps["Loop"].metadata == ran.steps["Loop"].metadata
    assert past.steps["Body-1"].arguments == {"Environment": {"DAY": "tue"}}
    assert past.steps["Last"].arguments == {"Environment": {"N": past.steps["Body-0"].properties["TrainingJobName"]}}
    assert seconds(past) == seconds(ran)
    listed = smpipeline.client().list_pipeline_execution_steps(PipelineExecutionArn=past.arn)["PipelineExecutionSteps"]
    assert [one["StepName"] for one in listed] == past.order[::-1]


@pytest.mark.fidelity("FOREACH-024")
def test_children_are_told_for_all_items_or_for_one(smpipeline: SMPipelineMock, loop: Add) -> None:
    """As in scripts. What depends on a failed one did not run, the others succeeded; a retry keeps those."""
    run = loop(status="Failed", steps={"Loop": "Failed", "Body": succeed(duration=60), "Body-1": fail("no disk", duration=90)})

    assert {name: one.status for name, one in run.steps.items()} == {
        "Loop": "Failed",
        "Body-0": "Succeeded",
        "Body-1": "Failed",
        "Next-0": "Succeeded",
    }
    assert seconds(run) == {"Loop": (1, 362), "Body-0": (1, 61), "Body-1": (1, 91), "Next-0": (62, 362)}
    assert run.steps["Loop"].reason == "ClientError: 1 of 4 steps did not succeed."
    assert run.steps["Body-1"].reason == "ClientError: no disk"

    run.retry()

    run.assert_succeeded()
    assert (run.steps["Body-0"].attempts, run.steps["Body-1"].attempts, run.steps["Next-1"].attempts) == (1, 2, 1)


@pytest.mark.fidelity("FOREACH-024")
def test_of_a_stopped_foreach_step_only_what_is_told_ran(loop: Add) -> None:
    """Nobody knows how far it came; its items are counted."""
    run = loop(status="Stopped", steps={"Loop": "Stopped", "Body-0": "Succeeded", "Body-1": "Stopped"})

    assert {name: one.status for name, one in run.steps.items()} == {"Loop": "Stopped", "Body-0": "Succeeded", "Body-1": "Stopped"}
    shown = run.steps["Loop"].metadata["ForEach"]
    assert (shown["Status"], shown["InputItemCount"], shown["SucceededStepCount"], shown["StoppedStepCount"]) == ("Stopped", 2, 1, 1)


def test_an_execution_under_way_can_have_a_foreach_step_behind_it(loop: Add) -> None:
    """It goes on from there."""
    run = loop(status="Executing", steps={"Loop": "Succeeded", "Last": "Executing"})
    run.release("Last", succeed())

    run.assert_succeeded()


def test_an_execution_under_way_can_have_a_failed_foreach_step(
    smpipeline: SMPipelineMock, loop: Add, step: Callable[..., JsonObject]
) -> None:
    """What waited for its failure goes on."""
    arguments: JsonObject = {"IterableItems": ["a"], "MaxConcurrency": 1, "ForEachBody": [step("Body")]}
    late = step("Late", {"Step": "Loop", "Trigger": "Failed"})
    smpipeline.add("loop", {"Version": "2020-12-01", "Steps": [step("Loop", kind="ForEach", arguments=arguments), late]})
    run = loop(status="Executing", steps={"Loop": "Failed", "Body": "Failed", "Late": "Executing"})
    run.release("Late", succeed())

    assert run.status == "CompletedWithFailures"


def test_items_that_are_not_known_beforehand_are_those_that_are_told(smpipeline: SMPipelineMock, step: Callable[..., JsonObject]) -> None:
    """They come from another step: there are as many as have a child that is told."""
    arguments: JsonObject = {
        "IterableItems": {"Get": "Steps.List.OutputParameters['days']"},
        "MaxConcurrency": 1,
        "ForEachBody": [step("Body")],
    }
    function = step("List", kind="Lambda") | {"FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f"}
    function["OutputParameters"] = [{"OutputName": "days", "OutputType": "String"}]
    smpipeline.add("list", {"Version": "2020-12-01", "Steps": [function, step("Loop", kind="ForEach", arguments=arguments)]})

    none = smpipeline.add_execution("list", steps={"Loop": "Succeeded"})
    steps: dict[str, Any] = {"Loop": "Succeeded", "Body-1": succeed(duration=9)}
    two = smpipeline.add_execution("list", steps=steps, started=smpipeline.now - HOUR)

    assert (none.order, none.steps["Loop"].duration) == (["Loop"], timedelta(seconds=1))
    assert two.order == ["Loop", "Body-0", "Body-1"]
    assert seconds(two)["Body-1"] == (302, 311)


@pytest.mark.parametrize(
    ("status", "steps", "problem"),
    [
        ("Succeeded", {"Body-0": "Succeeded"}, "steps has 'Body-0' without 'Loop', the ForEach step that it belongs to."),
        ("Succeeded", {"Loop": "Succeeded", "Body-2": "Succeeded"}, "steps tells of an item 2, but 'Loop' goes over 2, counted from 0."),
        (
            "Succeeded",
            {"Loop": "Succeeded", "Body-1": "Failed"},
            "steps['Loop'] is Succeeded, but 'Body-1' is Failed. Write 'Failed', or let it succeed.",
        ),
        (
            "Failed",
            {"Loop": "Failed"},
            "steps['Loop'] is Failed, but none of its steps is. Say which one failed, such as {'Next-0': 'Failed'}.",
        ),
        (
            "Executing",
            {"Loop": "Failed", "Body-1": "Executing"},
            "steps['Body-1'] did not end, but 'Loop' did. Only a ForEach step that has ended can be told.",
        ),
        (
            "Failed",
            {"Loop": "Failed", "Body-1": "Failed", "Next-1": "Succeeded"},
            "steps['Next-1']: it can't have run, for it depends on 'Body-1', which is Failed.",
        ),
        (
            "Executing",
            {"Loop": "Executing"},
            "steps['Loop']: a ForEach step decides for itself, so it takes 'Failed', 'Stopped', 'Succeeded', not 'Executing'.",
        ),
        (
            "Succeeded",
            {"Loop": "Succeeded", "Boddy-x": "Succeeded"},
            "steps has 'Boddy-x', which is no step. Steps: 'Last', 'Loop'.",
        ),
        (
            "Succeeded",
            {"Loop": "Succeeded", "Other-1": "Succeeded"},
            "steps has 'Other-1', which is no step. Steps: 'Last', 'Loop'.",
        ),
    ],
    ids=repr,
)
def test_children_that_do_not_fit_are_refused(loop: Add, status: str, steps: dict[str, Any], problem: str) -> None:
    """With what would fit."""
    with pytest.raises(UsageError) as caught:
        loop(status=status, steps=steps)

    assert str(caught.value).split("\n  ")[1:] == [problem]
