"""Lambda steps whose function lies in moto: when it runs there, and what becomes of its answer."""

import io
import json
import zipfile
from typing import Any

import boto3
import pytest
from moto.awslambda_simple.models import LambdaSimpleBackend

from pytest_smpipeline import SMPipelineMock, mock_smpipeline, succeed
from pytest_smpipeline.values import JsonObject

ARN = "arn:aws:lambda:us-east-1:123456789012:function:score"
WITHOUT_DOCKER = {"lambda": {"use_docker": False}}


def scoring(arn: str = ARN) -> JsonObject:
    """Return a definition with one Lambda step."""
    step: JsonObject = {
        "Name": "Score",
        "Type": "Lambda",
        "FunctionArn": arn,
        "Arguments": {"auc": 0.91},
        "OutputParameters": [{"OutputName": "auc", "OutputType": "Float"}],
    }
    return {"Version": "2020-12-01", "Steps": [step]}


def create_function() -> None:
    """Put the function into moto; its code is never run there without Docker."""
    iam = boto3.client("iam", region_name="us-east-1")
    role = iam.create_role(RoleName="lambda", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": []}))
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("score.py", "def handler(event, context): return event")
    boto3.client("lambda", region_name="us-east-1").create_function(
        FunctionName="score", Runtime="python3.12", Handler="score.handler", Role=role["Role"]["Arn"], Code={"ZipFile": code.getvalue()}
    )


@pytest.mark.fidelity("LAMBDA-001")
@pytest.mark.smpipeline(moto_config=WITHOUT_DOCKER)
def test_a_function_in_moto_answers_the_step(smpipeline: SMPipelineMock) -> None:
    """It gets the resolved arguments; without Docker moto answers with the event itself."""
    create_function()
    smpipeline.add("churn", scoring())

    execution = smpipeline.start("churn")

    assert execution.steps["Score"].outputs == {"auc": 0.91}


@pytest.mark.smpipeline(moto_config=WITHOUT_DOCKER)
def test_the_script_comes_before_a_function_in_moto(smpipeline: SMPipelineMock) -> None:
    """What the test itself says counts."""
    create_function()
    smpipeline.add("churn", scoring())
    smpipeline.script("churn", Score=succeed(outputs={"auc": 0.1}))

    execution = smpipeline.start("churn")

    assert execution.steps["Score"].outputs == {"auc": 0.1}


@pytest.mark.smpipeline(moto_config=WITHOUT_DOCKER)
@pytest.mark.parametrize("arn", [ARN.replace("score", "other"), "arn:aws:lambda:us-east-1:123456789012:function:no name"])
def test_a_function_that_is_not_there_is_not_asked(smpipeline: SMPipelineMock, arn: str) -> None:
    """The step then succeeds without outputs, as every step does that nobody scripted."""
    create_function()
    smpipeline.add("churn", scoring(arn))

    execution = smpipeline.start("churn")

    assert (execution.status, execution.steps["Score"].outputs) == ("Succeeded", {})


@pytest.mark.smpipeline(moto_config=WITHOUT_DOCKER)
def test_a_function_may_be_named_without_its_account_and_region(smpipeline: SMPipelineMock) -> None:
    """It is then the mock's own."""
    create_function()
    smpipeline.add("churn", scoring("score"))

    execution = smpipeline.start("churn")

    assert execution.steps["Score"].outputs == {"auc": 0.91}


def test_docker_is_never_started_by_default(smpipeline: SMPipelineMock, monkeypatch: pytest.MonkeyPatch) -> None:
    """moto's own default is Docker; a test meets it only when it asks for it."""
    import moto.awslambda.models

    asked: list[object] = []
    monkeypatch.setattr(moto.awslambda.models.LambdaBackend, "invoke", lambda *arguments: asked.append(arguments))
    create_function()
    smpipeline.add("churn", scoring())

    smpipeline.start("churn").assert_succeeded()

    assert asked == []


def test_docker_runs_functions_for_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The option says it in so many words."""
    import moto.awslambda.models

    monkeypatch.setattr(moto.awslambda.models.LambdaBackend, "invoke", lambda *_arguments: b'{"auc": 0.5}')
    with mock_smpipeline(moto_config={"lambda": {"use_docker": True}}) as smp:
        create_function()
        smp.add("churn", scoring())

        assert smp.start("churn").steps["Score"].outputs == {"auc": 0.5}


@pytest.mark.fidelity("LAMBDA-006")
@pytest.mark.smpipeline(moto_config=WITHOUT_DOCKER)
@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b'{"errorType": "KeyError", "errorMessage": "auc"}', "LambdaError: KeyError: auc"),
        (b"out of memory", "LambdaError: out of memory"),
    ],
)
def test_an_error_of_a_function_in_moto_fails_the_step(
    smpipeline: SMPipelineMock, monkeypatch: pytest.MonkeyPatch, payload: bytes, reason: str
) -> None:
    """The reason names the error that the function reported."""

    def invoke(*arguments: Any) -> bytes:
        arguments[-1]["x-amz-function-error"] = "Unhandled"
        return payload

    monkeypatch.setattr(LambdaSimpleBackend, "invoke", invoke)
    create_function()
    smpipeline.add("churn", scoring())

    execution = smpipeline.start("churn")

    execution.assert_failed(step="Score", reason=reason)
