"""The real SageMaker SDK, 2 and 3, each in an environment of its own: ``nox -s sdk2 sdk3``.

What both can do is one test, run with either. Whatever waits does so under ``progress="poll"`` and virtual sleep, so nobody sleeps.
"""

import importlib.util
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, WaiterError

from pytest_smpipeline import SMPipelineMock, fail, hold, stopped, succeed

if importlib.util.find_spec("sagemaker") is None:
    WHY = "the SageMaker SDK is not installed here: it brings some fifty packages, so `nox -s sdk2 sdk3` runs these tests"
    pytest.skip(WHY, allow_module_level=True)

ROLE = "arn:aws:iam::123456789012:role/Pipelines"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/image:1"

pytestmark = [
    pytest.mark.smpipeline(progress="poll", virtual_sleep=True),
    pytest.mark.filterwarnings("ignore"),  # the SDK's own warnings are not under test
]

Build = Callable[..., Any]


@pytest.fixture
def two_steps(sdk: Any, job: dict[str, str]) -> Build:
    """Return the function that makes pipeline ``churn``, ``Prepare`` before ``Train``, with a parameter ``Epochs``."""

    def build(name: str = "churn") -> Any:
        @sdk.step(name="Prepare", **job)
        def prepare(epochs: int) -> list[int]:
            return list(range(epochs))

        @sdk.step(name="Train", **job)
        def train(rows: list[int]) -> int:
            return sum(rows)

        epochs = sdk.ParameterInteger(name="Epochs", default_value=3)
        return sdk.Pipeline(name=name, parameters=[epochs], steps=[train(prepare(epochs))], sagemaker_session=sdk.session)

    return build


def evaluated(sdk: Any, size: int = 0) -> Any:
    """A pipeline that registers or fails by what its evaluation says."""
    report = sdk.PropertyFile(name="Report", output_name="evaluation", path="evaluation.json")
    processor = sdk.Processor(
        image_uri=IMAGE, role=ROLE, instance_count=1, instance_type="ml.m5.large", sagemaker_session=sdk.session, env={"PAD": "x" * size}
    )
    if sdk.version == 2:
        from sagemaker.processing import ProcessingOutput  # type: ignore[import-not-found,unused-ignore]

        output = ProcessingOutput(output_name="evaluation", source="/opt/ml/processing/evaluation")
    else:
        from sagemaker.core.shapes import (  # type: ignore[import-not-found,unused-ignore]
            ProcessingOutput,
            ProcessingS3Output,
        )

        place = ProcessingS3Output(
            s3_uri="s3://sdk-bucket/evaluation", local_path="/opt/ml/processing/evaluation", s3_upload_mode="EndOfJob"
        )
        output = ProcessingOutput(output_name="evaluation", s3_output=place)
    evaluate = sdk.ProcessingStep(name="Evaluate", step_args=processor.run(outputs=[output]), property_files=[report])
    threshold = sdk.ParameterFloat(name="Threshold", default_value=0.8)
    auc = sdk.JsonGet(step_name="Evaluate", property_file=report, json_path="metrics.auc")
    good = sdk.ProcessingStep(name="Register", step_args=processor.run())
    bad = sdk.FailStep(name="TooBad", error_message="the model is too bad")
    enough = sdk.ConditionGreaterThanOrEqualTo(left=auc, right=threshold)
    gate = sdk.ConditionStep(name="Gate", conditions=[enough], if_steps=[good], else_steps=[bad])
    return sdk.Pipeline(name="churn", parameters=[threshold], steps=[evaluate, gate], sagemaker_session=sdk.session)


def test_a_second_upsert_updates_and_joins_the_tags(smpipeline: SMPipelineMock, sdk: Any, two_steps: Build) -> None:
    """The SDK knows an existing pipeline by the words of the refusal; its tags join those that are there."""
    pipeline = two_steps()

    made = pipeline.upsert(role_arn=ROLE, tags=[{"Key": "team", "Value": "risk"}])
    again = pipeline.upsert(role_arn=ROLE, description="nightly", tags=[{"Key": "stage", "Value": "test"}])

    assert made["PipelineArn"] == again["PipelineArn"]
    assert pipeline.describe()["PipelineDescription"] == "nightly"
    tags = boto3.client("sagemaker").list_tags(ResourceArn=made["PipelineArn"])["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"team": "risk", "stage": "test"}
    assert smpipeline.calls.of("CreatePipeline")[1].error_code == "ValidationException"


def test_start_wait_and_list_steps(smpipeline: SMPipelineMock, sdk: Any, two_steps: Build) -> None:
    """``wait`` polls every thirty seconds, of which none passes."""
    pipeline = two_steps()
    pipeline.upsert(role_arn=ROLE)

    execution = pipeline.start(parameters={"Epochs": 5}, execution_display_name="first", execution_description="by hand")
    assert execution.describe()["PipelineExecutionStatus"] == "Executing"
    execution.wait()

    assert [(step["StepName"], step["StepStatus"]) for step in execution.list_steps()] == [("Train", "Succeeded"), ("Prepare", "Succeeded")]
    assert execution.list_parameters()["PipelineParameters"] == [{"Name": "Epochs", "Value": "5"}]
    run = smpipeline.executions.one("churn")
    assert (run.display_name, run.description, run.parameters) == ("first", "by hand", {"Epochs": 5})


def test_wait_raises_for_an_execution_that_fails(smpipeline: SMPipelineMock, sdk: Any, two_steps: Build) -> None:
    """Its waiter knows Failed as a failure."""
    pipeline = two_steps()
    pipeline.upsert(role_arn=ROLE)
    smpipeline.script("churn", Prepare=fail("no disk"))

    execution = pipeline.start()

    with pytest.raises(WaiterError, match="terminal failure state"):
        execution.wait()
    (step,) = execution.list_steps()
    assert step["FailureReason"] == "ClientError: no disk"


def test_wait_does_not_know_stopped_as_an_end(smpipeline: SMPipelineMock, sdk: Any, two_steps: Build) -> None:
    """A shortcoming of both SDKs: ``wait`` polls on until its attempts are used up."""
    pipeline = two_steps()
    pipeline.upsert(role_arn=ROLE)
    smpipeline.script("churn", Prepare=hold())
    execution = pipeline.start()
    execution.describe()

    execution.stop()

    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        execution.wait(delay=1, max_attempts=5)
    assert execution.describe()["PipelineExecutionStatus"] == "Stopped"


def test_versions_are_listed_and_started(smpipeline: SMPipelineMock, sdk: Any, two_steps: Build) -> None:
    """Each upsert pickles the functions anew, to another folder, and so makes a version."""
    pipeline = two_steps()
    pipeline.upsert(role_arn=ROLE)
    pipeline.upsert(role_arn=ROLE)

    versions = pipeline.list_pipeline_versions()["PipelineVersionSummaries"]
    assert sorted(version["PipelineVersionId"] for version in versions) == [1, 2]
    assert pipeline.latest_pipeline_version_id == 2

    pipeline.start(pipeline_version_id=1)
    assert smpipeline.executions.last.version == 1
    assert json.loads(pipeline.describe(pipeline_version_id=1)["PipelineDefinition"])["Steps"]


def test_executions_are_listed(smpipeline: SMPipelineMock, sdk: Any, two_steps: Build) -> None:
    """Page by page, the newest first."""
    pipeline = two_steps()
    pipeline.upsert(role_arn=ROLE)
    arns = [pipeline.start().arn for _ in range(3)]

    first = pipeline.list_executions(sort_by="CreationTime", sort_order="Descending", max_results=2)
    rest = pipeline.list_executions(sort_by="CreationTime", sort_order="Descending", max_results=2, next_token=first["NextToken"])

    pages = first["PipelineExecutionSummaries"], rest["PipelineExecutionSummaries"]
    assert [run["PipelineExecutionArn"] for page in pages for run in page] == arns[::-1]
    assert "NextToken" not in rest


def test_a_selective_execution_takes_the_latest_run(smpipeline: SMPipelineMock, sdk: Any, two_steps: Build) -> None:
    """The SDK looks it up; what was not selected is reused."""
    pipeline = two_steps()
    pipeline.upsert(role_arn=ROLE)
    source = pipeline.start()
    source.wait()

    selected = pipeline.start(selective_execution_config=sdk.SelectiveExecutionConfig(selected_steps=["Train"]))
    selected.wait()

    run = smpipeline.executions.last
    assert (run.selected, run.source, run.order) == (["Train"], source.arn, ["Train"])
    assert run.steps["Prepare"].selective_source == source.arn


def test_parameters_are_built_from_an_execution(smpipeline: SMPipelineMock, sdk: Any, two_steps: Build) -> None:
    """All that it ran with, with overrides that it knows."""
    pipeline = two_steps()
    pipeline.upsert(role_arn=ROLE)
    execution = pipeline.start(parameters={"Epochs": 7})

    assert pipeline.build_parameters_from_execution(execution.arn) == {"Epochs": "7"}
    parameters = pipeline.build_parameters_from_execution(execution.arn, parameter_value_overrides={"Epochs": 9})
    pipeline.start(parameters=parameters)

    assert smpipeline.executions.last.parameters == {"Epochs": 9}
    with pytest.raises(ValueError, match="are not present in the pipeline execution"):
        pipeline.build_parameters_from_execution(execution.arn, parameter_value_overrides={"Epoch": 9})


def test_a_large_definition_travels_through_s3(smpipeline: SMPipelineMock, sdk: Any) -> None:
    """From 100 KB on the SDK puts it into its bucket and names the place."""
    pipeline = evaluated(sdk, size=110_000)

    pipeline.upsert(role_arn=ROLE)

    (call,) = smpipeline.calls.of("CreatePipeline")
    request: Any = call.request
    assert request["PipelineDefinitionS3Location"]["Bucket"] == "sdk-bucket"
    assert "PipelineDefinition" not in request
    assert len(pipeline.describe()["PipelineDefinition"]) > 100_000


@pytest.mark.parametrize(("auc", "status", "branch"), [(0.91, "Succeeded", "if"), (0.5, "Failed", "else")])
def test_an_evaluation_decides_a_condition(smpipeline: SMPipelineMock, sdk: Any, auc: float, status: str, branch: str) -> None:
    """Both ways, by the property file that the test scripted."""
    pipeline = evaluated(sdk)
    pipeline.upsert(role_arn=ROLE)
    smpipeline.script("churn", Evaluate=succeed(property_files={"Report": {"metrics": {"auc": auc}}}))

    pipeline.start()
    smpipeline.run_until_idle()

    run = smpipeline.executions.one("churn")
    assert run.status == status
    run.assert_branch("Gate", branch)


@pytest.mark.smpipeline(run_step_functions=True)
def test_step_functions_run_for_real(smpipeline: SMPipelineMock, sdk: Any, two_steps: Build) -> None:
    """With parameters, earlier results, and a result that ``result()`` gives."""
    pipeline = two_steps()
    pipeline.upsert(role_arn=ROLE)

    execution = pipeline.start(parameters={"Epochs": 5})

    assert execution.result("Train") == 10
    assert execution.result("Prepare") == [0, 1, 2, 3, 4]
    assert smpipeline.executions.one("churn").order == ["Prepare", "Train"]


@pytest.mark.smpipeline(run_step_functions=True)
def test_step_functions_get_every_kind_of_value(smpipeline: SMPipelineMock, sdk: Any, job: dict[str, str]) -> None:
    """Parameters typed, execution variables, parts of results, positional and by keyword; with what is not JSON."""

    @sdk.step(name="First", **job)
    def first(*values: object, run: str = "none") -> dict[str, object]:
        return {"values": values, "run": run, "at": datetime(2026, 11, 22, tzinfo=UTC)}

    @sdk.step(name="Second", **job)
    def second(values: tuple[object, ...], day: datetime) -> tuple[object, ...]:
        return (*values, day.year)

    parameters = [
        sdk.ParameterInteger(name="Rows", default_value=3),
        sdk.ParameterFloat(name="Rate", default_value=0.5),
        sdk.ParameterBoolean(name="Debug", default_value=True),
        sdk.ParameterString(name="Day", default_value="monday"),
    ]
    made = first(*parameters, run=sdk.ExecutionVariables.PIPELINE_EXECUTION_ID)
    last = second(made["values"], day=made["at"])
    pipeline = sdk.Pipeline(name="churn", parameters=parameters, steps=[last], sagemaker_session=sdk.session)
    pipeline.upsert(role_arn=ROLE)

    execution = pipeline.start()

    assert execution.result("Second") == (3, 0.5, True, "monday", 2026)
    assert execution.result("First")["run"] == execution.arn.rpartition("/")[2]


def test_the_decorator_cannot_take_keyword_only_arguments_without_a_default(sdk: Any, job: dict[str, str]) -> None:
    """A bug of both SDKs, which look a name up in the defaults that are not there; a default for any of them avoids it."""

    @sdk.step(name="First", **job)
    def first(*, run: str) -> str:
        return run

    with pytest.raises(TypeError, match="argument of type 'NoneType' is not iterable"):
        first(run="one")


@pytest.mark.smpipeline(run_step_functions=True)
def test_the_result_of_a_function_decides_a_condition(smpipeline: SMPipelineMock, sdk: Any, job: dict[str, str]) -> None:
    """The SDK has it stored as JSON too, where the condition reads it."""

    @sdk.step(name="Evaluate", **job)
    def evaluate() -> dict[str, float]:
        return {"auc": 0.91}

    @sdk.step(name="Register", **job)
    def register() -> str:
        return "registered"

    bad = sdk.FailStep(name="TooBad", error_message="the model is too bad")
    enough = sdk.ConditionGreaterThanOrEqualTo(left=evaluate()["auc"], right=0.8)
    gate = sdk.ConditionStep(name="Gate", conditions=[enough], if_steps=[register()], else_steps=[bad])
    pipeline = sdk.Pipeline(name="churn", steps=[gate], sagemaker_session=sdk.session)
    pipeline.upsert(role_arn=ROLE)

    execution = pipeline.start()

    assert execution.result("Register") == "registered"
    smpipeline.executions.one("churn").assert_branch("Gate", "if")


@pytest.mark.smpipeline(run_step_functions=True)
def test_an_exception_of_a_function_fails_its_step(smpipeline: SMPipelineMock, sdk: Any, job: dict[str, str]) -> None:
    """With its own words, and stored where the SDK looks for it; ``result()`` says that there is none."""
    policy = sdk.StepRetryPolicy(exception_types=[sdk.StepExceptionTypeEnum.SERVICE_FAULT], max_attempts=3)

    @sdk.step(name="Train", retry_policies=[policy], **job)
    def train() -> None:
        message = "Testing client error in job."
        raise RuntimeError(message)

    pipeline = sdk.Pipeline(name="churn", steps=[train()], sagemaker_session=sdk.session)
    pipeline.upsert(role_arn=ROLE)

    execution = pipeline.start()

    with pytest.raises(sdk.RemoteFunctionError, match="not in Completed status"):
        execution.result("Train")
    (step,) = execution.list_steps()
    assert step["FailureReason"] == "ClientError: AlgorithmError: RuntimeError('Testing client error in job.'), exit code: 1"
    assert step["AttemptCount"] == 1
    stored = boto3.client("s3").list_objects_v2(Bucket="sdk-bucket")["Contents"]
    where = f"churn/{execution.arn.rpartition('/')[2]}/Train/exception/payload.pkl"
    assert [item["Key"] for item in stored if "/exception/payload" in item["Key"]] == [where]


@pytest.mark.smpipeline(run_step_functions=True)
def test_a_function_that_was_tampered_with_is_not_run(smpipeline: SMPipelineMock, sdk: Any, two_steps: Build) -> None:
    """The SDK checks what it loads, by a hash or by a signature, as it does in the job."""
    pipeline = two_steps()
    pipeline.upsert(role_arn=ROLE)
    s3 = boto3.client("s3")
    for item in s3.list_objects_v2(Bucket="sdk-bucket")["Contents"]:
        if item["Key"].endswith("/function/payload.pkl"):
            s3.put_object(Bucket="sdk-bucket", Key=item["Key"], Body=b"tampered")

    pipeline.start()
    smpipeline.run_until_idle()

    run = smpipeline.executions.one("churn")
    assert "Integrity check for the serialized function or data failed" in str(run.steps["Prepare"].reason)


@pytest.mark.smpipeline(run_step_functions=True)
def test_scripted_steps_stand_among_real_ones(smpipeline: SMPipelineMock, sdk: Any, two_steps: Build) -> None:
    """A callable puts a result where the next function looks for it; ``result()`` gives it back."""
    pipeline = two_steps()
    pipeline.upsert(role_arn=ROLE)

    def prepared(step: Any) -> Any:
        sdk.serialize_obj_to_s3([20, 22], sdk.session, step.arguments["OutputDataConfig"]["S3OutputPath"])
        return succeed()

    smpipeline.script("churn", Prepare=prepared)

    execution = pipeline.start()

    assert (execution.result("Prepare"), execution.result("Train")) == ([20, 22], 42)


@pytest.mark.smpipeline(run_step_functions=True)
@pytest.mark.parametrize("outcome", [fail("no disk"), stopped()])
def test_a_step_that_is_scripted_to_end_badly_has_no_result(smpipeline: SMPipelineMock, sdk: Any, two_steps: Build, outcome: Any) -> None:
    """The SDK asks the job, which has not completed."""
    pipeline = two_steps()
    pipeline.upsert(role_arn=ROLE)
    smpipeline.script("churn", Prepare=outcome)

    execution = pipeline.start()

    with pytest.raises(sdk.RemoteFunctionError, match="not in Completed status"):
        execution.result("Prepare")


@pytest.mark.smpipeline(run_step_functions=True)
def test_a_selective_execution_reads_the_results_of_its_source(smpipeline: SMPipelineMock, sdk: Any, two_steps: Build) -> None:
    """The reused step's job tells where its result lies."""
    pipeline = two_steps()
    pipeline.upsert(role_arn=ROLE)
    source = pipeline.start(parameters={"Epochs": 5})
    source.wait()

    selected = pipeline.start(selective_execution_config=sdk.SelectiveExecutionConfig(selected_steps=["Train"]))

    assert selected.result("Train") == 10


def test_triggers_are_put_described_and_deleted(smpipeline: SMPipelineMock, sdk: Any, two_steps: Build) -> None:
    """Schedules of EventBridge Scheduler, in moto."""
    pipeline = two_steps()
    schedule = sdk.PipelineSchedule(name="nightly", cron="0 3 * * ? *")
    with pytest.raises(RuntimeError, match="does not exist"):
        pipeline.put_triggers(triggers=[schedule], role_arn=ROLE)
    pipeline.upsert(role_arn=ROLE)

    (arn,) = pipeline.put_triggers(triggers=[schedule], role_arn=ROLE)

    found = pipeline.describe_trigger(trigger_name="nightly")
    assert (found["Schedule_Arn"], found["Schedule_Expression"], found["Schedule_State"]) == (arn, "cron(0 3 * * ? *)", "ENABLED")
    target = boto3.client("scheduler").get_schedule(Name="nightly")["Target"]
    assert target["Arn"] == pipeline.describe()["PipelineArn"]
    pipeline.delete_triggers(trigger_names=["nightly"])
    with pytest.raises(ClientError, match="ResourceNotFound"):
        boto3.client("scheduler").get_schedule(Name="nightly")


def test_triggers_of_every_kind_are_put_and_put_again(smpipeline: SMPipelineMock, sdk: Any, two_steps: Build) -> None:
    """At, rate and cron; a second put of the same name changes the schedule, and a disabled one is there and disabled."""
    pipeline = two_steps()
    pipeline.upsert(role_arn=ROLE)
    once = sdk.PipelineSchedule(name="once", at=datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC))
    often = sdk.PipelineSchedule(name="often", rate=(2, "hours"))

    pipeline.put_triggers(triggers=[once, often], role_arn=ROLE)
    pipeline.put_triggers(triggers=[sdk.PipelineSchedule(name="often", cron="0 3 * * ? *", enabled=False)], role_arn=ROLE)

    found = {name: pipeline.describe_trigger(trigger_name=name) for name in ("once", "often")}
    assert {name: (each["Schedule_Expression"], each["Schedule_State"]) for name, each in found.items()} == {
        "once": ("at(2027-01-02T03:04:05)", "ENABLED"),
        "often": ("cron(0 3 * * ? *)", "DISABLED"),
    }


@pytest.mark.smpipeline(progress="manual")
def test_a_trigger_starts_the_pipeline_when_its_time_comes(smpipeline: SMPipelineMock, sdk: Any, two_steps: Build) -> None:
    """Nobody waits for the night: time is moved past it, and one that is disabled starts nothing."""
    pipeline = two_steps()
    pipeline.upsert(role_arn=ROLE)
    pipeline.put_triggers(triggers=[sdk.PipelineSchedule(name="nightly", cron="0 3 * * ? *")], role_arn=ROLE)

    smpipeline.advance(days=2)
    assert [run.started.hour for run in smpipeline.executions.of(pipeline.name)] == [3, 3]

    pipeline.put_triggers(triggers=[sdk.PipelineSchedule(name="nightly", cron="0 3 * * ? *", enabled=False)], role_arn=ROLE)
    smpipeline.advance(days=2)
    assert len(smpipeline.executions.of(pipeline.name)) == 2


def test_a_trigger_needs_a_default_for_every_parameter(smpipeline: SMPipelineMock, sdk: Any) -> None:
    """A schedule starts a pipeline without values, so the SDK refuses before it puts anything."""
    failing = sdk.FailStep(name="Stop", error_message="always")
    day = sdk.ParameterString(name="Day")
    pipeline = sdk.Pipeline(name="churn", parameters=[day], steps=[failing], sagemaker_session=sdk.session)
    pipeline.upsert(role_arn=ROLE)

    with pytest.raises(ValueError, match="Day"):
        pipeline.put_triggers(triggers=[sdk.PipelineSchedule(name="nightly", rate=(1, "days"))], role_arn=ROLE)

    assert boto3.client("scheduler").list_schedules()["Schedules"] == []


def test_parallelism_is_the_pipelines_unless_a_start_says_otherwise(smpipeline: SMPipelineMock, sdk: Any, two_steps: Build) -> None:
    """Both take a dict of the service's shape."""
    pipeline = two_steps()
    pipeline.upsert(role_arn=ROLE, parallelism_config={"MaxParallelExecutionSteps": 1})
    assert pipeline.describe()["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 1}

    usual = pipeline.start()
    wide = pipeline.start(parallelism_config={"MaxParallelExecutionSteps": 5})

    limits = [run.describe()["ParallelismConfiguration"]["MaxParallelExecutionSteps"] for run in (usual, wide)]
    assert limits == [1, 5]


def test_a_callback_step_waits_for_its_answer(smpipeline: SMPipelineMock, sdk: Any) -> None:
    """As the SDK writes it: its token comes with the message, and its outputs go to who asks for them."""
    queue = boto3.client("sqs").create_queue(QueueName="approvals")["QueueUrl"]
    by = sdk.CallbackOutput(output_name="by", output_type=sdk.CallbackOutputTypeEnum.String)
    approve = sdk.CallbackStep(name="Approve", sqs_queue_url=queue, inputs={"model": "churn-7"}, outputs=[by])
    late = sdk.FailStep(name="Late", error_message=sdk.Join(on=" ", values=["refused by", approve.properties.Outputs["by"]]))
    pipeline = sdk.Pipeline(name="churn", steps=[approve, late], sagemaker_session=sdk.session)
    pipeline.upsert(role_arn=ROLE)

    execution = pipeline.start()
    smpipeline.run_until_idle()
    (message,) = boto3.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    body = json.loads(message["Body"])
    assert body["arguments"] == {"model": "churn-7"}
    sdk.session.sagemaker_client.send_pipeline_execution_step_success(
        CallbackToken=body["token"], OutputParameters=[{"Name": "by", "Value": "Ann"}]
    )

    with pytest.raises(WaiterError):
        execution.wait()
    smpipeline.executions.one("churn").assert_failed(step="Late", reason="refused by Ann")


def test_a_deleted_pipeline_is_gone(smpipeline: SMPipelineMock, sdk: Any, two_steps: Build) -> None:
    """The SDK's next look says so in the service's code."""
    pipeline = two_steps()
    pipeline.upsert(role_arn=ROLE)

    pipeline.delete()

    with pytest.raises(ClientError) as caught:
        pipeline.describe()
    assert caught.value.response["Error"]["Code"] == "ResourceNotFound"
