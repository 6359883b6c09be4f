"""The SageMaker SDK that is installed here, 2 or 3, under one set of names: what both can do, one test shows for both.

Neither is a dependency of this suite: each brings some fifty packages, and only one of them can be installed.
"""

import importlib
import importlib.util
import warnings
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from pytest_smpipeline import SMPipelineMock

ROLE = "arn:aws:iam::123456789012:role/Pipelines"
BUCKET = "sdk-bucket"

# Where a name lies: in the SDK 2, in the SDK 3.
PLACES = {
    "CallbackOutput": ("sagemaker.workflow.callback_step", "sagemaker.mlops.workflow.callback_step"),
    "CallbackOutputTypeEnum": ("sagemaker.workflow.callback_step", "sagemaker.mlops.workflow.callback_step"),
    "CallbackStep": ("sagemaker.workflow.callback_step", "sagemaker.mlops.workflow.callback_step"),
    "ConditionGreaterThanOrEqualTo": ("sagemaker.workflow.conditions", "sagemaker.core.workflow.conditions"),
    "ConditionStep": ("sagemaker.workflow.condition_step", "sagemaker.mlops.workflow.condition_step"),
    "ExecutionVariables": ("sagemaker.workflow.execution_variables", "sagemaker.core.workflow.execution_variables"),
    "FailStep": ("sagemaker.workflow.fail_step", "sagemaker.mlops.workflow.fail_step"),
    "Join": ("sagemaker.workflow.functions", "sagemaker.core.workflow.functions"),
    "JsonGet": ("sagemaker.workflow.functions", "sagemaker.core.workflow.functions"),
    "ParameterBoolean": ("sagemaker.workflow.parameters", "sagemaker.core.workflow.parameters"),
    "ParameterFloat": ("sagemaker.workflow.parameters", "sagemaker.core.workflow.parameters"),
    "ParameterInteger": ("sagemaker.workflow.parameters", "sagemaker.core.workflow.parameters"),
    "ParameterString": ("sagemaker.workflow.parameters", "sagemaker.core.workflow.parameters"),
    "Pipeline": ("sagemaker.workflow.pipeline", "sagemaker.mlops.workflow.pipeline"),
    "PipelineSchedule": ("sagemaker.workflow.triggers", "sagemaker.mlops.workflow.triggers"),
    "PipelineSession": ("sagemaker.workflow.pipeline_context", "sagemaker.core.workflow.pipeline_context"),
    "ProcessingStep": ("sagemaker.workflow.steps", "sagemaker.mlops.workflow.steps"),
    "Processor": ("sagemaker.processing", "sagemaker.core.processing"),
    "PropertyFile": ("sagemaker.workflow.properties", "sagemaker.core.workflow.properties"),
    "RemoteFunctionError": ("sagemaker.remote_function.errors", "sagemaker.core.remote_function.errors"),
    "SelectiveExecutionConfig": ("sagemaker.workflow.selective_execution_config", "sagemaker.mlops.workflow.selective_execution_config"),
    "StepExceptionTypeEnum": ("sagemaker.workflow.retry", "sagemaker.mlops.workflow.retry"),
    "StepRetryPolicy": ("sagemaker.workflow.retry", "sagemaker.mlops.workflow.retry"),
    "get_step": ("sagemaker.workflow.step_outputs", "sagemaker.core.workflow.step_outputs"),
    "serialize_obj_to_s3": ("sagemaker.remote_function.core.serialization", "sagemaker.core.remote_function.core.serialization"),
    "step": ("sagemaker.workflow.function_step", "sagemaker.mlops.workflow.function_step"),
}


@pytest.fixture
def sdk(smpipeline: SMPipelineMock, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The installed SDK's names, its major version, and a ready ``session`` with a bucket in moto.

    It is imported while the mock is active: the SDK 3 makes a client where it is imported, and so needs a region.
    """
    monkeypatch.setenv("SAGEMAKER_SUPPRESS_V2_WARNING", "1")
    # The SDK 3 asks iam:SimulatePrincipalPolicy whether the role will do, which moto does not have.
    monkeypatch.setenv("SAGEMAKER_VALIDATE_ROLE", "false")
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    with warnings.catch_warnings():  # what it imports is deprecated in places
        warnings.simplefilter("ignore")
        version = 3 if importlib.util.find_spec("sagemaker.mlops") else 2
        names = {name: getattr(importlib.import_module(places[version - 2]), name) for name, places in PLACES.items()}
        session = names["PipelineSession"](default_bucket=BUCKET)
    return SimpleNamespace(version=version, session=session, **names)


@pytest.fixture
def job() -> dict[str, str]:
    """The arguments of ``@step`` that say where its job runs."""
    return {"role": ROLE, "image_uri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/steps:1", "instance_type": "ml.m5.large"}


@pytest.fixture
def core(smpipeline: SMPipelineMock) -> Any:
    """The resource classes of sagemaker-core, as they come with the SDK 3; imported while the mock is active, as ``sdk`` is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("sagemaker.core.resources")
