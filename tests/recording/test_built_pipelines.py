"""Pipelines built from names: what ``smp.add(name, parameters=..., steps=...)`` makes and refuses."""

import json
from typing import Any, cast

import botocore.session
import pytest
from botocore.validate import ParamValidator

from pytest_smpipeline import SMPipelineMock, UsageError, fail, succeed
from pytest_smpipeline._wire import service_model
from pytest_smpipeline._wire.validation import validate
from pytest_smpipeline.step_templates import BUILT_TYPES, BuiltStep
from pytest_smpipeline.values import JsonObject

TYPES = (
    "'AutoML', 'Callback', 'ClarifyCheck', 'Condition', 'EMR', 'EMRServerless', 'Endpoint', 'EndpointConfig', 'Fail', "
    "'InferenceComponent', 'Lambda', 'Model', 'Processing', 'QualityCheck', 'RegisterModel', 'Training', 'Transform', 'Tuning'"
)
FORMS = "['Prep', 'Train'], or {'Prep': 'Processing', 'Train': ('Training', ['Prep'])}"

# The call that a step of each type makes, and what the service adds to its Arguments.
CALLS: dict[str, tuple[str, str, JsonObject]] = {
    "Training": ("sagemaker", "CreateTrainingJob", {"TrainingJobName": "job"}),
    "Processing": ("sagemaker", "CreateProcessingJob", {"ProcessingJobName": "job"}),
    "QualityCheck": ("sagemaker", "CreateProcessingJob", {"ProcessingJobName": "job"}),
    "ClarifyCheck": ("sagemaker", "CreateProcessingJob", {"ProcessingJobName": "job"}),
    "Transform": ("sagemaker", "CreateTransformJob", {"TransformJobName": "job"}),
    "Tuning": ("sagemaker", "CreateHyperParameterTuningJob", {"HyperParameterTuningJobName": "job"}),
    "AutoML": ("sagemaker", "CreateAutoMLJob", {"AutoMLJobName": "job"}),
    "Model": ("sagemaker", "CreateModel", {"ModelName": "model"}),
    "RegisterModel": ("sagemaker", "CreateModelPackage", {}),
    "EndpointConfig": ("sagemaker", "CreateEndpointConfig", {}),
    "Endpoint": ("sagemaker", "CreateEndpoint", {}),
    "InferenceComponent": ("sagemaker", "CreateInferenceComponent", {}),
}


def steps_of(definition: JsonObject) -> list[dict[str, Any]]:
    """Return the steps of a definition."""
    return cast("list[dict[str, Any]]", definition["Steps"])


def waits_for(definition: JsonObject) -> dict[str, list[str]]:
    """Return what each step of a definition depends on."""
    return {step["Name"]: step.get("DependsOn", []) for step in steps_of(definition)}


def types(definition: JsonObject) -> dict[str, str]:
    """Return the types of the steps of a definition."""
    return {step["Name"]: step["Type"] for step in steps_of(definition)}


def botocores_report(service: str, operation: str, request: dict[str, Any]) -> str:
    """Return what botocore's own validation has against a request."""
    shape = botocore.session.get_session().get_service_model(service).operation_model(operation).input_shape
    assert shape is not None
    return str(ParamValidator().validate(request, shape).generate_report())


def complaint(smpipeline: SMPipelineMock, **keywords: object) -> str:
    """Return why no pipeline can be built so."""
    with pytest.raises(UsageError) as caught:
        smpipeline.add("churn", **keywords)  # type: ignore[arg-type]  # the point of the tests
    return str(caught.value)


def test_names_in_a_list_are_training_steps_in_a_row(smpipeline: SMPipelineMock) -> None:
    """Each depends on the one before; a training job takes every outcome that a job can have, metrics included."""
    churn = smpipeline.add("churn", steps=["Prep", "Train", "Register"])
    smpipeline.script("churn", Train=succeed(metrics={"auc": 0.91}), Register=fail("no registry"))

    assert waits_for(churn.definition) == {"Prep": [], "Train": ["Prep"], "Register": ["Train"]}
    assert set(types(churn.definition).values()) == {"Training"}
    assert smpipeline.start("churn").failed_steps == ["Register"]


def test_a_name_that_is_a_type_makes_a_step_of_that_type(smpipeline: SMPipelineMock) -> None:
    """Whoever writes types in a row means them."""
    churn = smpipeline.add("churn", steps=["Processing", "Train", "RegisterModel"])

    assert types(churn.definition) == {"Processing": "Processing", "Train": "Training", "RegisterModel": "RegisterModel"}


def test_parameters_are_types_or_defaults(smpipeline: SMPipelineMock) -> None:
    """A type means that a start has to give a value; anything else is the default, and its type the parameter's."""
    churn = smpipeline.add("churn", parameters={"Date": str, "Epochs": 10, "Rate": 0.5, "Debug": False, "Tries": int}, steps=["Train"])

    assert churn.parameters == {"Date": None, "Epochs": 10, "Rate": 0.5, "Debug": False, "Tries": None}
    assert churn.definition["Parameters"] == [
        {"Name": "Date", "Type": "String"},
        {"Name": "Epochs", "Type": "Integer", "DefaultValue": 10},
        {"Name": "Rate", "Type": "Float", "DefaultValue": 0.5},
        {"Name": "Debug", "Type": "Boolean", "DefaultValue": False},
        {"Name": "Tries", "Type": "Integer"},
    ]
    with pytest.raises(smpipeline.client().exceptions.ClientError, match="Parameter 'Date' is undefined"):
        smpipeline.start("churn", {"Tries": 3})


def test_parameters_alone_make_a_pipeline_of_one_step(smpipeline: SMPipelineMock) -> None:
    """Code that starts a pipeline may not care what it does."""
    assert smpipeline.add("churn", parameters={"Date": str}).steps == ["Train"]
    assert smpipeline.start("churn", {"Date": "d"}).order == ["Train"]


def test_types_in_a_mapping_are_chained_in_order(smpipeline: SMPipelineMock) -> None:
    """A type alone comes after the entry before; one with names depends on these and nothing else."""
    churn = smpipeline.add(
        "churn",
        steps={
            "Prep": "Processing",
            "Train": "Training",
            "Notify": ("Lambda", []),
            "Evaluate": ("Processing", ["Train", "Register"]),
            "Register": ("RegisterModel", ["Train"]),
            "Deploy": "Endpoint",
        },
    )

    assert waits_for(churn.definition) == {
        "Prep": [],
        "Train": ["Prep"],
        "Notify": [],
        "Evaluate": ["Train", "Register"],
        "Register": ["Train"],
        "Deploy": ["Register"],
    }
    assert types(churn.definition)["Evaluate"] == "Processing"


def test_a_built_definition_can_be_printed_and_kept(smpipeline: SMPipelineMock) -> None:
    """What was built is a definition like any other: given back, it changes nothing."""
    built = smpipeline.add("churn", parameters={"Date": str}, steps=["Prep", "Train"])

    kept = json.dumps(built.definition)

    assert smpipeline.add("churn", kept) == built


@pytest.mark.parametrize("region", ["us-east-1", "cn-north-1"])
@pytest.mark.parametrize("kind", CALLS)
def test_a_built_step_is_what_its_create_call_takes(smpipeline: SMPipelineMock, kind: str, region: str) -> None:
    """botocore's own validation finds nothing missing, nor do the model's patterns, whatever the step and the pipeline are called."""
    service, operation, added = CALLS[kind]
    pipeline = smpipeline.add("Churn-" * 20 + "model", steps={"Do_it" * 12: kind}, region=region)
    request = steps_of(pipeline.definition)[0]["Arguments"] | added

    assert botocores_report(service, operation, request) == ""
    validate(service_model.current().input_shape(operation), request)


def test_a_built_emr_step_is_what_its_call_takes(smpipeline: SMPipelineMock) -> None:
    """The step's Arguments are the cluster and one step of AddJobFlowSteps."""
    arguments = steps_of(smpipeline.add("churn", steps={"Count": "EMR"}).definition)[0]["Arguments"]
    request = {"JobFlowId": arguments["ClusterId"], "Steps": [{"Name": "Count", **arguments["StepConfig"]}]}

    assert botocores_report("emr", "AddJobFlowSteps", request) == ""


def test_a_built_emr_serverless_step_is_what_its_call_takes(smpipeline: SMPipelineMock) -> None:
    """The step's JobConfig is StartJobRun's request."""
    arguments = steps_of(smpipeline.add("churn", steps={"Count": "EMRServerless"}).definition)[0]["Arguments"]

    assert botocores_report("emr-serverless", "StartJobRun", {"clientToken": "t", **arguments["JobConfig"]}) == ""


def test_steps_of_every_type_that_can_be_built_run(smpipeline: SMPipelineMock) -> None:
    """A Callback step waits for its answer, a Fail step ends the execution, and all others succeed."""
    names = [kind for kind in BUILT_TYPES if kind not in {"Callback", "Fail"}]
    smpipeline.add("churn", steps=[*names, "Callback", "Fail"])

    run = smpipeline.start("churn")

    assert (run.order, run.waiting) == ([*names, "Callback"], ["Callback"])
    run.steps["Callback"].callback.succeed({})
    run.assert_failed(step="Fail", reason="Step Fail ended the execution.")
    assert run.failed_steps == ["Fail"]


def test_a_built_condition_holds_and_has_no_branches(smpipeline: SMPipelineMock) -> None:
    """Types say nothing of conditions; what depends on the step comes after it."""
    smpipeline.add("churn", steps={"Prep": "Processing", "Gate": ("Condition", ["Prep"]), "Register": "RegisterModel"})

    run = smpipeline.start("churn")

    assert (run.order, run.branches) == (["Prep", "Gate", "Register"], {"Gate": "if"})


def test_built_steps_use_the_role_region_and_account_of_the_pipeline(smpipeline: SMPipelineMock) -> None:
    """What is printed fits the account that a test gives."""
    role = "arn:aws-cn:iam::999999999999:role/Mine"
    text = json.dumps(
        smpipeline.add(
            "churn",
            steps={"Train": "Training", "Call": "Lambda", "Ask": "Callback"},
            role_arn=role,
            region="cn-north-1",
            account_id="999999999999",
        ).definition
    )

    assert f'"RoleArn": "{role}"' in text
    assert '"FunctionArn": "arn:aws-cn:lambda:cn-north-1:999999999999:function:churn-Call"' in text
    assert '"SqsQueueUrl": "https://sqs.cn-north-1.amazonaws.com.cn/999999999999/churn-Ask"' in text
    assert '"TrainingImage": "999999999999.dkr.ecr.cn-north-1.amazonaws.com.cn/churn-train:latest"' in text


def test_names_of_resources_begin_and_end_as_they_must() -> None:
    """Steps may be called as no endpoint may."""
    step = BuiltStep("_a__", "churn", "role", "us-east-1", "123456789012")

    assert step.resource == "churn--a"


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        (
            {"Prep": "Procesing"},
            f"steps['Prep']: 'Procesing' is not a type of step. Did you mean 'Processing'? Types that can be built: {TYPES}.",
        ),
        (
            {"Loop": "ForEach"},
            "steps['Loop']: what a ForEach step does lies in its Arguments, so it can't be built from its type. Give a whole definition.",
        ),
        (
            {"Prep": "Processing", "Train": ("Training", ["Perp"])},
            "steps['Train'] depends on 'Perp', which is not there. Did you mean 'Prep'? Steps: 'Prep', 'Train'.",
        ),
        (
            {"A": ("Training", ["B"]), "B": ("Training", ["A"])},
            "steps wait for each other in a circle: A -> B -> A (each depends on the next). Take one of these dependencies out.",
        ),
        (
            {"A": "Training", "B": ("Training", ["A", "A"])},
            "steps['B'] names a step that it depends on more than once: ['A', 'A'].",
        ),
        (["A", "B", "A"], "steps has 'A' more than once; the names of steps are unique."),
        (["Pre process"], "steps['Pre process']: the name is not valid. Expected 1 to 64 letters, digits, '-' and '_'."),
        (["x" * 65], f"steps['{'x' * 65}']: the name is not valid. Expected 1 to 64 letters, digits, '-' and '_'."),
        ([5], "steps[5]: the name is not valid. Expected 1 to 64 letters, digits, '-' and '_'."),
        (
            [{"Name": "Train", "Type": "Training"}],
            (
                "steps[{'Name': 'Train', 'Type': 'Training'}]: expected a name. "
                "Whole steps are for a definition: {'Version': '2020-12-01', 'Steps': [...]} instead of steps=."
            ),
        ),
        ([], f"steps is empty: a pipeline has at least one step. Expected {FORMS}."),
        ({}, f"steps is empty: a pipeline has at least one step. Expected {FORMS}."),
        (
            {"Prep": "Processing", "Train": ("Training", "Prep")},
            "steps['Train'] is ('Training', 'Prep'): the names it depends on are a list. Write ('Training', ['Prep']).",
        ),
        (
            {"Train": ("Training", [5])},
            "steps['Train'] is ('Training', [5]): expected a type, or (type, [names of the steps it depends on]).",
        ),
        ({"Train": ("Training",)}, "steps['Train'] is ('Training',): expected a type, or (type, [names of the steps it depends on])."),
        ({"Train": (5, [])}, "steps['Train'] is (5, []): expected a type, or (type, [names of the steps it depends on])."),
        ({"Train": 5}, "steps['Train'] is 5: expected a type, or (type, [names of the steps it depends on])."),
        (
            {"Stop": "Fail", "Train": "Training"},
            "steps['Train'] comes after 'Stop', a Fail step, and nothing runs after one. Name what it depends on: ('Training', [...]).",
        ),
        (
            {"Stop": "Fail", "Train": ("Training", ["Stop"])},
            "steps['Train'] depends on 'Stop', a Fail step, and nothing runs after one. Name what it depends on: ('Training', [...]).",
        ),
    ],
    ids=repr,
)
def test_mistakes_in_steps_are_told_as_they_were_written(smpipeline: SMPipelineMock, steps: object, problem: str) -> None:
    """Not as problems of a definition that nobody wrote."""
    assert complaint(smpipeline, steps=steps) == f"Pipeline 'churn' can't be built:\n  {problem}"


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        (
            "Date",
            None,
            "parameters['Date'] is None: expected str, int, float or bool where a start must give a value, or a default.",
        ),
        (
            "Dates",
            list,
            "parameters['Dates'] is <class 'list'>: expected str, int, float or bool where a start must give a value, or a default.",
        ),
        (
            "Rate",
            float("nan"),
            "parameters['Rate'] is nan, which no definition can hold. Give a finite number, or float for a required one.",
        ),
        ("the date", str, "parameters['the date']: the name is not valid. Expected 1 to 256 letters, digits, '-' and '_'."),
        (5, str, "parameters[5]: the name is not valid. Expected 1 to 256 letters, digits, '-' and '_'."),
    ],
    ids=repr,
)
def test_mistakes_in_parameters_are_told_as_they_were_written(
    smpipeline: SMPipelineMock, name: object, value: object, problem: str
) -> None:
    """A parameter is a string, a number or a boolean."""
    assert complaint(smpipeline, parameters={name: value}) == f"Pipeline 'churn' can't be built:\n  {problem}"


def test_all_mistakes_are_told_at_once(smpipeline: SMPipelineMock) -> None:
    """One run of the test shows all that is to be corrected, and no pipeline is made."""
    text = complaint(smpipeline, parameters={"Date": None, "": str}, steps={"Prep": "Procesing", "Train": ("Training", "Prep")})

    assert [line.partition(" is ")[0].partition(":")[0] for line in text.splitlines()[1:]] == [
        "  parameters['Date']",
        "  parameters['']",
        "  steps['Prep']",
        "  steps['Train']",
    ]
    assert repr(smpipeline).endswith("0 pipelines, 0 executions>")


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"steps": "Train"}, f"steps='Train' is not valid: expected {FORMS}."),
        ({"steps": 5}, f"steps=5 is not valid: expected {FORMS}."),
        ({"parameters": ["Date"]}, "parameters=['Date'] is not valid: expected a dict such as {'Date': str, 'Epochs': 10}."),
    ],
    ids=repr,
)
def test_anything_else_is_refused(smpipeline: SMPipelineMock, keywords: dict[str, object], message: str) -> None:
    """The message shows both forms."""
    assert complaint(smpipeline, **keywords) == message


@pytest.mark.parametrize(
    ("keywords", "given"),
    [({"steps": ["Train"]}, "steps="), ({"steps": ["Train"], "parameters": {"Date": str}}, "parameters= and steps=")],
    ids=repr,
)
def test_a_definition_and_what_to_build_one_from_exclude_each_other(
    smpipeline: SMPipelineMock, one_step: JsonObject, keywords: dict[str, object], given: str
) -> None:
    """Neither could count without the other being ignored."""
    assert complaint(smpipeline, definition=one_step, **keywords) == (
        f"Pipeline 'churn' is given a definition and {given} as well; the latter build a definition where there is none. Leave one out."
    )
