"""Arguments that the create call of a job would refuse fail the step, in the service's words."""

from collections.abc import Callable
from typing import Any

import pytest

from pytest_smpipeline import SMPipelineMock, fail, reject, succeed
from pytest_smpipeline.values import JsonObject

Make = Callable[..., JsonObject]
Reason = Callable[..., str | None]

MODE: JsonObject = {"AlgorithmSpecification": {"TrainingInputMode": {"Get": "Parameters.Mode"}}}
MODES = [{"Name": "Mode", "Type": "String", "DefaultValue": "File"}]
FAST = "Value 'Fast' at 'algorithmSpecification.trainingInputMode' failed to satisfy constraint: Member must satisfy enum value set: "


@pytest.fixture
def reason(smpipeline: SMPipelineMock, step_of: Make) -> Reason:
    """Return a function that runs a step with these arguments and returns what the create call says, None when it takes them."""

    def run(kind: str, arguments: JsonObject) -> str | None:
        smpipeline.add("churn", step_of(kind, arguments))
        step = smpipeline.start("churn").steps["Step"]
        return None if step.reason is None else step.reason.partition("Error Details: ")[2]

    return run


@pytest.mark.fidelity("JOBARG-001")
def test_a_value_that_comes_out_wrong_fails_the_step_as_its_create_call_would(
    smpipeline: SMPipelineMock, sagemaker: Any, step_of: Make
) -> None:
    """The definition is in order; it is the parameter's value that is none of the enum's. No job is made."""
    smpipeline.add("churn", step_of("Training", MODE) | {"Parameters": MODES})
    assert smpipeline.start("churn").status == "Succeeded"

    execution = smpipeline.start("churn", parameters={"Mode": "Fast"})

    step = execution.steps["Step"]
    assert (execution.status, step.status, step.metadata) == ("Failed", "Failed", {})
    assert step.reason is not None
    assert step.reason.startswith(
        f"ClientError: Failed to invoke sagemaker:CreateTrainingJob. Error Details: 1 validation error detected: {FAST}["
    )
    assert len(sagemaker.list_training_jobs()["TrainingJobSummaries"]) == 1


@pytest.mark.fidelity("JOBARG-001")
@pytest.mark.parametrize(
    ("kind", "arguments", "sentence"),
    [
        (
            "Training",
            {"StoppingCondition": {"MaxRuntimeInSeconds": 0}},
            (
                "Value '0' at 'stoppingCondition.maxRuntimeInSeconds' failed to satisfy constraint: "
                "Member must have value greater than or equal to 1"
            ),
        ),
        (
            "Processing",
            {"AppSpecification": {"ImageUri": "i" * 256}},
            (
                f"Value '{'i' * 256}' at 'appSpecification.imageUri' failed to satisfy constraint: "
                "Member must have length less than or equal to 255"
            ),
        ),
        (
            "Model",
            {"ModelName": "my_model"},
            (
                "Value 'my_model' at 'modelName' failed to satisfy constraint: "
                r"Member must satisfy regular expression pattern: [a-zA-Z0-9]([\-a-zA-Z0-9]*[a-zA-Z0-9])?"
            ),
        ),
        (
            "Training",
            {"HyperParameters": {"depth": "line\nline"}},
            (
                "Value '{depth=line\nline}' at 'hyperParameters' failed to satisfy constraint: Map value must satisfy constraint: "
                "[Member must have length less than or equal to 2500, Member must have length greater than or equal to 0, "
                "Member must satisfy regular expression pattern: .*]"
            ),
        ),
    ],
)
def test_each_sort_of_constraint_is_held(reason: Reason, kind: str, arguments: JsonObject, sentence: str) -> None:
    """Range, length, pattern, and the values of a map, which one sentence tells of together."""
    assert reason(kind, arguments) == f"1 validation error detected: {sentence}"


@pytest.mark.fidelity("JOBARG-001")
def test_all_that_is_wrong_is_told_at_once(reason: Reason) -> None:
    """As for any other request."""
    told = reason("Training", {"StoppingCondition": {"MaxRuntimeInSeconds": 0}, "OutputDataConfig": {"KmsKeyId": "k" * 2049}})

    assert told is not None
    assert told.startswith("2 validation errors detected: Value at 'outputDataConfig.kmsKeyId'")
    assert told.endswith("greater than or equal to 1")


@pytest.mark.fidelity("JOBARG-001")
def test_too_many_hyperparameters_are_refused(reason: Reason) -> None:
    """A map has a length too."""
    told = reason("Training", {"HyperParameters": {f"h{number}": "1" for number in range(101)}})

    assert told is not None
    assert told.endswith("Member must have length less than or equal to 100")


@pytest.mark.fidelity("JOBARG-002")
@pytest.mark.parametrize("kind", ["Training", "Processing", "Transform", "Tuning", "AutoML", "Model", "RegisterModel", "Endpoint"])
def test_what_is_missing_is_not_asked_for(reason: Reason, kind: str) -> None:
    """Tests write the arguments that they are about."""
    assert reason(kind, {"Tags": None}) is None


@pytest.mark.fidelity("JOBARG-003")
@pytest.mark.parametrize(
    "arguments",
    [
        {"RoleArn": "DummyRole"},
        {"VpcConfig": {"Subnets": ["my_subnet_id"], "SecurityGroupIds": ["my_group"]}},
        {"OutputDataConfig": {"S3OutputPath": "s3://"}},
    ],
)
def test_stand_ins_for_what_lies_outside_are_taken(reason: Reason, arguments: JsonObject) -> None:
    """A test has no roles and networks, and calls them what it likes."""
    assert reason("Training", arguments) is None


@pytest.mark.fidelity("JOBARG-003")
def test_a_model_that_is_only_referred_to_may_have_any_name(reason: Reason) -> None:
    """It is made elsewhere, if at all."""
    assert reason("Transform", {"ModelName": "my_model"}) is None


@pytest.mark.fidelity("JOBARG-004")
@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("Training", {"HyperParameters": {"depth": 3, "rate": 0.1, "fast": True}}),
        ("Training", {"StoppingCondition": {"MaxRuntimeInSeconds": "3600"}, "EnableManagedSpotTraining": "True"}),
        ("Training", {"StoppingCondition": {"MaxRuntimeInSeconds": 3600.0}, "InputDataConfig": [{"ChannelName": 1}]}),
        ("RegisterModel", {"ValidationSpecification": {"ValidationProfiles": [{"ProfileName": 1}]}}),
        ("Endpoint", {"Tags": [{"Key": 1, "Value": 2}]}),
        ("EndpointConfig", {"ProductionVariants": [{"InitialVariantWeight": "0.5"}]}),
    ],
)
def test_a_value_that_reads_as_the_members_type_is_taken(reason: Reason, kind: str, arguments: JsonObject) -> None:
    """Numbers in texts, and numbers and truths where a text belongs."""
    assert reason(kind, arguments) is None


@pytest.mark.fidelity("JOBARG-004")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            {"StoppingCondition": {"MaxRuntimeInSeconds": "an hour"}},
            "Expected a whole number at 'stoppingCondition.maxRuntimeInSeconds', but found a string.",
        ),
        (
            {"StoppingCondition": {"MaxRuntimeInSeconds": 1.5}},
            "Expected a whole number at 'stoppingCondition.maxRuntimeInSeconds', but found a number.",
        ),
        ({"EnableManagedSpotTraining": "perhaps"}, "Expected true or false at 'enableManagedSpotTraining', but found a string."),
    ],
)
def test_a_value_that_does_not_is_refused(reason: Reason, arguments: JsonObject, sentence: str) -> None:
    """In words of this package."""
    assert reason("Training", arguments) == sentence


@pytest.mark.fidelity("JOBARG-004")
def test_a_text_that_is_no_number_is_refused_at_any_depth(reason: Reason) -> None:
    """Its place is told."""
    told = reason("EndpointConfig", {"ProductionVariants": [{"InitialVariantWeight": "much"}]})

    assert told == "Expected a number at 'productionVariants.1.member.initialVariantWeight', but found a string."


@pytest.mark.fidelity("JOBARG-004")
def test_a_value_that_reads_as_the_type_keeps_the_constraints(reason: Reason) -> None:
    """The number in a text is held against the range."""
    told = reason("Training", {"StoppingCondition": {"MaxRuntimeInSeconds": "0"}})

    assert told is not None
    assert told.endswith("greater than or equal to 1")


@pytest.mark.fidelity("JOBARG-005")
@pytest.mark.smpipeline(strict=False)
def test_what_a_test_scripts_does_not_make_wrong_arguments_right(smpipeline: SMPipelineMock, step_of: Make) -> None:
    """The call comes before whatever the job does, and the outcome is still there for the next attempt."""
    smpipeline.add("churn", step_of("Training", MODE) | {"Parameters": MODES})
    smpipeline.script("churn", Step=[fail("no disk"), succeed()])

    first = smpipeline.start("churn", parameters={"Mode": "Fast"})
    second = smpipeline.start("churn")

    assert FAST in str(first.steps["Step"].reason)
    assert second.steps["Step"].reason == "ClientError: no disk"


@pytest.mark.fidelity("JOBARG-005")
def test_a_policy_does_not_repeat_what_is_refused(smpipeline: SMPipelineMock, step_of: Make) -> None:
    """No exception type that policies know stands for a ValidationException."""
    policy: JsonObject = {"ExceptionType": ["Step.SERVICE_FAULT", "SageMaker.JOB_INTERNAL_ERROR"], "MaxAttempts": 3}
    smpipeline.add("churn", step_of("Training", {"StoppingCondition": {"MaxRuntimeInSeconds": 0}}, RetryPolicies=[policy]))

    assert smpipeline.start("churn").steps["Step"].attempts == 1


def test_a_refusal_by_the_test_reads_the_same(smpipeline: SMPipelineMock, step_of: Make) -> None:
    """Both are what the create call answers."""
    smpipeline.add("churn", step_of("Training", {"StoppingCondition": {"MaxRuntimeInSeconds": 0}}))
    refused = smpipeline.start("churn").steps["Step"].reason
    assert refused is not None
    smpipeline.add("churn", step_of("Training"))
    smpipeline.script("churn", Step=reject("ValidationException", refused.partition("Error Details: ")[2]))

    assert smpipeline.start("churn").steps["Step"].reason == refused


REFERENCE: JsonObject = {"Get": "Parameters.Value"}
TEXT: JsonObject = {"Std:Join": {"On": "", "Values": [REFERENCE, REFERENCE, REFERENCE]}}
CHANNELS: JsonObject = {"InputDataConfig": [{"ChannelName": "a"}, {"ChannelName": REFERENCE}]}
NO_TIME: JsonObject = {"StoppingCondition": {"MaxRuntimeInSeconds": 0}, "AlgorithmSpecification": {"TrainingInputMode": REFERENCE}}
TUNED: JsonObject = {"AlgorithmSpecification": {"EnableSageMakerMetricsTimeSeries": REFERENCE, "TrainingInputMode": "File"}}


@pytest.mark.fidelity("JOBARG-001")
@pytest.mark.parametrize(
    ("kind", "arguments", "value", "sentences"),
    [
        ("Training", {"HyperParameters": {"lr": TEXT}}, "x" * 1000, ["Map value must satisfy constraint"]),
        ("Training", CHANNELS, "b c", ["inputDataConfig.2.member.channelName"]),
        ("Training", NO_TIME, "File", ["1 validation error ", "stoppingCondition.maxRuntimeInSeconds"]),
        ("Training", NO_TIME, "Fast", ["2 validation errors", "stoppingCondition.maxRuntimeInSeconds", "trainingInputMode"]),
        ("Training", {"RoleArn": REFERENCE}, "made-up", []),
        ("Training", {"ResourceConfig": {"InstanceCount": TEXT}}, "1", []),
        ("Training", {"ResourceConfig": {"InstanceCount": TEXT}}, "one", ["Expected a whole number at 'resourceConfig.instanceCount'"]),
        ("Tuning", {"TrainingJobDefinition": TUNED}, "true", []),
    ],
    ids=["map", "list", "constant", "both", "made up", "number", "no number", "not in the model"],
)
def test_what_a_step_refers_to_is_looked_at_with_its_constants(
    smpipeline: SMPipelineMock, step_of: Make, kind: str, arguments: JsonObject, value: str, sentences: list[str]
) -> None:
    """Whichever of the two is refused, each time the step runs; constants are looked at once and told as often."""
    smpipeline.add("churn", step_of(kind, arguments) | {"Parameters": [{"Name": "Value", "Type": "String"}]})
    for _ in range(2):
        reason = smpipeline.start("churn", parameters={"Value": value}).steps["Step"].reason or ""
        assert bool(reason) == bool(sentences)
        assert [sentence for sentence in sentences if sentence not in reason] == []


@pytest.mark.fidelity("JOBARG-001")
def test_the_items_of_an_iteration_are_looked_at_one_by_one(smpipeline: SMPipelineMock) -> None:
    """The steps of a body run with arguments of their own."""
    arguments: JsonObject = {"ResourceConfig": {"InstanceType": {"Get": "ForEach.CurrentItem"}}}
    body: JsonObject = {"Name": "Train", "Type": "Training", "Arguments": arguments}
    iterated: JsonObject = {"IterableItems": ["ml.m5.large", "huge"], "MaxConcurrency": 1, "ForEachBody": [body]}
    each: JsonObject = {"Name": "Each", "Type": "ForEach", "Arguments": iterated}
    smpipeline.add("churn", {"Version": "2020-12-01", "Steps": [each]})

    steps = smpipeline.start("churn").steps

    assert [steps[f"Train-{index}"].status for index in range(2)] == ["Succeeded", "Failed"]
