"""The sides of a comparison: one call answered by this package, by a Stubber, by moto, and by a handler that returns a constant.

Every side has a client that was made once and is kept, since to make one takes far longer than a call.
"""

# boto3-stubs ask for ClientRequestToken, which botocore fills in:
# pyright: reportCallIssue=false

import functools
import gc
import itertools
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import boto3
from botocore.awsrequest import AWSResponse, HTTPHeaders
from botocore.stub import Stubber
from moto import mock_aws

from benchmarks.definitions import GIVEN, ROLE, one_step
from benchmarks.timing import Timed, cpu_seconds
from pytest_smpipeline import SMPipelineMock, mock_smpipeline

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_sagemaker.type_defs import ParameterTypeDef

Call: TypeAlias = Callable[["SageMakerClient"], object]

REGION: Final = "us-east-1"
NAME: Final = "churn"
ARN: Final = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn/execution/abcdefghijkl"

_days: Final = itertools.count()


def new_client() -> "SageMakerClient":
    """Return a client of a session of its own, as code under test makes one."""
    session = boto3.Session(aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="benchmark")  # noqa: S106 # opens nothing
    return session.client("sagemaker", region_name=REGION)


@functools.cache
def kept_client(side: str) -> "SageMakerClient":
    """Return the client of one side, always the same."""
    del side
    return new_client()


def prepare() -> None:
    """Make all clients, let moto import what its first call imports, and keep the collector of garbage from walking all that again."""
    for side in ("ours", "moto", "Stubber", "constant"):
        kept_client(side)
    with mock_aws():
        create(kept_client("moto"), one_step())
    gc.collect()
    gc.freeze()


def start(client: "SageMakerClient") -> str:
    """Start the pipeline with its parameters; return the execution's ARN."""
    return client.start_pipeline_execution(PipelineName=NAME, PipelineParameters=GIVEN)["PipelineExecutionArn"]


def start_anew(client: "SageMakerClient") -> str:
    """Start the pipeline with parameters that no start has had before; return the execution's ARN."""
    given: list[ParameterTypeDef] = [{"Name": "Date", "Value": f"day {next(_days)}"}, *GIVEN[1:]]
    return client.start_pipeline_execution(PipelineName=NAME, PipelineParameters=given)["PipelineExecutionArn"]


def describe(arn: str) -> Call:
    """Return the call that describes an execution."""
    return lambda client: client.describe_pipeline_execution(PipelineExecutionArn=arn)


def ours(definition: str, call: Call, wire: Literal["express", "full"] = "express") -> Timed:
    """Return a call that an activation of its own answers, which knows one pipeline."""

    def timed(times: int) -> float:
        with activated(definition, wire):
            return called("ours", call)(times)

    return timed


def motos(definition: str, call: Call) -> Timed:
    """Return a call that moto answers."""

    def timed(times: int) -> float:
        with mock_aws():
            client = kept_client("moto")
            create(client, definition)
            return called("moto", call)(times)

    return timed


def called(side: str, call: Call) -> Timed:
    """Return a call by the client of one side, answered by whatever is active; the first one is not counted."""

    def timed(times: int) -> float:
        client = kept_client(side)
        call(client)
        return cpu_seconds(lambda: call(client), times)

    return timed


def stubbed(method: str, answer: dict[str, Any], call: Call) -> Timed:
    """Return a call that a Stubber answers; filling its queue is not counted."""

    def timed(times: int) -> float:
        client = kept_client("Stubber")
        with Stubber(client) as stubber:
            for _ in range(times + 1):
                stubber.add_response(method, answer)
            return called("Stubber", call)(times)

    return timed


def constant(answer: dict[str, Any], call: Call) -> Timed:
    """Return a call that a ``before-call`` handler answers with a constant: what nothing that stands on botocore can undercut."""
    reply = (AWSResponse("", HTTPStatus.OK, HTTPHeaders(), None), answer)

    def handler(**_: object) -> tuple[AWSResponse, dict[str, Any]]:
        return reply

    def timed(times: int) -> float:
        events: Any = kept_client("constant").meta.events  # its stubs know no handler that returns something
        events.register("before-call.sagemaker", handler)
        try:
            return called("constant", call)(times)
        finally:
            events.unregister("before-call.sagemaker", handler)

    return timed


@contextmanager
def activated(definition: str, wire: Literal["express", "full"] = "express") -> Generator[SMPipelineMock]:
    """Emulate a service with one pipeline, and quotas that a benchmark does not meet."""
    with mock_smpipeline(seed=0, limits={"concurrent_executions": 1_000_000, "pipelines": 1_000_000}, wire=wire) as smp:
        smp.add(NAME, definition)
        yield smp


def create(client: "SageMakerClient", definition: str, name: str = NAME) -> None:
    """Create a pipeline through the API."""
    client.create_pipeline(PipelineName=name, PipelineDefinition=definition, RoleArn=ROLE)
