"""Execution: the record of one run of a pipeline."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import time_machine

from pytest_smpipeline import SMPipelineMock, mock_smpipeline, succeed
from pytest_smpipeline.values import JsonObject

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

Complaint = Callable[[Callable[[], object]], str]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GOOD = succeed(metrics={"auc": 0.9})


@pytest.mark.usefixtures("churn")
def test_an_execution_shows_what_it_was_started_with(smpipeline: SMPipelineMock, smpipeline_client: "SageMakerClient") -> None:
    """Names, parameters both as given and as effective, limit, token and experiment are those of the request."""
    arn = smpipeline_client.start_pipeline_execution(
        PipelineName="churn",
        PipelineExecutionDisplayName="nightly",
        PipelineExecutionDescription="of 22 November",
        PipelineParameters=[{"Name": "Date", "Value": "2026-11-22"}],
        ParallelismConfiguration={"MaxParallelExecutionSteps": 4},
        ClientRequestToken="t" * 32,
    )["PipelineExecutionArn"]

    run = smpipeline.executions.one()

    assert (run.arn, run.id) == (arn, arn.rpartition("/")[2])
    assert (run.pipeline, run.version, run.aliases) == ("churn", 1, [])
    assert (run.display_name, run.description) == ("nightly", "of 22 November")
    assert (run.overrides, run.parameters) == ({"Date": "2026-11-22"}, {"Date": "2026-11-22", "Epochs": 10})
    assert (run.parallelism, run.token) == (4, "t" * 32)


@pytest.mark.usefixtures("churn", "newer_botocore")
def test_an_execution_shows_the_experiment_of_mlflow(smpipeline: SMPipelineMock, smpipeline_client: "SageMakerClient") -> None:
    """As the start names it."""
    smpipeline_client.start_pipeline_execution(
        PipelineName="churn", PipelineParameters=[{"Name": "Date", "Value": "d"}], MlflowExperimentName="churn-experiments"
    )

    assert smpipeline.executions.one().mlflow_experiment == "churn-experiments"


@pytest.mark.usefixtures("churn")
@time_machine.travel(NOON, tick=False)
def test_what_was_not_given_is_none_or_the_default(smpipeline: SMPipelineMock) -> None:
    """The display name is made of the start's milliseconds."""
    run = smpipeline.start("churn", {"Date": "d"})

    assert (run.description, run.parallelism, run.mlflow_experiment) == (None, None, None)
    assert run.display_name == f"execution-{int(NOON.timestamp() * 1000)}"
    assert run.started == NOON


@pytest.mark.usefixtures("churn")
def test_an_execution_shows_its_steps_by_name_and_in_order(smpipeline: SMPipelineMock) -> None:
    """Only steps that were started are there."""
    smpipeline.script("churn", Train=GOOD)

    run = smpipeline.start("churn", {"Date": "d"})

    assert run.order == list(run.steps) == ["Prep", "Train", "Gate", "Report"]
    assert (len(run.steps), run.branches, run.failed_steps) == (4, {"Gate": "if"}, [])
    assert repr(run.steps) == repr(dict(run.steps))
    assert (run.status, run.failure_reason) == ("Succeeded", None)


@pytest.mark.usefixtures("churn")
def test_ran_tells_whether_a_step_was_started(smpipeline: SMPipelineMock) -> None:
    """A step in the branch that was not taken did not run."""
    smpipeline.script("churn", Train=GOOD)

    run = smpipeline.start("churn", {"Date": "d"})

    assert (run.ran("Report"), run.ran("Stop")) == (True, False)


@pytest.mark.usefixtures("churn")
def test_a_step_that_the_definition_lacks_is_a_key_error_with_the_closest_name(smpipeline: SMPipelineMock) -> None:
    """Whether it is asked for by ``steps`` or by ``ran``."""
    run = smpipeline.start("churn", {"Date": "d"})
    message = "pipeline 'churn' has no step 'Trian'. Did you mean 'Train'? Its steps: 'Gate', 'Prep', 'Report', 'Stop', 'Train'"

    with pytest.raises(KeyError) as by_steps:
        run.steps["Trian"]
    with pytest.raises(KeyError) as by_ran:
        run.ran("Trian")

    assert (str(by_steps.value), str(by_ran.value)) == (message, message)
    assert by_steps.value.args == (message,)


@pytest.mark.usefixtures("churn")
@time_machine.travel(NOON, tick=False)
@pytest.mark.smpipeline(progress="manual")
def test_a_step_that_was_not_started_is_a_key_error_with_those_that_were(smpipeline: SMPipelineMock) -> None:
    """The message says how far the execution has come."""
    run = smpipeline.start("churn", {"Date": "d"})

    with pytest.raises(KeyError) as before:
        run.steps["Train"]
    smpipeline.advance(seconds=2)
    with pytest.raises(KeyError) as after:
        run.steps["Train"]

    assert before.value.args == ("step 'Train' was not started in this Executing execution; started: none",)
    assert after.value.args == ("step 'Train' was not started in this Executing execution; started: 'Prep'",)


@time_machine.travel(NOON, tick=False)
@pytest.mark.smpipeline(progress="manual")
def test_a_record_is_live(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """The same object shows the present of its execution, whenever it is read."""
    smpipeline.add("churn", one_step)
    run = smpipeline.start("churn")
    seen = [(run.status, run.ended, list(run.steps))]

    smpipeline.run_until_idle()

    assert seen == [("Executing", None, [])]
    assert (run.status, run.ended, list(run.steps)) == ("Succeeded", smpipeline.now, ["Train"])


def test_a_record_keeps_its_last_state_when_the_mock_has_ended(one_step: JsonObject) -> None:
    """Time that passes afterwards changes nothing."""
    with time_machine.travel(NOON, tick=False) as traveller:
        with mock_smpipeline(progress="manual") as smp:
            smp.add("churn", one_step)
            run = smp.start("churn")
        traveller.shift(86_400)

        assert (run.status, run.order, len(run.steps)) == ("Executing", [], 0)


@pytest.mark.usefixtures("churn")
def test_what_a_record_returns_is_the_readers_own(smpipeline: SMPipelineMock) -> None:
    """Changing it does not change the record."""
    run = smpipeline.start("churn", {"Date": "d"})

    run.parameters.clear()
    run.overrides.clear()
    run.order.clear()

    assert (run.parameters, run.overrides, len(run.order)) == ({"Date": "d", "Epochs": 10}, {"Date": "d"}, 4)


def test_two_records_of_one_execution_are_equal(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """And equal to nothing else."""
    smpipeline.add("churn", one_step)
    first, second = smpipeline.start("churn"), smpipeline.start("churn")

    assert {first, smpipeline.executions[0]} == {first}
    assert first != second
    assert first != first.arn


@pytest.mark.usefixtures("churn")
def test_an_execution_prints_as_pipeline_id_status_and_parameters(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """What was given at the start tells executions apart."""
    smpipeline.add("prep", one_step)
    given, bare = smpipeline.start("churn", {"Date": "d"}), smpipeline.start("prep")

    assert repr(given) == f"<Execution churn/{given.id} Failed {{'Date': 'd'}}>"
    assert repr(bare) == f"<Execution prep/{bare.id} Succeeded>"


@pytest.mark.usefixtures("churn")
def test_an_execution_of_everything_has_no_selection(smpipeline: SMPipelineMock) -> None:
    """The list is empty and there is no source."""
    run = smpipeline.start("churn", {"Date": "d"})

    assert (run.selected, run.source) == ([], None)
    assert {step.selective_source for step in run.steps.values()} == {None}


@pytest.mark.usefixtures("churn")
def test_reused_steps_are_among_the_steps_but_did_not_run(smpipeline: SMPipelineMock) -> None:
    """They come first, with the results of their source."""
    source = smpipeline.start("churn", {"Date": "d"})

    run = smpipeline.start("churn", {"Date": "d"}, only=["Train"], source=source)

    assert (list(run.steps), run.order) == (["Prep", "Train"], ["Train"])
    assert (run.ran("Prep"), run.ran("Train")) == (False, True)
    prep, train = run.steps["Prep"], run.steps["Train"]
    assert (prep.selective_source, train.selective_source) == (source.arn, None)
    assert (prep.status, prep.metadata, prep.properties) == ("Succeeded", source.steps["Prep"].metadata, source.steps["Prep"].properties)


@pytest.mark.usefixtures("churn")
@time_machine.travel(NOON, tick=False)
@pytest.mark.smpipeline(progress="manual")
def test_a_step_that_a_selective_execution_lacks_is_told_why(smpipeline: SMPipelineMock) -> None:
    """It was not selected, or has not started yet; what is reused has not been started either."""
    source = smpipeline.start("churn", {"Date": "d"})
    smpipeline.run_until_idle()
    run = smpipeline.start("churn", {"Date": "d"}, only=["Train"], source=source)

    with pytest.raises(KeyError) as outside:
        run.steps["Report"]
    with pytest.raises(KeyError) as waiting:
        run.steps["Train"]

    assert outside.value.args == ("step 'Report' was neither selected nor reused in this selective execution; it has: 'Prep'",)
    assert waiting.value.args == ("step 'Train' was not started in this Executing execution; started: none",)


@pytest.mark.usefixtures("churn")
def test_a_selective_execution_prints_its_steps(smpipeline: SMPipelineMock) -> None:
    """They tell it from one of the whole pipeline, and a reused step says so."""
    source = smpipeline.start("churn", {"Date": "d"})
    run = smpipeline.start("churn", {"Date": "d"}, only=["Train"], source=source)

    assert repr(run) == f"<Execution churn/{run.id} Succeeded {{'Date': 'd'}} only ['Train']>"
    assert repr(run.steps) == ("{'Prep': <StepRun Prep (Processing) Succeeded, reused>, 'Train': <StepRun Train (Training) Succeeded>}")
