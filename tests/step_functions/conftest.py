"""Steps as the SDK's ``@step`` writes them, and a stand-in for the part of the SDK that runs their functions.

The SDK is no dependency of this suite: it brings some fifty packages. The stand-in has the shape of its entry point in a container and
keeps results in S3 as JSON; ``tests/clients`` tells the same stories with the real one.
"""

import argparse
import json
import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any, Protocol

import boto3
import pytest

from pytest_smpipeline import SMPipelineMock
from pytest_smpipeline._neighbours.function_jobs import ENTRYPOINT
from pytest_smpipeline.values import Json, JsonObject

BUCKET = "functions"
BASE = f"s3://{BUCKET}/churn"
ROLE = "arn:aws:iam::123456789012:role/Pipelines"
SDK_2, SDK_3 = "sagemaker.remote_function", "sagemaker.core.remote_function"


def read(uri: str) -> Any:
    """The content of an object."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return json.loads(boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())


def write(uri: str, value: object) -> None:
    """Keep a value as an object."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=json.dumps(value).encode())


class StandInSdk:
    """The functions that "the SDK" has stored by their step's name, and what its parts were called with."""

    def __init__(self) -> None:
        self.functions: dict[str, Callable[..., object]] = {}
        self.keys: list[str | None] = []
        self.regions: list[str] = []
        self.unpicklable = False

    def parse_args(self, arguments: list[str]) -> argparse.Namespace:
        parser = argparse.ArgumentParser()
        for name in ("region", "s3_base_uri", "s3_kms_key", "run_in_context", "pipeline_step_name", "pipeline_execution_id"):
            parser.add_argument(f"--{name}")
        parser.add_argument("--property_references", nargs="+", default=[])
        return parser.parse_known_args(arguments)[0]

    def load_context(self, args: argparse.Namespace) -> SimpleNamespace:
        names, values = args.property_references[::2], args.property_references[1::2]
        references = dict(zip(names, values, strict=True))
        return SimpleNamespace(step_name=args.pipeline_step_name, execution_id=args.pipeline_execution_id, property_references=references)

    def session(self, region: str) -> SimpleNamespace:
        self.regions.append(region)
        return SimpleNamespace(region=region)

    def execute(self, base: str, context: SimpleNamespace, key: str | None) -> None:
        """Give the function its parameters, and for the output of an earlier step what lies there."""
        self.keys.append(key)
        values = [
            read(f"{value}/result") if name.startswith("Steps.") else value
            for name, value in context.property_references.items()
            if not name.startswith("Execution.")
        ]
        result = self.functions[context.step_name](*values)
        write(f"{base}/{context.execution_id}/{context.step_name}/results/result", result)

    def store_exception(self, exc: Exception, s3_uri: str) -> None:
        if self.unpicklable:
            raise TypeError("cannot pickle '_thread.lock' object")
        write(f"{s3_uri}/payload", repr(exc))

    def install(self, monkeypatch: pytest.MonkeyPatch, package: str) -> ModuleType:
        """Let this be the SDK that can be imported, in the shape of its version."""

        def execute_2(sagemaker_session: Any, s3_base_uri: str, s3_kms_key: str | None, run_in_context: str | None, context: Any) -> None:
            self.execute(s3_base_uri, context, None)

        def execute_3(
            sagemaker_session: Any, s3_base_uri: str, s3_kms_key: str | None, run_in_context: str | None, signing_key: str, context: Any
        ) -> None:
            self.execute(s3_base_uri, context, signing_key)

        def serialize_exception_to_s3(exc: Exception, sagemaker_session: Any, s3_uri: str, s3_kms_key: str | None = None) -> None:
            self.store_exception(exc, s3_uri)

        entry = ModuleType(f"{package}.invoke_function")
        entry.__dict__.update(
            _parse_args=self.parse_args,
            _load_pipeline_context=self.load_context,
            _get_sagemaker_session=self.session,
            _execute_remote_function=execute_3 if package == SDK_3 else execute_2,
        )
        serialization = ModuleType(f"{package}.core.serialization")
        serialization.__dict__["serialize_exception_to_s3"] = serialize_exception_to_s3
        for name in (SDK_2, SDK_3):  # an entry of None is a module that can't be found
            monkeypatch.setitem(sys.modules, f"{name}.invoke_function", entry if name == package else None)
        monkeypatch.setitem(sys.modules, f"{package}.core.serialization", serialization)
        return entry


class FunctionStep(Protocol):
    """Writes a step as ``@step`` does."""

    def __call__(self, name: str, *references: str, environment: Json = None, **more: Json) -> JsonObject:
        """``references`` are what the function is called with; ``more`` are members of the step itself."""
        ...


@pytest.fixture
def function_step() -> FunctionStep:
    """Return the function that writes a step as ``@step`` does."""

    def as_text(reference: str) -> JsonObject:
        return {"Std:Join": {"On": "", "Values": [{"Get": reference}]}}

    def build(name: str, *references: str, environment: Json = None, **more: Json) -> JsonObject:
        arguments: list[Json] = ["--s3_base_uri", BASE, "--region", "us-east-1", "--dependency_settings", '{"dependency_file": null}']
        arguments += ["--pipeline_step_name", name, "--pipeline_execution_id", {"Get": "Execution.PipelineExecutionId"}]
        arguments += ["--property_references", "Execution.PipelineExecutionId", as_text("Execution.PipelineExecutionId")]
        for reference in references:
            arguments += [reference, as_text(reference)]
        output: Json = {"Std:Join": {"On": "/", "Values": [BASE, {"Get": "Execution.PipelineExecutionId"}, name, "results"]}}
        job: JsonObject = {
            "RoleArn": ROLE,
            "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
            "OutputDataConfig": {"S3OutputPath": output},
            "AlgorithmSpecification": {
                "TrainingImage": "123456789012.dkr.ecr.us-east-1.amazonaws.com/steps:1",
                "TrainingInputMode": "File",
                "ContainerEntrypoint": list(ENTRYPOINT),
                "ContainerArguments": arguments,
            },
            "ResourceConfig": {"VolumeSizeInGB": 30, "InstanceCount": 1, "InstanceType": "ml.m5.large"},
        }
        return {"Name": name, "Type": "Training", "Arguments": job | ({} if environment is None else {"Environment": environment}), **more}

    return build


@pytest.fixture
def sdk(monkeypatch: pytest.MonkeyPatch, smpipeline: SMPipelineMock) -> StandInSdk:
    """Return the stand-in for the SDK 2, with its bucket in moto."""
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    stand_in = StandInSdk()
    stand_in.install(monkeypatch, SDK_2)
    return stand_in


@pytest.fixture
def result() -> Callable[[str, str], Any]:
    """Return the function that reads what a step's function returned, of an execution by its id."""
    return lambda execution, step: read(f"{BASE}/{execution}/{step}/results/result")
