"""assert_started and assert_not_started: when they pass, and every word when they do not."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from pytest_smpipeline import Pipeline, SMPipelineMock, UsageError, succeed
from pytest_smpipeline._wire.messages import Request
from pytest_smpipeline.values import JsonObject

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

Complaint = Callable[[Callable[[], object]], str]
GIVEN = {"Date": "2026-11-22"}
FIT = "To do: correct the code under test, or the expectation; parameters that are left out may have any value."

pytestmark = pytest.mark.usefixtures("churn")


@pytest.mark.parametrize(
    "keywords",
    [
        {},
        {"times": 1},
        {"parameters": {}},
        {"parameters": {"Date": "2026-11-22"}},
        {"parameters": {"Date": "2026-11-22", "Epochs": 10}},
        {"parameters": {"Epochs": 10.0}},
        {"parameters": {"Date": "2026-11-22"}, "exactly": True},
        {"version": 1, "display_name": "nightly"},
        {"description": "of November", "parallelism": 2},
    ],
    ids=repr,
)
def test_what_was_started_so_passes(
    smpipeline: SMPipelineMock, smpipeline_client: "SageMakerClient", definition: JsonObject, keywords: dict[str, object]
) -> None:
    """Parameters match partly and typed, fields as they are, and whatever is not named may be anything."""
    smpipeline.add("nightly", definition)
    smpipeline.script("nightly", Train=succeed(metrics={"auc": 0.9}))
    smpipeline_client.start_pipeline_execution(
        PipelineName="nightly",
        PipelineExecutionDisplayName="nightly",
        PipelineExecutionDescription="of November",
        ParallelismConfiguration={"MaxParallelExecutionSteps": 2},
        PipelineParameters=[{"Name": "Date", "Value": "2026-11-22"}],
    )

    smpipeline.assert_started("nightly", **keywords)  # type: ignore[arg-type]  # the keywords of a table


@pytest.mark.usefixtures("newer_botocore")
def test_alias_and_experiment_are_compared_too(
    smpipeline: SMPipelineMock, smpipeline_client: "SageMakerClient", one_step: JsonObject
) -> None:
    """``alias`` is one of those that the version has, however the start named the version."""
    smpipeline.add("nightly", one_step, aliases=["prod", "eu"])
    smpipeline_client.start_pipeline_execution(PipelineName="nightly", MlflowExperimentName="churn-experiments")

    smpipeline.assert_started("nightly", alias="eu", mlflow_experiment="churn-experiments")


def test_a_parameter_given_with_the_value_of_its_default_was_given(smpipeline: SMPipelineMock) -> None:
    """``exactly`` is about what was given at the start."""
    smpipeline.start("churn", {"Date": "d", "Epochs": 10})

    smpipeline.assert_started("churn", parameters={"Date": "d", "Epochs": 10}, exactly=True)


def test_values_that_compare_themselves_are_asked(smpipeline: SMPipelineMock) -> None:
    """An expected value may be any object with an opinion on equality, as of dirty-equals or ``unittest.mock.ANY``."""

    class StartsWith(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            return str(other).startswith(str(self))

        __hash__ = str.__hash__

    smpipeline.start("churn", GIVEN)

    smpipeline.assert_started("churn", parameters={"Date": StartsWith("2026-"), "Epochs": Decimal(10)})


def test_times_counts_the_executions_that_match(smpipeline: SMPipelineMock) -> None:
    """Others of the same pipeline do not count, and none at all is a number too."""
    for date in ("a", "b", "a"):
        smpipeline.start("churn", {"Date": date})

    smpipeline.assert_started("churn", times=3)
    smpipeline.assert_started("churn", parameters={"Date": "a"}, times=2)
    smpipeline.assert_started("churn", parameters={"Date": "c"}, times=0)


def test_nothing_started_is_told_with_where_to_look(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """There is no candidate to show."""
    assert complaint(lambda: smpipeline.assert_started("churn", parameters=GIVEN)) == (
        "Expected: pipeline 'churn' to have been started with the parameters {'Date': '2026-11-22'} at least once.\n"
        "Happened: nothing was started.\n"
        "To do: check that the code under test ran and calls start_pipeline_execution; smpipeline.calls shows every call it made."
    )


def test_a_different_parameter_is_told_with_both_values(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """Field by field; when only the type differs, the message says so."""
    run = smpipeline.start("churn", GIVEN)

    assert complaint(lambda: smpipeline.assert_started("churn", parameters={"Date": "2026-11-23", "Epochs": "10", "Dates": 1})) == (
        "Expected: pipeline 'churn' to have been started with the parameters "
        "{'Date': '2026-11-23', 'Epochs': '10', 'Dates': 1} at least once.\n"
        "Happened: of 1 started execution, none matches.\n"
        "Nearest:\n"
        f"  churn/{run.id} (Failed) started with {{'Date': '2026-11-22'}}\n"
        "    parameters['Date']: expected '2026-11-23', got '2026-11-22'\n"
        "    parameters['Epochs']: expected '10', got 10 (only the type differs: str and int)\n"
        "    parameters['Dates']: the pipeline has no such parameter. Did you mean 'Date'?\n"
        "To do: correct the expectation: pipeline 'churn' has no parameter 'Dates'. Did you mean 'Date'?"
    )


@pytest.mark.parametrize(("given", "expected"), [("True", 1), ("False", 0)])
def test_a_boolean_is_no_number(smpipeline: SMPipelineMock, one_step: JsonObject, complaint: Complaint, given: str, expected: int) -> None:
    """Although Python finds True and 1 equal."""
    smpipeline.add("debug", one_step | {"Parameters": [{"Name": "Debug", "Type": "Boolean"}]})
    smpipeline.start("debug", {"Debug": given})

    smpipeline.assert_started("debug", parameters={"Debug": bool(expected)})
    told = complaint(lambda: smpipeline.assert_started("debug", parameters={"Debug": expected}))
    assert f"    parameters['Debug']: expected {expected}, got {given} (only the type differs: int and bool)\n" in told


def test_exactly_tells_what_was_given_too_much_and_too_little(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """A default was not given; what was given must be expected."""
    run = smpipeline.start("churn", GIVEN)

    assert complaint(lambda: smpipeline.assert_started("churn", parameters={"Epochs": 10}, exactly=True)) == (
        "Expected: pipeline 'churn' to have been started with exactly the parameters {'Epochs': 10} at least once.\n"
        "Happened: of 1 started execution, none matches.\n"
        "Nearest:\n"
        f"  churn/{run.id} (Failed) started with {{'Date': '2026-11-22'}}\n"
        "    parameters['Epochs']: was not given at the start; 10 is the default\n"
        "    parameters['Date']: was given at the start ('2026-11-22') and is not expected\n"
        f"{FIT}"
    )


def test_exactly_needs_parameters(smpipeline: SMPipelineMock) -> None:
    """Without them it would say nothing."""
    with pytest.raises(UsageError) as caught:
        smpipeline.assert_started("churn", exactly=True)

    assert str(caught.value) == "assert_started(exactly=True) needs parameters; parameters={} means a start without any."


def test_different_fields_are_told_one_by_one(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """What is not set is said to be not set."""
    run = smpipeline.start("churn", GIVEN, display_name="daily")
    keywords = {"display_name": "nightly", "description": "d", "version": 2, "alias": "prod", "parallelism": 3, "mlflow_experiment": "m"}

    assert complaint(lambda: smpipeline.assert_started("churn", **keywords)) == (  # type: ignore[arg-type]  # the keywords of a table
        "Expected: pipeline 'churn' to have been started with display_name='nightly', description='d', version=2, alias='prod', "
        "parallelism=3, mlflow_experiment='m' at least once.\n"
        "Happened: of 1 started execution, none matches.\n"
        "Nearest:\n"
        f"  churn/{run.id} (Failed) started with {{'Date': '2026-11-22'}}\n"
        "    display_name: expected 'nightly', got 'daily'\n"
        "    description: expected 'd', but it is not set\n"
        "    version: expected 2, got 1\n"
        "    alias: expected 'prod', the aliases of version 1: none\n"
        "    parallelism: expected 3, but it is not set\n"
        "    mlflow_experiment: expected 'm', but it is not set\n"
        f"{FIT}"
    )


def test_the_nearest_execution_comes_first(smpipeline: SMPipelineMock, one_step: JsonObject, complaint: Complaint) -> None:
    """Those with the fewest differences are shown first; another pipeline is a difference too."""
    smpipeline.add("prep", one_step)
    other, far, near = (
        smpipeline.start("prep"),
        smpipeline.start("churn", {"Date": "a", "Epochs": 1}),
        smpipeline.start("churn", {"Date": "a"}),
    )

    told = complaint(lambda: smpipeline.assert_started("churn", parameters={"Date": "b", "Epochs": 10}))

    assert told.splitlines()[1:] == [
        "Happened: of 3 started executions, none matches.",
        "Nearest:",
        f"  churn/{near.id} (Failed) started with {{'Date': 'a'}}",
        "    parameters['Date']: expected 'b', got 'a'",
        f"  churn/{far.id} (Failed) started with {{'Date': 'a', 'Epochs': '1'}}",
        "    parameters['Date']: expected 'b', got 'a'",
        "    parameters['Epochs']: expected 10, got 1",
        f"  prep/{other.id} (Succeeded) started without parameters",
        "    pipeline: expected 'churn', got 'prep'",
        "    parameters['Date']: the pipeline has no such parameter.",
        "    parameters['Epochs']: the pipeline has no such parameter.",
        FIT,
    ]


@pytest.mark.parametrize(("times", "often", "happened"), [(3, "3 times", "2 match"), (1, "1 time", "2 match"), (0, "0 times", "2 match")])
def test_another_number_of_times_is_told_with_those_that_match(
    smpipeline: SMPipelineMock, complaint: Complaint, times: int, often: str, happened: str
) -> None:
    """Too many and too few alike."""
    matching = [smpipeline.start("churn", {"Date": "a"}) for _ in range(2)]
    other = smpipeline.start("churn", {"Date": "b"})

    assert complaint(lambda: smpipeline.assert_started("churn", parameters={"Date": "a"}, times=times)) == "\n".join(
        [
            f"Expected: pipeline 'churn' to have been started with the parameters {{'Date': 'a'}} exactly {often}.",
            f"Happened: of 3 started executions, {happened}.",
            "Nearest:",
            *(f"  churn/{run.id} (Failed) started with {{'Date': 'a'}}: matches" for run in matching),
            f"  churn/{other.id} (Failed) started with {{'Date': 'b'}}",
            "    parameters['Date']: expected 'a', got 'b'",
            FIT if times == 3 else "To do: find the caller in smpipeline.calls.of('StartPipelineExecution').",
        ]
    )


def test_one_match_reads_as_one(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """Numbers agree with their verbs."""
    smpipeline.start("churn", GIVEN)

    assert "\nHappened: of 1 started execution, 1 matches.\n" in complaint(lambda: smpipeline.assert_started("churn", times=2))


@pytest.mark.parametrize("times", [None, 0, 1])
def test_a_pipeline_that_does_not_exist_was_not_started_any_number_of_times(
    smpipeline: SMPipelineMock, complaint: Complaint, times: int | None
) -> None:
    """A slip in the name must not pass, not even for zero times."""
    told = complaint(lambda: smpipeline.assert_started("chrun", times=times))

    assert told.splitlines()[-1] == "To do: there is no pipeline 'chrun'; name one that exists: 'churn'. Did you mean 'churn'?"


def test_not_started_passes_when_nothing_was(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """Nothing at all, or nothing of the pipeline that is named."""
    smpipeline.add("prep", one_step)
    smpipeline.assert_not_started()
    smpipeline.start("prep")

    smpipeline.assert_not_started("churn")


def test_not_started_tells_what_was(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """With what tells the executions apart, and where to find who started them."""
    first = smpipeline.start("churn", GIVEN)
    one = complaint(lambda: smpipeline.assert_not_started("churn"))
    second = smpipeline.start("churn", GIVEN)

    assert one == (
        "Expected: pipeline 'churn' not to have been started.\n"
        "Happened: 1 execution was started.\n"
        "Started:\n"
        f"  churn/{first.id} (Failed) started with {{'Date': '2026-11-22'}}\n"
        "To do: find the caller in smpipeline.calls.of('StartPipelineExecution')."
    )
    assert complaint(smpipeline.assert_not_started) == (
        "Expected: no pipeline to have been started.\n"
        "Happened: 2 executions were started.\n"
        "Started:\n"
        f"  churn/{first.id} (Failed) started with {{'Date': '2026-11-22'}}\n"
        f"  churn/{second.id} (Failed) started with {{'Date': '2026-11-22'}}\n"
        "To do: find the caller in smpipeline.calls.of('StartPipelineExecution')."
    )


def test_not_started_must_name_a_pipeline_that_exists(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """Otherwise a slip in the name would pass for ever."""
    assert complaint(lambda: smpipeline.assert_not_started("chrun")) == (
        "Expected: pipeline 'chrun' not to have been started.\n"
        "Happened: there is no pipeline of this name.\n"
        "To do: name one that exists: 'churn'. Did you mean 'churn'?"
    )


def test_a_deleted_pipeline_that_ran_is_still_known(smpipeline: SMPipelineMock, smpipeline_client: "SageMakerClient") -> None:
    """What was started stays recorded when the code under test cleans up."""
    smpipeline.start("churn", GIVEN)
    smpipeline_client.delete_pipeline(PipelineName="churn")

    smpipeline.assert_started("churn", parameters=GIVEN)


def test_the_traceback_ends_in_the_test(pytester: pytest.Pytester) -> None:
    """Our own frames are hidden, whatever complains."""
    calls = (
        "smpipeline.assert_started('churn', times=2)",
        "smpipeline.assert_started('churn', exactly=True)",
        "smpipeline.assert_not_started('churn')",
        "smpipeline.assert_started_in_order('churn', 'churn')",
        "smpipeline.executions[1]",
        "smpipeline.executions.of('chrun')",
        "smpipeline.calls.of('Start')",
        "run.assert_failed()",
        "run.assert_stopped()",
        "run.assert_ran('Register')",
        "run.assert_not_ran('Train')",
        "run.assert_order('Train')",
        "run.assert_branch('Train', 'if')",
        "run.ran('Trian')",
        "run.steps['Trian']",
    )
    start = "    smpipeline.add('churn', {'Version': '2020-12-01', 'Steps': STEPS}); run = smpipeline.start('churn')\n"
    tests = [f"def test_{number}(smpipeline):\n{start}    {call}\n" for number, call in enumerate(calls)]
    pytester.makepyfile("\n".join(["STEPS = [{'Name': 'Train', 'Type': 'Training', 'Arguments': {}}]", *tests]))

    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")

    result.assert_outcomes(failed=len(calls))
    ends = [line for line in result.stdout.lines if re.fullmatch(r"\S+\.py:\d+: .*", line)]
    assert [line.rpartition(":")[0] for line in ends] == [f"test_the_traceback_ends_in_the_test.py:{4 + 4 * n}" for n in range(len(calls))]


def test_parameters_of_another_kind_are_compared_as_given(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """An expected None is shown as what the test wrote."""
    smpipeline.start("churn", GIVEN)
    expected: Mapping[str, object] = {"Date": None}

    assert "parameters['Date']: expected None, got '2026-11-22'" in complaint(
        lambda: smpipeline.assert_started("churn", parameters=expected)
    )


def test_the_selection_and_its_source_are_compared_too(smpipeline: SMPipelineMock) -> None:
    """Names in any order; an empty list is the whole pipeline; the source is an execution or its ARN."""
    source = smpipeline.start("churn", GIVEN)
    smpipeline.start("churn", GIVEN, only=["Prep", "Train"], source=source)

    smpipeline.assert_started("churn", selected=["Train", "Prep"], source=source, times=1)
    smpipeline.assert_started("churn", selected=("Prep", "Train"), source=source.arn, times=1)
    smpipeline.assert_started("churn", selected=[], times=1)
    smpipeline.assert_started("churn", times=2)


def test_a_different_selection_is_told_with_both(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """With the closest name for one that was not selected."""
    source = smpipeline.start("churn", GIVEN)
    run = smpipeline.start("churn", GIVEN, only=["Train"], source=source)

    text = complaint(lambda: smpipeline.assert_started("churn", selected=["Trian"], source=run))

    assert text == (
        f"Expected: pipeline 'churn' to have been started with selected=['Trian'], source='{run.arn}' at least once.\n"
        "Happened: of 2 started executions, none matches.\n"
        "Nearest:\n"
        f"  churn/{source.id} (Failed) started with {{'Date': '2026-11-22'}}\n"
        "    selected: expected ['Trian'], but the whole pipeline was started\n"
        f"    source: expected '{run.arn}', but it is not set\n"
        f"  churn/{run.id} (Succeeded) started with {{'Date': '2026-11-22'}}\n"
        "    selected: expected ['Trian'], got ['Train']. Did you mean 'Train'?\n"
        f"    source: expected '{run.arn}', got '{source.arn}'\n"
        "To do: correct the expectation: pipeline 'churn' has no step 'Trian'. Did you mean 'Train'?"
    )


def test_a_selection_where_none_was_expected_is_told(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """The whole pipeline is what an empty list means."""
    smpipeline.start("churn", GIVEN, only=["Prep"])

    assert "    selected: expected the whole pipeline, got ['Prep']\n" in complaint(lambda: smpipeline.assert_started("churn", selected=[]))


def test_one_name_is_no_selection(smpipeline: SMPipelineMock) -> None:
    """A string would be taken for a list of letters."""
    with pytest.raises(UsageError) as caught:
        smpipeline.assert_started("churn", selected="Train")

    assert str(caught.value) == "selected='Train' is not valid: expected a list of step names. Write selected=['Train']."


@pytest.mark.parametrize("times", [None, 0])
@pytest.mark.parametrize(
    ("keywords", "slip"),
    [
        ({"parameters": {"Dats": "a"}}, "no parameter 'Dats'. Did you mean 'Date'?"),
        ({"selected": ["Trian"]}, "no step 'Trian'. Did you mean 'Train'?"),
        ({"parameters": {"X": 1}, "selected": ["Y"]}, "no parameter 'X'. pipeline 'churn' has no step 'Y'."),
    ],
    ids=repr,
)
def test_a_name_that_the_pipeline_never_had_is_met_no_number_of_times(
    smpipeline: SMPipelineMock, complaint: Complaint, keywords: dict[str, Any], slip: str, times: int | None
) -> None:
    """A slip in the name of a parameter or step does not pass, not even for zero times and where nothing was started."""
    told = complaint(lambda: smpipeline.assert_started("churn", times=times, **keywords))

    assert told.splitlines()[1:] == ["Happened: nothing was started.", f"To do: correct the expectation: pipeline 'churn' has {slip}"]


def test_a_parameter_of_any_version_may_be_named(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """Also one that the newest version has lost."""
    smpipeline.add("churn", one_step)
    smpipeline.start("churn")

    smpipeline.assert_started("churn", parameters=GIVEN, times=0)


def test_refused_calls_are_told_with_their_errors(
    smpipeline: SMPipelineMock, smpipeline_client: "SageMakerClient", one_step: JsonObject, complaint: Complaint
) -> None:
    """Those that name the pipeline, by name or ARN, and those that name none; what was refused alike stands there once."""
    arn = smpipeline.add("prep", one_step | {"Parameters": [{"Name": "Day", "Type": "String"}]}).arn.replace("prep", "churn")
    for name in ("churn", arn, "prep", "chrun", "bad name"):
        with pytest.raises(ClientError):
            smpipeline_client.start_pipeline_execution(PipelineName=name)
    codes = [call.error_message for call in smpipeline.calls]

    assert complaint(lambda: smpipeline.assert_started("churn")) == (
        "Expected: pipeline 'churn' to have been started at least once.\n"
        "Happened: nothing was started; 4 calls of StartPipelineExecution were refused: ValidationException, ResourceNotFound.\n"
        "Nearest:\n"
        "  a start of 'churn', refused 2 times\n"
        f"    ValidationException: {codes[0]}\n"
        "  a start of 'chrun', refused\n"
        f"    ResourceNotFound: {codes[3]}\n"
        "  a start of 'bad name', refused\n"
        f"    ValidationException: {codes[4]}\n"
        "To do: correct what the refused calls send; smpipeline.calls.of('StartPipelineExecution') has their requests."
    )


def test_a_refused_call_without_a_name_is_told_too(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """Whoever it was meant for; botocore sends no such call, other clients may."""
    smpipeline._service.answer(Request("StartPipelineExecution", b"{}", "us-east-1", "123456789012"))

    told = complaint(lambda: smpipeline.assert_started("churn"))

    assert "  a start of None, refused\n    ValidationException: " in told


@pytest.mark.smpipeline(virtual_sleep=True)
def test_an_attempt_that_was_made_again_was_not_refused(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """botocore's own retries bear one token; the start came about."""
    smpipeline.fault("StartPipelineExecution", "ThrottlingException")
    smpipeline.client().start_pipeline_execution(PipelineName="churn", PipelineParameters=[{"Name": "Date", "Value": "d"}])

    assert [call.error_code for call in smpipeline.calls] == ["ThrottlingException", None]
    assert "Happened: of 1 started execution, none matches.\n" in complaint(lambda: smpipeline.assert_started("churn", version=2))


def test_connections_that_broke_are_told_as_refused_calls(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """By the name of the exception that the test had queued."""
    smpipeline.fault("StartPipelineExecution", ConnectTimeoutError)
    with pytest.raises(ConnectTimeoutError):
        smpipeline.start("churn", GIVEN)

    told = complaint(lambda: smpipeline.assert_started("churn"))

    assert "Happened: nothing was started; 1 call of StartPipelineExecution was refused: ConnectTimeoutError.\n" in told


def test_one_refused_call_reads_as_one(smpipeline: SMPipelineMock, smpipeline_client: "SageMakerClient", complaint: Complaint) -> None:
    """It stands after the executions of the pipeline and before those of others."""
    smpipeline.add("prep", {"Version": "2020-12-01", "Steps": [{"Name": "Train", "Type": "Training", "Arguments": {}}]})
    other, run = smpipeline.start("prep"), smpipeline.start("churn", {"Date": "a", "Epochs": 1})
    with pytest.raises(ClientError):
        smpipeline_client.start_pipeline_execution(PipelineName="churn")

    told = complaint(lambda: smpipeline.assert_started("churn", parameters={"Date": "b", "Epochs": 2})).splitlines()

    assert told[1] == "Happened: of 2 started executions, none matches; 1 call of StartPipelineExecution was refused: ValidationException."
    assert told[-1] == FIT
    assert [line.split()[0] for line in told if line.startswith("  ") and line[2] != " "] == [f"churn/{run.id}", "a", f"prep/{other.id}"]


def test_the_limit_may_be_given_as_the_api_has_it(smpipeline: SMPipelineMock, smpipeline_client: "SageMakerClient") -> None:
    """As a ParallelismConfiguration, which add() takes too."""
    smpipeline_client.start_pipeline_execution(
        PipelineName="churn",
        PipelineParameters=[{"Name": "Date", "Value": "d"}],
        ParallelismConfiguration={"MaxParallelExecutionSteps": 2},
    )

    smpipeline.assert_started("churn", parallelism={"MaxParallelExecutionSteps": 2})


def test_parameters_are_a_mapping(smpipeline: SMPipelineMock) -> None:
    """The API's list has no order to compare."""
    with pytest.raises(UsageError) as caught:
        smpipeline.assert_started("churn", parameters=[{"Name": "Date", "Value": "d"}])  # type: ignore[arg-type]  # under test

    assert str(caught.value) == (
        "parameters=[{'Name': 'Date', 'Value': 'd'}] is not valid: expected a mapping from names to values, such as {'Date': '2026-11-22'}."
    )


@pytest.mark.parametrize(
    "assertion", ["assert_started", "assert_not_started", "assert_started_in_order", "executions.of", "executions.one"]
)
def test_a_pipeline_is_named_by_its_name(smpipeline: SMPipelineMock, churn: Pipeline, assertion: str) -> None:
    """What add() returned is told where its name is."""
    with pytest.raises(UsageError) as caught:
        attrgetter(assertion)(smpipeline)(churn)

    assert str(caught.value) == (
        "Expected the name of a pipeline, such as 'churn', not <Pipeline churn version 1: Prep, Train, Gate, Report, Stop>. "
        "What add() returns has it as .name."
    )


def test_a_pipeline_that_was_deleted_without_a_start_is_still_known(
    smpipeline: SMPipelineMock, smpipeline_client: "SageMakerClient"
) -> None:
    """That code under test cleans up is no slip; what it declared is forgotten."""
    smpipeline_client.delete_pipeline(PipelineName="churn")

    smpipeline.assert_not_started("churn")
    smpipeline.assert_started("churn", parameters={"Any": 1}, times=0)


@pytest.fixture
def prep(smpipeline: SMPipelineMock, one_step: JsonObject) -> Pipeline:
    """Add the pipeline ``prep``, which a start of ``churn`` may follow."""
    return smpipeline.add("prep", one_step)


@pytest.mark.usefixtures("prep")
@pytest.mark.parametrize("order", ["prep", "churn", "prep churn", "churn prep", "prep prep", "prep churn prep"])
def test_starts_in_order_pass_with_others_between(smpipeline: SMPipelineMock, order: str) -> None:
    """The names are met one after the other; a name that stands there twice needs two starts."""
    for name in ("prep", "churn", "prep"):
        smpipeline.start(name, GIVEN if name == "churn" else None)

    smpipeline.assert_started_in_order(*order.split())


@pytest.mark.usefixtures("prep")
def test_another_order_is_told_with_all_starts(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """In their order, and how far they meet the expectation."""
    first, second = smpipeline.start("churn", GIVEN), smpipeline.start("prep")

    assert complaint(lambda: smpipeline.assert_started_in_order("prep", "churn")) == (
        "Expected: pipelines to have been started in this order: 'prep', 'churn'.\n"
        "Happened: no start of 'churn' came after 'prep'.\n"
        "Started, in this order:\n"
        f"  churn/{first.id} (Failed) started with {{'Date': '2026-11-22'}}\n"
        f"  prep/{second.id} (Succeeded) started without parameters: matches\n"
        "To do: correct the code under test, or the expectation."
    )


@pytest.mark.usefixtures("prep")
def test_a_start_that_is_missing_in_an_order_is_told_with_what_was_refused(
    smpipeline: SMPipelineMock, smpipeline_client: "SageMakerClient", complaint: Complaint
) -> None:
    """The call may have been made and come to nothing."""
    assert complaint(lambda: smpipeline.assert_started_in_order("prep", "churn")) == (
        "Expected: pipelines to have been started in this order: 'prep', 'churn'.\n"
        "Happened: no start of 'prep' came.\n"
        "To do: check that the code under test ran and calls start_pipeline_execution; smpipeline.calls shows every call it made."
    )
    run = smpipeline.start("prep")
    with pytest.raises(ClientError):
        smpipeline_client.start_pipeline_execution(PipelineName="churn")

    assert complaint(lambda: smpipeline.assert_started_in_order("prep", "churn")) == (
        "Expected: pipelines to have been started in this order: 'prep', 'churn'.\n"
        "Happened: no start of 'churn' came after 'prep'; 1 call of StartPipelineExecution was refused: ValidationException.\n"
        "Started, in this order:\n"
        f"  prep/{run.id} (Succeeded) started without parameters: matches\n"
        "  a start of 'churn', refused\n"
        f"    ValidationException: {smpipeline.calls[-1].error_message}\n"
        "To do: correct what the refused calls send; smpipeline.calls.of('StartPipelineExecution') has their requests."
    )


def test_an_order_names_pipelines_that_exist(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """A slip is told as one, wherever it stands."""
    assert complaint(lambda: smpipeline.assert_started_in_order("churn", "chrun")) == (
        "Expected: pipelines to have been started in this order: 'churn', 'chrun'.\n"
        "Happened: there is no pipeline of this name.\n"
        "To do: there is no pipeline 'chrun'; name one that exists: 'churn'. Did you mean 'churn'?"
    )


def test_an_order_of_nothing_says_nothing(smpipeline: SMPipelineMock) -> None:
    """It would pass whatever happened."""
    with pytest.raises(UsageError) as caught:
        smpipeline.assert_started_in_order()

    assert str(caught.value) == ("assert_started_in_order() needs the names of pipelines. Write assert_started_in_order('prep', 'churn').")
