"""The thing a test holds: starting, moving time, and showing itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import botocore.exceptions
import pytest

from pytest_smpipeline import Execution, SMPipelineMock, UsageError, mock_smpipeline
from pytest_smpipeline.values import JsonObject

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient


@pytest.mark.usefixtures("churn")
def test_a_start_goes_through_the_real_api(smpipeline: SMPipelineMock) -> None:
    """It is recorded as a call; values travel as text, as the SDK sends them, and are typed by the definition."""
    run = smpipeline.start("churn", {"Date": "d", "Epochs": 20}, version=1, display_name="nightly")

    (call,) = smpipeline.calls
    assert (call.operation, call.request) == (
        "StartPipelineExecution",
        {
            "PipelineName": "churn",
            "PipelineParameters": [{"Name": "Date", "Value": "d"}, {"Name": "Epochs", "Value": "20"}],
            "ClientRequestToken": run.token,
            "PipelineVersionId": 1,
            "PipelineExecutionDisplayName": "nightly",
        },
    )
    assert (run.parameters, run.overrides) == ({"Date": "d", "Epochs": 20}, {"Date": "d", "Epochs": "20"})


def test_a_start_without_parameters_sends_none(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """What is not given is not in the request."""
    smpipeline.add("churn", one_step)

    smpipeline.start("churn")

    assert smpipeline.calls[0].request.keys() == {"PipelineName", "ClientRequestToken"}


@pytest.mark.usefixtures("churn")
@pytest.mark.parametrize("given", [lambda run: run, lambda run: run.arn], ids=["an execution", "its ARN"])
def test_a_start_may_be_limited_to_steps_that_build_on_an_execution(
    smpipeline: SMPipelineMock, given: Callable[[Execution], Execution | str]
) -> None:
    """``source`` is an execution or its ARN; both travel as the API has them."""
    source = smpipeline.start("churn", {"Date": "d"})

    run = smpipeline.start("churn", {"Date": "e"}, only=["Train"], source=given(source))

    assert smpipeline.calls[-1].request["SelectiveExecutionConfig"] == {
        "SelectedSteps": [{"StepName": "Train"}],
        "SourcePipelineExecutionArn": source.arn,
    }
    assert (run.selected, run.source, run.order) == (["Train"], source.arn, ["Train"])


@pytest.mark.usefixtures("churn")
def test_a_start_limited_to_the_first_steps_needs_no_source(smpipeline: SMPipelineMock) -> None:
    """None is sent."""
    run = smpipeline.start("churn", {"Date": "d"}, only=("Prep", "Train"))

    assert smpipeline.calls[-1].request["SelectiveExecutionConfig"] == {"SelectedSteps": [{"StepName": "Prep"}, {"StepName": "Train"}]}
    assert (run.selected, run.source) == (["Prep", "Train"], None)


@pytest.mark.usefixtures("churn")
@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"only": "Train"}, "only='Train' is not valid: expected a list of step names. Write only=['Train']."),
        ({"only": {"Train"}}, "only={'Train'} is not valid: expected a list of step names, such as only=['Train']."),
        ({"only": [1]}, "only=[1] is not valid: expected a list of step names, such as only=['Train']."),
        ({"only": ["Train"], "source": 1}, "source=1 is not valid: expected an execution, as start() returns it, or its ARN."),
        (
            {"source": "arn:..."},
            "start(source=...) needs the steps that run: only=['Train'], for example. Everything else comes from the source.",
        ),
    ],
    ids=["a string", "a set", "a number in it", "no execution", "a source alone"],
)
def test_a_selection_that_makes_no_sense_is_refused_before_it_is_sent(
    smpipeline: SMPipelineMock, keywords: dict[str, Any], message: str
) -> None:
    """The message says what would be right."""
    with pytest.raises(UsageError) as caught:
        smpipeline.start("churn", {"Date": "d"}, **keywords)

    assert str(caught.value) == message
    assert not smpipeline.calls


@pytest.mark.usefixtures("newer_botocore")
def test_a_start_may_name_a_version_by_its_alias(smpipeline: SMPipelineMock, one_step: JsonObject, definition: JsonObject) -> None:
    """An older version runs although there is a newer one."""
    smpipeline.add("churn", one_step, aliases=["prod"])
    smpipeline.add("churn", definition)

    run = smpipeline.start("churn", alias="prod")

    assert (run.version, run.aliases) == (1, ["prod"])


def test_a_start_may_name_the_pipeline_by_its_arn(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """As the API takes a name or an ARN."""
    pipeline = smpipeline.add("churn", one_step)

    assert smpipeline.start(pipeline.arn).pipeline == "churn"


def test_a_start_that_the_service_refuses_raises_what_a_client_would(smpipeline: SMPipelineMock) -> None:
    """Nothing was started."""
    with pytest.raises(botocore.exceptions.ClientError, match="churn' does not exist"):
        smpipeline.start("churn")

    assert not smpipeline.executions


@pytest.mark.smpipeline(region="eu-central-1")
def test_a_start_is_in_the_region_of_the_mock(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """Whatever region an earlier mock had."""
    smpipeline.add("churn", one_step)

    assert smpipeline.start("churn").arn.startswith("arn:aws:sagemaker:eu-central-1:123456789012:pipeline/churn/execution/")


def test_a_client_is_in_the_region_asked_for(smpipeline: SMPipelineMock) -> None:
    """Without a region it is in the mock's own."""
    assert [smpipeline.client(region).meta.region_name for region in (None, "eu-west-1")] == ["us-east-1", "eu-west-1"]


def test_advance_takes_seconds_minutes_hours_and_days(smpipeline: SMPipelineMock) -> None:
    """They add up."""
    before = smpipeline.now

    smpipeline.advance(1.5, minutes=2, hours=3, days=4)

    moved = smpipeline.now - before
    assert timedelta(0) <= moved - timedelta(days=4, hours=3, minutes=2, seconds=1.5) < timedelta(minutes=1)


def test_advance_takes_a_timedelta(smpipeline: SMPipelineMock) -> None:
    """As durations do; what stands beside it is added."""
    before = smpipeline.now

    smpipeline.advance(timedelta(hours=3), minutes=2)

    moved = smpipeline.now - before
    assert timedelta(0) <= moved - timedelta(hours=3, minutes=2) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("seconds", "message"),
    [
        (-5, "advance() was asked to go back by 0:00:05; time does not go backwards."),
        (float("nan"), "advance() was asked to go where no calendar leads: cannot convert float NaN to integer."),
        (float("inf"), "advance() was asked to go where no calendar leads: cannot convert float infinity to integer."),
        (1e12, "advance() was asked to go where no calendar leads: date value out of range."),
        (timedelta(days=-1), "advance() was asked to go back by 1 day, 0:00:00; time does not go backwards."),
        ("1h", "advance() takes numbers, or a timedelta as its seconds: unsupported type for timedelta seconds component: str."),
    ],
)
def test_time_goes_forward_and_within_the_calendar(smpipeline: SMPipelineMock, seconds: Any, message: str) -> None:
    """Anything else is an error, and the clock stays where it is."""
    before = smpipeline.now

    with pytest.raises(UsageError) as caught:
        smpipeline.advance(seconds)

    assert str(caught.value) == message
    assert smpipeline.now - before < timedelta(minutes=1)


@pytest.mark.usefixtures("churn")
def test_a_mock_shows_where_it_is_and_what_it_holds(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """The counts read as English."""
    one = repr(smpipeline)
    smpipeline.add("prep", one_step)
    smpipeline.start("prep")

    assert one == "<SMPipelineMock 123456789012/us-east-1: 1 pipeline, 0 executions>"
    assert repr(smpipeline) == "<SMPipelineMock 123456789012/us-east-1: 2 pipelines, 1 execution>"


@pytest.mark.usefixtures("churn")
def test_calls_are_recorded_with_what_was_answered(smpipeline: SMPipelineMock, smpipeline_client: "SageMakerClient") -> None:
    """A refused call has a code and a message instead of a response; ``of`` picks one operation."""
    smpipeline_client.start_pipeline_execution(PipelineName="churn", PipelineParameters=[{"Name": "Date", "Value": "d"}])
    with pytest.raises(smpipeline_client.exceptions.ResourceNotFound):
        smpipeline_client.describe_pipeline(PipelineName="chrun")

    started, described = smpipeline.calls
    assert (started.response, started.error_code) == ({"PipelineExecutionArn": smpipeline.executions.one().arn}, None)
    assert (described.response, described.error_code, described.request) == (None, "ResourceNotFound", {"PipelineName": "chrun"})
    assert described.error_message == "Pipeline 'arn:aws:sagemaker:us-east-1:123456789012:pipeline/chrun' does not exist."
    assert smpipeline.calls.of("DescribePipeline")[:] == [described]
    assert (len(smpipeline.calls), len(smpipeline.calls.of("ListPipelines"))) == (2, 0)
    assert repr(smpipeline.calls.of("DescribePipeline")) == f"[{described!r}]"


@pytest.mark.parametrize(
    "act",
    [
        lambda smp: smp.add("churn", {"Version": "2020-12-01", "Steps": []}),
        lambda smp: smp.script("churn", {}),
        lambda smp: smp.load_cases("cases.json"),
        lambda smp: smp.start("churn"),
        lambda smp: smp.advance(1),
        lambda smp: smp.run_until_idle(),
        lambda smp: smp.client(),
    ],
    ids=["add", "script", "load_cases", "start", "advance", "run_until_idle", "client"],
)
def test_after_the_end_nothing_can_be_done_any_more(act: Callable[[SMPipelineMock], object]) -> None:
    """A start would go to the real service; records can still be read."""
    with mock_smpipeline() as smp:
        smp.add("churn", {"Version": "2020-12-01", "Steps": []})

    with pytest.raises(UsageError, match="This mock has ended: its records can still be read, but nothing can be added"):
        act(smp)
    smp.assert_not_started("churn")


def test_parameters_are_a_mapping(smpipeline: SMPipelineMock) -> None:
    """The API's list of names and values is refused, with the form to write."""
    smpipeline.add("churn", parameters={"Date": str})

    with pytest.raises(UsageError, match=r"'Value': 'today'.* is not valid: expected a mapping from names to values, such as {'Date'"):
        smpipeline.start("churn", [{"Name": "Date", "Value": "today"}])  # type: ignore[arg-type]  # the point of the test
    smpipeline.assert_not_started()
