"""The real resource classes of sagemaker-core, ``Pipeline`` and ``PipelineExecution``: ``nox -s sdk3``."""

import importlib
import json
from importlib import metadata
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pytest_smpipeline import SMPipelineMock, fail, hold

try:
    metadata.version("sagemaker-mlops")
except metadata.PackageNotFoundError:
    WHY = "sagemaker-core is not installed here: it comes with the SageMaker SDK 3, and `nox -s sdk3` runs these tests"
    pytest.skip(WHY, allow_module_level=True)

ROLE = "arn:aws:iam::123456789012:role/Pipelines"
DEFINITION = json.dumps(
    {
        "Version": "2020-12-01",
        "Parameters": [{"Name": "Epochs", "Type": "Integer", "DefaultValue": 3}],
        "Steps": [{"Name": "Train", "Type": "Training", "Arguments": {}}],
    }
)
TOKEN = "token-of-thirty-two-characters-00"

pytestmark = [
    pytest.mark.smpipeline(progress="poll", virtual_sleep=True),
    pytest.mark.filterwarnings("ignore"),  # pydantic's and the SDK's own warnings are not under test
]


def make(core: Any, name: str = "churn") -> Any:
    """Create a pipeline through its resource class."""
    return core.Pipeline.create(pipeline_name=name, client_request_token=TOKEN + name, role_arn=ROLE, pipeline_definition=DEFINITION)


def test_a_pipeline_is_created_read_and_updated(smpipeline: SMPipelineMock, core: Any) -> None:
    """What is created is read at once, by the class itself."""
    pipeline = make(core)
    assert (pipeline.pipeline_status, pipeline.role_arn) == ("Active", ROLE)
    assert pipeline.pipeline_definition == DEFINITION

    pipeline.update(pipeline_description="nightly")

    assert core.Pipeline.get(pipeline_name="churn").pipeline_description == "nightly"
    assert pipeline.refresh().pipeline_description == "nightly"
    pipeline.wait_for_status("Active")


def test_pipelines_are_listed(smpipeline: SMPipelineMock, core: Any) -> None:
    """``get_all`` goes through all pages, and reads each pipeline on the way."""
    for name in ("churn", "fraud", "report"):
        make(core, name)

    found = core.Pipeline.get_all(sort_by="Name", sort_order="Ascending")

    assert [pipeline.pipeline_name for pipeline in found] == ["churn", "fraud", "report"]


def test_an_execution_is_followed_to_its_end(smpipeline: SMPipelineMock, core: Any) -> None:
    """``wait_for_status`` looks every five seconds, of which none passes."""
    make(core)
    run = smpipeline.start("churn", parameters={"Epochs": 5})

    execution = core.PipelineExecution.get(pipeline_execution_arn=run.arn)
    assert execution.pipeline_execution_status == "Executing"
    execution.wait_for_status("Succeeded")

    assert execution.pipeline_execution_status == "Succeeded"
    (step,) = execution.get_all_steps()
    assert (step.step_name, step.step_status) == ("Train", "Succeeded")
    assert [(parameter.name, parameter.value) for parameter in execution.get_all_parameters()] == [("Epochs", "5")]
    assert execution.get_pipeline_definition().pipeline_definition == DEFINITION


def test_a_failed_execution_raises_and_can_be_retried(smpipeline: SMPipelineMock, core: Any) -> None:
    """With the reason of the execution."""
    make(core)
    smpipeline.script("churn", Train=[fail("no disk")])
    execution = core.PipelineExecution.get(pipeline_execution_arn=smpipeline.start("churn").arn)

    with pytest.raises(Exception, match="One or multiple steps failed"):
        execution.wait_for_status("Succeeded")

    execution.retry(client_request_token=TOKEN)
    execution.wait_for_status("Succeeded")


def test_executions_are_listed_and_updated(smpipeline: SMPipelineMock, core: Any) -> None:
    """The newest first, as the service lists them."""
    make(core)
    arns = [smpipeline.start("churn").arn for _ in range(3)]

    found = list(core.PipelineExecution.get_all(pipeline_name="churn"))
    assert [execution.pipeline_execution_arn for execution in found] == arns[::-1]

    found[0].update(pipeline_execution_display_name="last")
    assert smpipeline.executions.last.display_name == "last"


def test_the_class_starts_executions_and_tells_nobody_which(smpipeline: SMPipelineMock, core: Any) -> None:
    """A shortcoming of the class: ``start`` is a method of an execution that is there, and does not return the new one."""
    make(core)
    first = core.PipelineExecution.get(pipeline_execution_arn=smpipeline.start("churn").arn)

    assert first.start(pipeline_name="churn", client_request_token=TOKEN) is None

    assert len(smpipeline.executions) == 2
    assert first.refresh().pipeline_execution_arn == smpipeline.executions[0].arn


def test_the_class_cannot_stop_an_execution(smpipeline: SMPipelineMock, core: Any) -> None:
    """A bug of the class: ``stop`` sends a token that no execution has, and fails before it sends anything."""
    make(core)
    smpipeline.script("churn", Train=hold())
    execution = core.PipelineExecution.get(pipeline_execution_arn=smpipeline.start("churn").arn)

    with pytest.raises(AttributeError, match="client_request_token"):
        execution.stop()

    smpipeline.client().stop_pipeline_execution(PipelineExecutionArn=execution.pipeline_execution_arn)
    execution.wait_for_status("Stopped")
    smpipeline.executions.one("churn").assert_stopped()


APPROVAL = json.dumps(
    {
        "Version": "2020-12-01",
        "Steps": [
            {
                "Name": "Approve",
                "Type": "Callback",
                "SqsQueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/approvals",
                "Arguments": {},
                "OutputParameters": [{"OutputName": "by", "OutputType": "String"}],
            }
        ],
    }
)


def test_a_callback_step_is_answered(smpipeline: SMPipelineMock, core: Any) -> None:
    """By its token, both ways; a bug of the class: it has no argument for the reason of a failure, and sends none."""
    shapes = importlib.import_module("sagemaker.core.shapes")
    smpipeline.add("approval", APPROVAL)
    good, bad = (core.PipelineExecution.get(pipeline_execution_arn=smpipeline.start("approval").arn) for _ in range(2))
    smpipeline.run_until_idle()
    tokens = [run.steps["Approve"].callback.token for run in smpipeline.executions]

    good.send_execution_step_success(callback_token=tokens[0], output_parameters=[shapes.OutputParameter(name="by", value="Ann")])
    bad.send_execution_step_failure(callback_token=tokens[1])
    smpipeline.run_until_idle()

    assert [each.refresh().pipeline_execution_status for each in (good, bad)] == ["Succeeded", "Failed"]
    assert smpipeline.executions[0].steps["Approve"].outputs == {"by": "Ann"}
    (call,) = smpipeline.calls.of("SendPipelineExecutionStepFailure")
    assert "FailureReason" not in call.request


def test_tags_join_and_leave(smpipeline: SMPipelineMock, core: Any) -> None:
    """``Tag`` is a resource of its own, by the pipeline's ARN."""
    arn = make(core).pipeline_arn
    shapes = importlib.import_module("sagemaker.core.shapes")

    core.Tag.add_tags(resource_arn=arn, tags=[shapes.Tag(key="team", value="risk"), shapes.Tag(key="stage", value="test")])
    core.Tag.delete_tags(resource_arn=arn, tag_keys=["stage"])

    assert [(tag.key, tag.value) for tag in core.Tag.get_all(resource_arn=arn)] == [("team", "risk")]


def test_a_pipeline_is_deleted(smpipeline: SMPipelineMock, core: Any) -> None:
    """With a token of the caller's, which boto3 would have filled in; then it is read no more."""
    pipeline = make(core)

    pipeline.delete(client_request_token=TOKEN)
    pipeline.wait_for_delete()

    with pytest.raises(ClientError) as caught:
        core.Pipeline.get(pipeline_name="churn")
    assert caught.value.response["Error"]["Code"] == "ResourceNotFound"
