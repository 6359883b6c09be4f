"""Selective execution: which selections the service takes, what then runs, and what is reused."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from botocore.exceptions import ClientError

from pytest_smpipeline import Execution, SMPipelineMock, fail, succeed
from pytest_smpipeline.values import Json, JsonObject

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PIPELINE = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/abalone"

Write = Callable[..., JsonObject]
Listed = Callable[[Execution], list[dict[str, Any]]]


@pytest.fixture
def abalone(step: Write, condition: Write) -> JsonObject:
    """Return a pipeline like the one in the developer guide: process, train, evaluate, and register what is good enough."""
    where: JsonObject = {"OutputDataConfig": {"S3OutputPath": "s3://abalone/models"}}
    data: JsonObject = {"Get": "Steps.AbaloneProcess.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri"}
    model: JsonObject = {"Get": "Steps.AbaloneTrain.ModelArtifacts.S3ModelArtifacts"}
    error: JsonObject = {"PropertyFile": {"Get": "Steps.AbaloneEval.PropertyFiles.Report"}, "Path": "mse"}
    output: JsonObject = {"OutputName": "train", "S3Output": {"S3Uri": "s3://abalone/train"}}
    report: JsonObject = {"PropertyFileName": "Report", "OutputName": "report", "FilePath": "report.json"}
    evaluation: JsonObject = {
        "ProcessingOutputConfig": {"Outputs": [{"OutputName": "report", "S3Output": {"S3Uri": "s3://abalone/report"}}]}
    }
    return {
        "Version": "2020-12-01",
        "Parameters": [{"Name": "Depth", "Type": "Integer", "DefaultValue": 5}],
        "Steps": [
            step("AbaloneProcess", kind="Processing", arguments={"ProcessingOutputConfig": {"Outputs": [output]}}),
            step("AbaloneTrain", arguments=where | {"Environment": {"DATA": data}}),
            step("AbaloneEval", kind="Processing", arguments=evaluation | {"Environment": {"MODEL": model, "DATA": data}},
                 PropertyFiles=[report]),
            condition(
                "AbaloneMSECond",
                left={"Std:JsonGet": error},
                then=[{"Name": "AbaloneRegister", "Type": "RegisterModel", "Arguments": {"ModelApprovalStatus": "Approved"}}],
                other=[{"Name": "AbaloneStop", "Type": "Fail", "Arguments": {"ErrorMessage": "too bad"}}],
            ),
        ],
    }  # fmt: skip


@pytest.fixture
def source(smpipeline: SMPipelineMock, abalone: JsonObject) -> Execution:
    """Run the whole pipeline once; its model is good enough."""
    smpipeline.add("abalone", abalone)
    smpipeline.script("abalone", AbaloneEval=succeed(property_files={"Report": {"mse": 1}}))
    return smpipeline.start("abalone")


@pytest.fixture
def refusal(client: "SageMakerClient", smpipeline: SMPipelineMock) -> Callable[..., tuple[str, str]]:
    """Return the function that starts a selection which is refused, and returns the code and the message; nothing was started."""

    def start(pipeline: str, only: Sequence[str], source: Execution | str | None = None) -> tuple[str, str]:
        before = len(smpipeline.executions)
        config: dict[str, Any] = {"SelectedSteps": [{"StepName": name} for name in only]}
        if source is not None:
            config["SourcePipelineExecutionArn"] = source if isinstance(source, str) else source.arn
        with pytest.raises(ClientError) as caught:
            client.start_pipeline_execution(PipelineName=pipeline, SelectiveExecutionConfig=config)  # type: ignore[arg-type]
        assert len(smpipeline.executions) == before
        error = caught.value.response["Error"]
        return error["Code"], error["Message"]

    return start


Refusal = Callable[..., tuple[str, str]]


def names_of(items: list[dict[str, Any]]) -> list[str]:
    """Return the names in the order of the list."""
    return [item["StepName"] for item in items]


def definition_of(*steps: Json) -> JsonObject:
    """Return a definition of these steps."""
    return {"Version": "2020-12-01", "Steps": list(steps)}


@pytest.mark.fidelity("SELECT-001", "SELECT-009")
def test_selected_steps_that_wait_for_nothing_else_run_without_a_source(
    smpipeline: SMPipelineMock, abalone: JsonObject, listed: Listed
) -> None:
    """The steps after them do not run and are not listed."""
    smpipeline.add("abalone", abalone)

    run = smpipeline.start("abalone", only=["AbaloneProcess", "AbaloneTrain"])

    assert run.status == "Succeeded"
    assert names_of(listed(run)) == ["AbaloneTrain", "AbaloneProcess"]
    assert not any("SelectiveExecutionResult" in item for item in listed(run))


@pytest.mark.fidelity("SELECT-001", "SELECT-002", "SELECT-004")
def test_what_the_selected_steps_depend_on_is_listed_with_its_source(smpipeline: SMPipelineMock, source: Execution, listed: Listed) -> None:
    """A reused step succeeded and shows the job of the source; the selected ones are newer, and have jobs of their own."""
    run = smpipeline.start("abalone", only=["AbaloneTrain", "AbaloneEval"], source=source)

    items = listed(run)
    assert names_of(items) == ["AbaloneEval", "AbaloneTrain", "AbaloneProcess"]
    assert [item.get("SelectiveExecutionResult") for item in items] == [None, None, {"SourcePipelineExecutionArn": source.arn}]
    assert (items[2]["StepStatus"], items[2]["Metadata"]) == ("Succeeded", source.steps["AbaloneProcess"].metadata)
    assert items[1]["Metadata"] != source.steps["AbaloneTrain"].metadata
    assert run.status == "Succeeded"


@pytest.mark.fidelity("SELECT-003")
def test_only_direct_dependencies_are_reused(smpipeline: SMPipelineMock, source: Execution, listed: Listed) -> None:
    """What lies further back has given nothing that a selected step needs."""
    run = smpipeline.start("abalone", only=["AbaloneMSECond"], source=source)

    assert names_of(listed(run)) == ["AbaloneMSECond", "AbaloneEval"]


@pytest.mark.fidelity("SELECT-005")
@pytest.mark.smpipeline(progress="manual")
@time_machine.travel(NOON, tick=False)
def test_a_reused_step_is_there_from_the_beginning(smpipeline: SMPipelineMock, source: Execution, listed: Listed) -> None:
    """It starts and ends where the execution begins, with one attempt, before any selected step has started."""
    smpipeline.run_until_idle()
    begin = smpipeline.now
    run = smpipeline.start("abalone", only=["AbaloneTrain"], source=source)

    (item,) = listed(run)

    assert begin > NOON
    assert (item["StepName"], item["StartTime"], item["EndTime"], item["AttemptCount"]) == ("AbaloneProcess", begin, begin, 1)
    assert run.order == []


@pytest.mark.fidelity("SELECT-006")
def test_references_find_the_values_of_the_source(smpipeline: SMPipelineMock, source: Execution) -> None:
    """Properties and property files are those that the reused steps left there, whatever a script says now."""
    smpipeline.script("abalone", AbaloneEval=succeed(property_files={"Report": {"mse": 9}}))

    evaluated = smpipeline.start("abalone", only=["AbaloneEval"], source=source)
    decided = smpipeline.start("abalone", only=["AbaloneMSECond", "AbaloneRegister"], source=source)

    arguments = evaluated.steps["AbaloneEval"].arguments
    assert isinstance(arguments, dict)
    artifacts = source.steps["AbaloneTrain"].properties["ModelArtifacts"]
    assert isinstance(artifacts, dict)
    assert arguments["Environment"] == {"DATA": "s3://abalone/train", "MODEL": artifacts["S3ModelArtifacts"]}
    assert decided.order == ["AbaloneMSECond", "AbaloneRegister"]


@pytest.mark.fidelity("SELECT-006")
def test_outputs_of_a_reused_lambda_step_can_be_referred_to(smpipeline: SMPipelineMock, step: Write) -> None:
    """As if the step had run in this execution."""
    function = step(
        "Choose", kind="Lambda", FunctionArn="arn:aws:lambda:us-east-1:123456789012:function:choose",
        OutputParameters=[{"OutputName": "image", "OutputType": "String"}],
    )  # fmt: skip
    train = step("Train", arguments={"Environment": {"IMAGE": {"Get": "Steps.Choose.OutputParameters['image']"}}})
    smpipeline.add("abalone", definition_of(function, train))
    smpipeline.script("abalone", Choose=succeed(outputs={"image": "xgboost"}))
    source = smpipeline.start("abalone")

    run = smpipeline.start("abalone", only=["Train"], source=source)

    assert run.steps["Train"].arguments == {"Environment": {"IMAGE": "xgboost"}}
    assert run.steps["Choose"].outputs == {"image": "xgboost"}


@pytest.mark.fidelity("SELECT-007", "SELECT-008")
@pytest.mark.parametrize(
    ("only", "words"),
    [
        (["AbaloneTrain"], "The selected steps [AbaloneTrain] have dependencies on [AbaloneProcess]"),
        (["AbaloneEval"], "The selected steps [AbaloneEval] have dependencies on [AbaloneProcess, AbaloneTrain]"),
        (
            ["AbaloneMSECond", "AbaloneEval", "AbaloneTrain", "AbaloneRegister"],
            "The selected steps [AbaloneTrain, AbaloneEval] have dependencies on [AbaloneProcess]",
        ),
    ],
)
def test_steps_that_depend_on_others_need_a_source(
    smpipeline: SMPipelineMock, abalone: JsonObject, refusal: Refusal, only: list[str], words: str
) -> None:
    """The message names the selected steps with a direct dependency outside, and these, in the order of the definition."""
    smpipeline.add("abalone", abalone)

    assert refusal("abalone", only) == ("ValidationException", f"Invalid SourcePipelineExecutionArn: null. {words}")


GAP = "All steps in all paths between two selected steps must be selected too:"


@pytest.mark.fidelity("SELECT-010", "SELECT-011", "SELECT-012", "SELECT-013", "SELECT-014")
@pytest.mark.parametrize(
    ("only", "words"),
    [
        ("AbaloneTrain, AbaloneMSECond", f"{GAP} [AbaloneEval]."),
        ("AbaloneRegister, AbaloneProcess", f"{GAP} [AbaloneTrain, AbaloneEval, AbaloneMSECond]."),
        ("AbaloneRegister, AbaloneStop", "The selected steps must be connected, and nothing connects [AbaloneStop] with the others."),
        ("AbaloneTrian, Nothing", "The pipeline has no steps [AbaloneTrian, Nothing]. Did you mean 'AbaloneTrain'?"),
        ("AbaloneTrain, AbaloneTrain", "Steps [AbaloneTrain] are selected more than once."),
    ],
)
def test_selected_steps_must_exist_and_form_one_piece(source: Execution, refusal: Refusal, only: str, words: str) -> None:
    """A step between two selected ones can't be left out, nor can there be two pieces; a source does not help."""
    assert refusal("abalone", only.split(", "), source) == ("ValidationException", f"Invalid SelectedSteps: [{only}]. {words}")


@pytest.mark.fidelity("SELECT-015")
def test_a_source_that_does_not_exist_is_not_found(source: Execution, refusal: Refusal) -> None:
    """In the words of DescribePipelineExecution."""
    arn = f"{PIPELINE}/execution/abcdefghijkl"

    assert refusal("abalone", ["AbaloneTrain"], arn) == ("ResourceNotFound", f"Pipeline execution '{arn}' does not exist")


@pytest.mark.fidelity("SELECT-014", "SELECT-016")
def test_a_source_of_another_pipeline_is_refused(smpipeline: SMPipelineMock, source: Execution, refusal: Refusal, step: Write) -> None:
    """However alike the two are."""
    smpipeline.add("other", definition_of(step("AbaloneProcess")))
    other = smpipeline.start("other")

    assert refusal("abalone", ["AbaloneTrain"], other) == (
        "ValidationException",
        f"Invalid SourcePipelineExecutionArn: {other.arn}. It is no execution of pipeline '{PIPELINE}'.",
    )


@pytest.mark.fidelity("SELECT-014", "SELECT-017", "SELECT-018")
@pytest.mark.smpipeline(progress="manual")
def test_a_source_must_have_succeeded_or_failed(smpipeline: SMPipelineMock, abalone: JsonObject, refusal: Refusal) -> None:
    """One that runs, stops or was stopped is refused, even where nothing of it would be reused."""
    smpipeline.add("abalone", abalone)
    source = smpipeline.start("abalone")
    seen = [(source.status, refusal("abalone", ["AbaloneProcess"], source))]
    source.stop()
    seen.append((source.status, refusal("abalone", ["AbaloneProcess"], source)))
    smpipeline.run_until_idle()
    seen.append((source.status, refusal("abalone", ["AbaloneProcess"], source)))

    assert [status for status, _ in seen] == ["Executing", "Stopping", "Stopped"]
    for status, refused in seen:
        words = f"Invalid SourcePipelineExecutionArn: {source.arn}. Its status must be 'Succeeded' or 'Failed', and is '{status}'."
        assert refused == ("ValidationException", words)


@pytest.mark.fidelity("SELECT-017")
def test_a_source_that_completed_with_failures_is_refused(smpipeline: SMPipelineMock, refusal: Refusal, step: Write) -> None:
    """It is neither of the two statuses that are documented."""
    smpipeline.add("abalone", definition_of(step("A"), step("B", {"Step": "A", "Trigger": "Failed"}), step("C")))
    smpipeline.script("abalone", A=fail("boom"))
    source = smpipeline.start("abalone")

    code, words = refusal("abalone", ["C"], source)

    assert (source.status, code) == ("CompletedWithFailures", "ValidationException")
    assert words.endswith("Its status must be 'Succeeded' or 'Failed', and is 'CompletedWithFailures'.")


@pytest.mark.fidelity("SELECT-017", "SELECT-023")
def test_what_failed_can_be_mended_and_run_again(smpipeline: SMPipelineMock, abalone: JsonObject, step: Write) -> None:
    """The failed execution is the source, and the steps that succeeded there serve a newer version of the pipeline."""
    smpipeline.add("abalone", abalone)
    smpipeline.script("abalone", AbaloneTrain=[fail("no capacity"), succeed()])
    source = smpipeline.start("abalone")
    mended = step("AbaloneTrain", "AbaloneProcess", arguments={"Environment": {"MENDED": "yes"}})
    smpipeline.add("abalone", definition_of(step("AbaloneProcess", kind="Processing"), mended))

    run = smpipeline.start("abalone", only=["AbaloneTrain"], source=source)

    assert (source.status, source.version, run.status, run.version) == ("Failed", 1, "Succeeded", 2)
    assert run.steps["AbaloneProcess"].selective_source == source.arn
    assert run.steps["AbaloneTrain"].arguments == {"Environment": {"MENDED": "yes"}}


@pytest.mark.fidelity("SELECT-014", "SELECT-019")
def test_a_source_must_have_a_success_of_each_dependency(
    smpipeline: SMPipelineMock, abalone: JsonObject, refusal: Refusal, step: Write
) -> None:
    """A step that failed there, that never started, or that was of another type has nothing to reuse."""
    smpipeline.add("abalone", abalone)
    smpipeline.script("abalone", AbaloneTrain=fail("no capacity"))
    source = smpipeline.start("abalone")
    lacking = f"Invalid SourcePipelineExecutionArn: {source.arn}. It has no result of"

    failed = refusal("abalone", ["AbaloneEval"], source)
    never_started = refusal("abalone", ["AbaloneMSECond"], source)
    smpipeline.add("abalone", definition_of(step("AbaloneProcess", kind="Training"), step("Report", "AbaloneProcess")))
    of_another_type = refusal("abalone", ["Report"], source)

    on = "that the selected steps"
    assert failed == ("ValidationException", f"{lacking} [AbaloneTrain] {on} [AbaloneEval] can run on.")
    assert never_started == ("ValidationException", f"{lacking} [AbaloneEval] {on} [AbaloneMSECond] can run on.")
    assert of_another_type == ("ValidationException", f"{lacking} [AbaloneProcess] {on} [Report] can run on.")


@pytest.mark.fidelity("SELECT-019")
@pytest.mark.parametrize("outcome", [succeed(), fail("boom")], ids=["succeeded", "failed"])
def test_a_failure_cannot_be_reused(smpipeline: SMPipelineMock, refusal: Refusal, step: Write, outcome: Any) -> None:
    """A step that runs when another fails can't be selected without it, however that ended."""
    smpipeline.add("abalone", definition_of(step("A"), step("Clean", {"Step": "A", "Trigger": "Failed"}), step("B", kind="Fail")))
    smpipeline.script("abalone", A=outcome)
    source = smpipeline.start("abalone")

    code, words = refusal("abalone", ["Clean"], source)

    assert (source.status, code) == ("Failed", "ValidationException")
    assert words.endswith("It has no result of [A] that the selected steps [Clean] can run on.")


@pytest.mark.fidelity("SELECT-020")
def test_a_step_of_the_branch_that_the_source_took_can_be_selected(smpipeline: SMPipelineMock, source: Execution, listed: Listed) -> None:
    """The condition is reused with its outcome."""
    run = smpipeline.start("abalone", only=["AbaloneRegister"], source=source)

    assert run.status == "Succeeded"
    register, gate = listed(run)
    assert (register["StepName"], gate["StepName"]) == ("AbaloneRegister", "AbaloneMSECond")
    assert gate["Metadata"] == {"Condition": {"Outcome": "True"}}
    assert run.branches == {"AbaloneMSECond": "if"}


@pytest.mark.fidelity("SELECT-014", "SELECT-020")
def test_a_step_of_the_branch_that_the_source_did_not_take_is_refused(
    smpipeline: SMPipelineMock, source: Execution, refusal: Refusal
) -> None:
    """Its condition would have to be selected too. The same holds for the other branch."""
    smpipeline.script("abalone", AbaloneEval=succeed(property_files={"Report": {"mse": 9}}))
    bad = smpipeline.start("abalone")

    for run, step in ((source, "AbaloneStop"), (bad, "AbaloneRegister")):
        words = f"Its step AbaloneMSECond did not take the branch of the selected step {step}."
        assert refusal("abalone", [step], run) == ("ValidationException", f"Invalid SourcePipelineExecutionArn: {run.arn}. {words}")


@pytest.mark.fidelity("SELECT-021")
@pytest.mark.parametrize(("only", "status"), [([], "Succeeded"), (["AbaloneRegister"], "Succeeded"), (["AbaloneStop"], "Failed")])
def test_a_selected_condition_decides_anew(smpipeline: SMPipelineMock, source: Execution, only: list[str], status: str) -> None:
    """Of the branch that it takes now the selected steps run, and no others."""
    smpipeline.script("abalone", AbaloneEval=succeed(property_files={"Report": {"mse": 9}}))

    run = smpipeline.start("abalone", only=["AbaloneEval", "AbaloneMSECond", *only], source=source)

    taken = [name for name in only if name == "AbaloneStop"]
    assert run.order == ["AbaloneEval", "AbaloneMSECond", *taken]
    assert (run.status, run.branches) == (status, {"AbaloneMSECond": "else"})


@pytest.mark.fidelity("SELECT-022")
def test_parameters_are_not_taken_over_from_the_source(smpipeline: SMPipelineMock, abalone: JsonObject) -> None:
    """What is not given has its default; a caller who wants the source's parameters gives them again."""
    smpipeline.add("abalone", abalone)
    smpipeline.script("abalone", AbaloneEval=succeed(property_files={"Report": {"mse": 1}}))
    source = smpipeline.start("abalone", {"Depth": 7})

    run = smpipeline.start("abalone", only=["AbaloneTrain"], source=source)

    assert (source.parameters, run.parameters, run.overrides) == ({"Depth": 7}, {"Depth": 5}, {})


@pytest.mark.fidelity("SELECT-024")
def test_a_selective_execution_can_be_a_source_too(smpipeline: SMPipelineMock, source: Execution) -> None:
    """With its own steps and those that it reused; the source shown is the one that was named."""
    second = smpipeline.start("abalone", only=["AbaloneTrain"], source=source)

    third = smpipeline.start("abalone", only=["AbaloneEval"], source=second)

    assert {name: run.selective_source for name, run in third.steps.items()} == {
        "AbaloneProcess": second.arn,
        "AbaloneTrain": second.arn,
        "AbaloneEval": None,
    }
    assert third.steps["AbaloneProcess"].metadata == source.steps["AbaloneProcess"].metadata


@pytest.mark.fidelity("SELECT-025")
def test_a_retry_keeps_to_the_selection(smpipeline: SMPipelineMock, source: Execution, listed: Listed) -> None:
    """The failed step starts again, what was reused stays, and what was not selected still does not run."""
    smpipeline.script("abalone", AbaloneTrain=[fail("no capacity"), succeed()])
    run = smpipeline.start("abalone", only=["AbaloneTrain", "AbaloneEval"], source=source)
    before = (run.status, run.order, listed(run)[-1])

    run.retry()

    assert before[:2] == ("Failed", ["AbaloneTrain"])
    assert (run.status, run.order) == ("Succeeded", ["AbaloneTrain", "AbaloneEval"])
    assert run.steps["AbaloneTrain"].attempts == 2
    assert listed(run)[-1] == before[2]


@pytest.mark.fidelity("SELECT-025")
def test_a_retry_keeps_a_reused_condition(smpipeline: SMPipelineMock, source: Execution) -> None:
    """It still counts as having taken the branch."""
    smpipeline.script("abalone", AbaloneRegister=[fail("no group"), succeed()])
    run = smpipeline.start("abalone", only=["AbaloneRegister"], source=source)
    failed = run.status

    run.retry()

    assert (failed, run.status, run.order) == ("Failed", "Succeeded", ["AbaloneRegister"])


@pytest.mark.fidelity("SELECT-026")
def test_a_description_returns_the_configuration_as_given(smpipeline: SMPipelineMock, client: "SageMakerClient", source: Execution) -> None:
    """In the order of the request, without what it did not hold; an execution of everything has none."""
    whole = smpipeline.start("abalone", only=["AbaloneTrain", "AbaloneProcess"])
    part = smpipeline.start("abalone", only=["AbaloneEval"], source=source)

    described = [client.describe_pipeline_execution(PipelineExecutionArn=run.arn) for run in (source, whole, part)]

    assert [answer.get("SelectiveExecutionConfig") for answer in described] == [
        None,
        {"SelectedSteps": [{"StepName": "AbaloneTrain"}, {"StepName": "AbaloneProcess"}]},
        {"SourcePipelineExecutionArn": source.arn, "SelectedSteps": [{"StepName": "AbaloneEval"}]},
    ]


@pytest.mark.fidelity("SELECT-018")
def test_a_source_that_is_not_needed_gives_nothing(smpipeline: SMPipelineMock, source: Execution) -> None:
    """Only the selected step is listed; the source is still part of the record."""
    run = smpipeline.start("abalone", only=["AbaloneProcess"], source=source)

    assert (list(run.steps), run.source) == (["AbaloneProcess"], source.arn)
