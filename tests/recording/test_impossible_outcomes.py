"""Outcomes that a step of its type can't have are refused, when they are written or, of a callable, when they are returned."""

import pytest

from pytest_smpipeline import SMPipelineMock, UsageError, cache_hit, fail, hold, reject, stopped, succeed
from pytest_smpipeline.outcomes import Outcome
from pytest_smpipeline.scripted_properties import property_problems
from pytest_smpipeline.shapes import Shape
from pytest_smpipeline.values import Json, JsonObject

LAMBDA: JsonObject = {"Name": "S", "Type": "Lambda", "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f"}
CALLBACK: JsonObject = {"Name": "S", "Type": "Callback", "SqsQueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/q"}
OUTPUT: JsonObject = {"OutputName": "out", "S3Output": {"S3Uri": "s3://b/p", "LocalPath": "/o", "S3UploadMode": "EndOfJob"}}
PROCESSING: JsonObject = {
    "Name": "S",
    "Type": "Processing",
    "Arguments": {"ProcessingOutputConfig": {"Outputs": [OUTPUT]}},
    "PropertyFiles": [{"PropertyFileName": "report", "OutputName": "out", "FilePath": "report.json"}],
}


def definition(step: JsonObject) -> JsonObject:
    """Return a definition with one step."""
    return {"Version": "2020-12-01", "Steps": [step]}


def job(kind: str) -> JsonObject:
    """Return a step of a type that needs nothing but arguments; a ForEach step needs a body too."""
    arguments: JsonObject = {}
    if kind == "ForEach":
        arguments = {"IterableItems": ["x"], "MaxConcurrency": 1, "ForEachBody": [{"Name": "B", "Type": "Training", "Arguments": {}}]}
    return {"Name": "S", "Type": kind, "Arguments": arguments}


def refusal(smp: SMPipelineMock, step: JsonObject, outcome: Outcome) -> str:
    """Script a step so, and return the lines that say why it can't be."""
    smp.add("p", definition(step))
    with pytest.raises(UsageError) as caught:
        smp.script("p", S=outcome)
    heading, _, reasons = str(caught.value).partition(":\n  ")
    assert heading == f"Step 'S', a {step['Type']} step, can't come out as {outcome!r}"
    return reasons


@pytest.mark.fidelity("SCRIPT-001")
@pytest.mark.parametrize("kind", ["Model", "RegisterModel", "Lineage", "Cleanup"])
def test_a_step_that_is_never_cached_has_no_cache_hit(smpipeline: SMPipelineMock, kind: str) -> None:
    """The developer guide lists the types that can be cached."""
    assert refusal(smpipeline, job(kind), cache_hit()) == f"{kind} steps are never cached. Write succeed()."


@pytest.mark.fidelity("SCRIPT-002")
@pytest.mark.parametrize(
    "step", [LAMBDA, CALLBACK, job("Model"), job("RegisterModel"), job("EndpointConfig")], ids=lambda step: step["Type"]
)
def test_a_step_without_a_job_is_not_stopped_from_outside(smpipeline: SMPipelineMock, step: JsonObject) -> None:
    """There is nothing that somebody else could stop."""
    assert refusal(smpipeline, step, stopped()) == (
        f"{step['Type']} steps run no job that could be stopped outside of the pipeline. Write fail(reason), or stop the execution."
    )


@pytest.mark.parametrize("step", [LAMBDA, CALLBACK, job("Model"), job("Training")], ids=lambda step: step["Type"])
@pytest.mark.parametrize("outcome", [succeed(), fail("boom"), reject("AccessDeniedException", "no"), hold()], ids=repr)
@pytest.mark.smpipeline(strict=False)
def test_every_step_may_succeed_fail_be_refused_or_held(smpipeline: SMPipelineMock, step: JsonObject, outcome: Outcome) -> None:
    """Whatever a step asks for, the service may refuse: an invocation and a message to a queue too."""
    smpipeline.add("p", definition(step))

    smpipeline.script("p", S=outcome)


@pytest.mark.parametrize("step", [job("Training"), PROCESSING], ids=["Training", "Processing"])
def test_outputs_are_for_lambda_and_callback_steps(smpipeline: SMPipelineMock, step: JsonObject) -> None:
    """A job has none, and what a test scripted would go nowhere."""
    assert refusal(smpipeline, step, succeed(outputs={"n": 1})) == (
        "outputs= is for Lambda and Callback steps. What a job makes goes into properties= or property_files=."
    )


@pytest.mark.parametrize("step", [LAMBDA, CALLBACK], ids=["Lambda", "Callback"])
@pytest.mark.smpipeline(strict=False)
def test_outputs_of_lambda_and_callback_steps_are_taken(smpipeline: SMPipelineMock, step: JsonObject) -> None:
    """Those are what these steps make."""
    smpipeline.add("p", definition(step))

    smpipeline.script("p", S=succeed(outputs={"n": 1}))


DECLARING = LAMBDA | {"OutputParameters": [{"OutputName": "auc", "OutputType": "Float"}, {"OutputName": "name", "OutputType": "String"}]}


@pytest.mark.parametrize(
    ("outputs", "reason"),
    [
        ({"acu": 0.5}, "outputs={'acu': ...}: the step's OutputParameters have no such name. Did you mean 'auc'? Declared: 'auc', 'name'."),
        ({"auc": "high"}, "outputs={'auc': 'high'}: the step declares this output as Float. Write a value of that type."),
    ],
)
def test_outputs_are_those_that_the_step_declares(smpipeline: SMPipelineMock, outputs: dict[str, Json], reason: str) -> None:
    """Names and types are those of its OutputParameters, when it has any."""
    assert refusal(smpipeline, DECLARING, succeed(outputs=outputs)) == reason


@pytest.mark.fidelity("LAMBDA-002")
def test_scripted_outputs_have_the_types_that_are_declared(smpipeline: SMPipelineMock) -> None:
    """A number for a String is its text, text for a Float a number; objects and lists stay."""
    smpipeline.add("p", definition(DECLARING))
    smpipeline.script("p", S=[succeed(outputs={"auc": "0.5", "name": 7}), succeed(outputs={"name": ["a"]})])

    first, second = smpipeline.start("p"), smpipeline.start("p")

    assert first.steps["S"].outputs == {"auc": 0.5, "name": "7"}
    assert second.steps["S"].outputs == {"name": ["a"]}


def test_an_output_that_another_version_declares_otherwise_stays_as_it_is(smpipeline: SMPipelineMock) -> None:
    """A script is held against the version that is the newest when it is written."""
    smpipeline.add("p", definition(DECLARING))
    smpipeline.script("p", S=succeed(outputs={"name": "seven"}))
    smpipeline.add("p", definition(LAMBDA | {"OutputParameters": [{"OutputName": "name", "OutputType": "Integer"}]}))

    assert smpipeline.start("p").steps["S"].outputs == {"name": "seven"}


def test_metrics_are_for_steps_that_train(smpipeline: SMPipelineMock) -> None:
    """A processing job has no FinalMetricDataList."""
    assert refusal(smpipeline, PROCESSING, succeed(metrics={"auc": 0.9})) == (
        "metrics= is for Training and Tuning steps. What another step measures goes into property_files= or outputs=."
    )


@pytest.mark.smpipeline(strict=False)
def test_a_property_file_is_declared_by_its_step(smpipeline: SMPipelineMock) -> None:
    """A file that the definition does not name can't be read by any step."""
    smpipeline.add("p", definition(PROCESSING))
    smpipeline.script("p", S=succeed(property_files={"report": {}}))

    assert refusal(smpipeline, PROCESSING, succeed(property_files={"reprot": {}})) == (
        "property_files={'reprot': ...}: the step's PropertyFiles name no such file. Did you mean 'report'? Declared: 'report'."
    )
    assert refusal(smpipeline, job("Training"), succeed(property_files={"report": {}})) == (
        "property_files={'report': ...}: the step's PropertyFiles name no such file. Declared: none. A step of a whole definition "
        "declares it: 'PropertyFiles': [{'PropertyFileName': 'report', 'OutputName': ..., 'FilePath': ...}]."
    )


@pytest.mark.fidelity("SCRIPT-003")
@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        (
            {"ModelArtifacst": {}},
            "DescribeTrainingJob has no member 'ModelArtifacst'. Did you mean 'ModelArtifacts'? @ properties.ModelArtifacst",
        ),
        (
            {"ModelArtifacts": {"S3ModelArtifact": "s3://b/m"}},
            "ModelArtifacts has no member 'S3ModelArtifact'. Did you mean 'S3ModelArtifacts'? @ properties.ModelArtifacts.S3ModelArtifact",
        ),
        ({"ModelArtifacts": "s3://b/m"}, "expected an object, got 's3://b/m' @ properties.ModelArtifacts"),
        ({"SecondaryStatusTransitions": {}}, "expected an array, got {} @ properties.SecondaryStatusTransitions"),
        ({"TrainingJobName": None}, "expected a string, got None @ properties.TrainingJobName"),
        ({"BillableTimeInSeconds": 1.5}, "expected a whole number, got 1.5 @ properties.BillableTimeInSeconds"),
        ({"BillableTimeInSeconds": True}, "expected a whole number, got True @ properties.BillableTimeInSeconds"),
        ({"EnableManagedSpotTraining": "yes"}, "expected a boolean, got 'yes' @ properties.EnableManagedSpotTraining"),
        ({"CreationTime": []}, "expected a time, in seconds or as text, got [] @ properties.CreationTime"),
        ({"HyperParameters": {"max depth": 3}}, "expected a string, got 3 @ properties.HyperParameters['max depth']"),
        (
            {"FinalMetricDataList": [{"Value": 1}, {"Value": "high"}]},
            "expected a number, got 'high' @ properties.FinalMetricDataList[1].Value",
        ),
        ({"TrainingJobStatus": "Complete"}, "'Complete' is no TrainingJobStatus. Did you mean 'Completed'? @ properties.TrainingJobStatus"),
    ],
    ids=[
        "unknown member",
        "unknown member inside",
        "object",
        "array",
        "null",
        "fraction",
        "boolean for a number",
        "boolean",
        "time",
        "map",
        "list",
        "enum",
    ],
)
def test_properties_are_what_the_describe_call_could_return(smpipeline: SMPipelineMock, properties: dict[str, Json], reason: str) -> None:
    """What AWS would never return can't be scripted; the place and the closest name are told."""
    assert refusal(smpipeline, job("Training"), succeed(properties=properties)) == reason


def test_every_problem_of_an_outcome_is_told_at_once(smpipeline: SMPipelineMock) -> None:
    """One line each."""
    outcome = succeed(outputs={"n": 1}, metrics={"auc": 1}, properties={"Stauts": 1, "ExitMessage": 2})

    assert len(refusal(smpipeline, PROCESSING, outcome).split("\n  ")) == 4


@pytest.mark.fidelity("SCRIPT-003")
@pytest.mark.parametrize(
    ("step", "properties"),
    [
        (job("Training"), {"CreationTime": 1.5, "TrainingEndTime": "2026-11-22T00:00:00Z", "FinalMetricDataList": [{"Value": 1}]}),
        (job("Training"), {"TrainingJobStatus": "Completed", "HyperParameters": {"depth": "3"}, "EnableManagedSpotTraining": True}),
        (PROCESSING, {"ProcessingOutputConfig": {"Outputs": [{"OutputName": "out"}]}}),
        (job("Tuning"), {"TrainingJobSummaries": [{"TrainingJobName": "a"}], "BestTrainingJob": {"TrainingJobName": "a"}}),
        (job("AutoML"), {"BestCandidateProperties": {"ModelInsightsJsonReportPath": "s3://b/r"}, "AutoMLJobName": "a"}),
        (job("AutoML"), {"AutoMLProblemTypeConfigName": "TextClassification"}),
        (LAMBDA, {"anything": 1}),
    ],
    ids=["times", "scalars", "Processing", "Tuning", "AutoML", "AutoML V2", "not described"],
)
@pytest.mark.smpipeline(strict=False)
def test_properties_that_the_model_has_are_taken(smpipeline: SMPipelineMock, step: JsonObject, properties: dict[str, Json]) -> None:
    """Those of a type that the model does not describe are let pass."""
    smpipeline.add("p", definition(step))

    smpipeline.script("p", S=succeed(properties=properties))


def test_a_kind_of_value_that_only_a_newer_model_has_is_let_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not known to be wrong is not refused."""

    class Newer:
        def output_shape(self, _operation: str) -> Shape:
            return Shape("Answer", "structure", members={"Data": Shape("Data", "blob")})

        def has_operation(self, _operation: str) -> bool:
            return True

    monkeypatch.setattr("pytest_smpipeline._wire.service_model.current", Newer)

    assert property_problems("Training", {"Data": True}) == []


@pytest.mark.parametrize(
    "outcome",
    [succeed(outputs={"n": 1}), succeed(properties={"Stauts": 1}), succeed(property_files={"reprot": 1})],
    ids=["outputs", "properties", "property_files"],
)
def test_what_a_callable_returns_is_checked_when_it_is_played(smpipeline: SMPipelineMock, outcome: Outcome) -> None:
    """Nothing is known of it before."""
    smpipeline.add("p", definition(PROCESSING))
    smpipeline.script("p", S=lambda _context: outcome)

    with pytest.raises(UsageError, match=r"^Step 'S', a Processing step, can't come out as "):
        smpipeline.start("p")


def test_a_callable_may_write_the_property_files_of_every_version(smpipeline: SMPipelineMock) -> None:
    """The execution that asks may run an older version than the newest, or a newer one than when the script was written."""
    smpipeline.add("p", definition(PROCESSING | {"PropertyFiles": []}))
    smpipeline.script("p", S=lambda _context: succeed(property_files={"report": {}}))
    smpipeline.add("p", definition(PROCESSING))
    smpipeline.add("p", {"Version": "2020-12-01", "Steps": [job("Training") | {"Name": "Other"}]})

    smpipeline.start("p", version=2).assert_succeeded()
