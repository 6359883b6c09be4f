"""assert_started and assert_not_started: when they pass, and every word when they do not."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from pytest_smpipeline import SMPipelineMock, UsageError, succeed
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
        "To do: check that the code under test ran and calls start_pipeline_execution; smp.calls shows every call it made."
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
        f"{FIT}"
    )


@pytest.mark.parametrize(("given", "expected"), [("True", 1), ("False", 0)])
def test_a_boolean_is_no_number(smpipeline: SMPipelineMock, one_step: JsonObject, complaint: Complaint, given: str, expected: int) -> None:
    """Although Python finds True and 1 equal."""
    smpipeline.add("debug", one_step | {"Parameters": [{"Name": "Debug", "Type": "Boolean"}]})
    smpipeline.start("debug", {"Debug": given})

    smpipeline.assert_started("debug", parameters={"Debug": bool(expected)})
    told = complaint(lambda: smpipeline.assert_started("debug", parameters={"Debug": expected}))
    assert f"    parameters['Debug']: expected {expected}, got {given}\n" in told


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
            FIT,
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
        "To do: find the caller in smp.calls.of('StartPipelineExecution')."
    )
    assert complaint(smpipeline.assert_not_started) == (
        "Expected: no pipeline to have been started.\n"
        "Happened: 2 executions were started.\n"
        "Started:\n"
        f"  churn/{first.id} (Failed) started with {{'Date': '2026-11-22'}}\n"
        f"  churn/{second.id} (Failed) started with {{'Date': '2026-11-22'}}\n"
        "To do: find the caller in smp.calls.of('StartPipelineExecution')."
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


@pytest.mark.parametrize("assertion", ["assert_started", "assert_not_started"])
def test_the_traceback_ends_in_the_test(pytester: pytest.Pytester, assertion: str) -> None:
    """Our own frames are hidden."""
    pytester.makepyfile(
        f"""
        STEPS = [{{"Name": "Train", "Type": "Training", "Arguments": {{}}}}]

        def test_it(smpipeline):
            smpipeline.add("churn", {{"Version": "2020-12-01", "Steps": STEPS}})
            if {assertion == "assert_not_started"}:
                smpipeline.start("churn")
            smpipeline.{assertion}("churn")
        """
    )

    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["test_the_traceback_ends_in_the_test.py:7: AssertionError"])


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
        f"{FIT}"
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
