"""The real aiobotocore and aioboto3, in an environment of their own: ``nox -s aiobotocore``.

aiobotocore asks for one narrow range of botocore's versions, which is never the newest, so it is no dependency of this suite.
"""

import asyncio
import contextlib
import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ParamValidationError
from moto import mock_aws
from moto.server import ThreadedMotoServer

from pytest_smpipeline import SMPipelineMock, fail, mock_smpipeline, succeed
from pytest_smpipeline._operations.table import ANSWERED

WHY = "aiobotocore is not installed here: it asks for an older botocore, so `nox -s aiobotocore` runs these tests"
session: Any = pytest.importorskip("aiobotocore.session", reason=WHY)
aio_config: Any = pytest.importorskip("aiobotocore.config", reason=WHY)
stub: Any = pytest.importorskip("aiobotocore.stub", reason=WHY)

STEPS = [{"Name": "Train", "Type": "Training", "Arguments": {}}]
DEFINITION = json.dumps({"Version": "2020-12-01", "Steps": STEPS})
ROLE = "arn:aws:iam::123456789012:role/Pipelines"


@asynccontextmanager
async def connect(service: str = "sagemaker", **options: Any) -> AsyncIterator[Any]:
    """A client of aiobotocore's."""
    async with session.get_session().create_client(service, **options) as client:
        yield client


def test_a_pipeline_lives_its_whole_life(smpipeline: SMPipelineMock) -> None:
    """Create, update, start, look, stop, retry, tag, search and delete."""

    async def live() -> None:
        async with connect() as client:
            made = await client.create_pipeline(
                PipelineName="churn", PipelineDefinition=DEFINITION, RoleArn=ROLE, Tags=[{"Key": "team", "Value": "risk"}]
            )
            arn = made["PipelineArn"]
            await client.update_pipeline(PipelineName="churn", PipelineDescription="nightly")
            smpipeline.script("churn", Train=[fail("no capacity"), succeed()])
            run = (await client.start_pipeline_execution(PipelineName="churn"))["PipelineExecutionArn"]
            assert (await client.describe_pipeline_execution(PipelineExecutionArn=run))["PipelineExecutionStatus"] == "Failed"
            await client.retry_pipeline_execution(PipelineExecutionArn=run)
            (step,) = (await client.list_pipeline_execution_steps(PipelineExecutionArn=run))["PipelineExecutionSteps"]
            assert (step["StepStatus"], step["AttemptCount"]) == ("Succeeded", 2)
            await client.update_pipeline_execution(PipelineExecutionArn=run, PipelineExecutionDisplayName="first")
            assert (await client.list_tags(ResourceArn=arn))["Tags"] == [{"Key": "team", "Value": "risk"}]
            found = await client.search(Resource="Pipeline")
            assert found["Results"][0]["Pipeline"]["PipelineName"] == "churn"
            await client.delete_pipeline(PipelineName="churn")
            with pytest.raises(client.exceptions.ResourceNotFound):
                await client.describe_pipeline(PipelineName="churn")

    asyncio.run(live())
    assert smpipeline.executions.one().display_name == "first"
    assert smpipeline.calls[-1].error_code == "ResourceNotFound"


def test_every_operation_is_answered_and_recorded(smpipeline: SMPipelineMock) -> None:
    """None of them goes on to moto: each that the installed botocore has is called, if only to be refused."""

    async def call_all() -> list[str]:
        called = []
        async with connect() as client:
            names = {operation: method for method, operation in client.meta.method_to_api_mapping.items()}
            for operation in sorted(ANSWERED.keys() & names.keys() - {"AddTags", "DeleteTags", "ListTags", "Search"}):
                shape = client.meta.service_model.operation_model(operation).input_shape
                arguments: dict[str, object] = {
                    name: f"arn:aws:sagemaker:us-east-1:123456789012:pipeline/nope/execution/{'a' * 12}"
                    if name.endswith("Arn")
                    else "nope-nope-nope"
                    for name in shape.required_members
                    if name != "ClientRequestToken"
                }
                arguments |= {"PipelineVersionId": 1} if "PipelineVersionId" in arguments else {}
                with contextlib.suppress(ClientError):
                    await getattr(client, names[operation])(**arguments)
                called.append(operation)
        return called

    called = asyncio.run(call_all())
    assert len(called) >= 15
    assert [call.operation for call in smpipeline.calls] == called


def test_answers_are_those_that_botocore_gives(smpipeline: SMPipelineMock) -> None:
    """Member by member, over both roads."""
    smpipeline.add("churn", DEFINITION)

    async def describe() -> dict[str, Any]:
        async with connect() as client:
            found: dict[str, Any] = await client.describe_pipeline(PipelineName="churn")
            return found

    def members(answer: Any) -> dict[str, Any]:
        metadata = {**answer["ResponseMetadata"], "RequestId": ""}
        metadata["HTTPHeaders"] = {**metadata["HTTPHeaders"], "x-amzn-requestid": "", "date": ""}
        return {**answer, "ResponseMetadata": metadata}

    plain = members(smpipeline.client().describe_pipeline(PipelineName="churn"))
    assert members(asyncio.run(describe())) == plain
    with mock_smpipeline(wire="full"):
        assert members(asyncio.run(describe())) == plain


def test_paginators_walk_all_pages(smpipeline: SMPipelineMock) -> None:
    """``async for`` over pages, and over a search of them."""
    for number in range(5):
        smpipeline.add(f"churn-{number}", DEFINITION)

    async def walk() -> tuple[list[int], list[str]]:
        async with connect() as client:
            paginate = client.get_paginator("list_pipelines").paginate
            by_name = {"PaginationConfig": {"PageSize": 2}, "SortBy": "Name", "SortOrder": "Ascending"}
            sizes = [len(page["PipelineSummaries"]) async for page in paginate(**by_name)]
            return sizes, [name async for name in paginate(**by_name).search("PipelineSummaries[].PipelineName")]

    assert asyncio.run(walk()) == ([2, 2, 1], [f"churn-{number}" for number in range(5)])


def test_aiobotocore_still_validates_parameters(smpipeline: SMPipelineMock) -> None:
    """What it refuses never reaches the service."""

    async def ask() -> None:
        async with connect() as client:
            await client.list_pipelines(Colour="blue")

    with pytest.raises(ParamValidationError, match="Unknown parameter"):
        asyncio.run(ask())
    assert len(smpipeline.calls) == 0


def test_a_stubber_wins(smpipeline: SMPipelineMock) -> None:
    """A stubbed client answers with what was put into its stubber."""

    async def ask() -> Any:
        async with connect() as client:
            with stub.AioStubber(client) as stubber:
                stubber.add_response("list_pipelines", {"PipelineSummaries": [], "NextToken": "stubbed"})
                return await client.list_pipelines()

    assert asyncio.run(ask())["NextToken"] == "stubbed"
    assert len(smpipeline.calls) == 0


@pytest.mark.smpipeline(virtual_sleep=True)
@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize("error", ["ThrottlingException", ConnectTimeoutError], ids=["code", "exception"])
def test_faults_meet_the_retries_of_aiobotocore(smpipeline: SMPipelineMock, mode: str, error: Any) -> None:
    """Every attempt reaches the service; the waits between them take no time."""
    smpipeline.add("churn", DEFINITION)
    smpipeline.fault("ListPipelines", error, times=2)

    async def ask() -> Any:
        config = aio_config.AioConfig(retries={"mode": mode, "total_max_attempts": 3})
        async with connect(config=config) as client:
            return await client.list_pipelines()

    answer = asyncio.run(ask())
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2
    assert len(smpipeline.calls.of("ListPipelines")) == 3


def test_a_fault_that_outlasts_the_retries_is_raised(smpipeline: SMPipelineMock) -> None:
    """As aiobotocore's own exception."""
    smpipeline.fault("ListPipelines", "ThrottlingException")

    async def ask() -> None:
        async with connect(config=aio_config.AioConfig(retries={"total_max_attempts": 1})) as client:
            await client.list_pipelines()

    with pytest.raises(ClientError, match="ThrottlingException"):
        asyncio.run(ask())


def test_a_request_on_the_full_road_is_signed() -> None:
    """Handlers of the road below see it, from a client without any credentials of its own."""
    seen: list[bytes] = []

    async def ask() -> None:
        async with connect(region_name="eu-west-1") as client:
            client.meta.events.register("before-send.sagemaker", lambda request, **_: seen.append(request.headers["Authorization"]))
            await client.list_pipelines()

    with mock_smpipeline(wire="full"):
        asyncio.run(ask())
    assert b"/eu-west-1/sagemaker/aws4_request" in seen[0]


def test_a_client_made_before_the_mock_is_answered_and_given_back() -> None:
    """In either order: the mock ends and begins around it."""

    async def ask() -> list[int]:
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(connect(region_name="us-east-1"))
            versions = []
            for _ in range(2):
                async with mock_smpipeline() as smp:
                    smp.add("churn", DEFINITION)
                    versions.append(len((await client.list_pipelines())["PipelineSummaries"]))
            return versions

    assert asyncio.run(ask()) == [1, 1]


def test_an_aiobotocore_that_is_imported_inside_the_mock_is_reached() -> None:
    """Code under test may import it when it first needs it."""
    script = f"""
import asyncio, sys
from pytest_smpipeline import mock_smpipeline

async def main():
    async with mock_smpipeline() as smp:
        smp.add("churn", {DEFINITION!r})
        assert "aiobotocore" not in sys.modules
        from aiobotocore.session import get_session
        async with get_session().create_client("sagemaker") as client:
            print(len((await client.list_pipelines())["PipelineSummaries"]))

asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("1", "")


def test_other_services_are_motos(smpipeline: SMPipelineMock) -> None:
    """JSON, XML and streams, small and large."""
    body = b"0123456789" * 50_000

    async def use() -> None:
        async with connect("s3") as s3:
            await s3.create_bucket(Bucket="bucket")
            await s3.put_object(Bucket="bucket", Key="model", Body=body)
            async with (await s3.get_object(Bucket="bucket", Key="model"))["Body"] as stream:
                assert await stream.read() == body
            chunks = (await s3.get_object(Bucket="bucket", Key="model"))["Body"].iter_chunks(65536)
            assert b"".join([chunk async for chunk in chunks]) == body
            with pytest.raises(s3.exceptions.NoSuchKey):
                await s3.get_object(Bucket="bucket", Key="none")
        async with connect("dynamodb") as dynamodb:
            assert (await dynamodb.list_tables())["TableNames"] == []
        async with connect("sqs") as sqs:
            url = (await sqs.create_queue(QueueName="approvals"))["QueueUrl"]
            await sqs.send_message(QueueUrl=url, MessageBody="approve")
            assert (await sqs.receive_message(QueueUrl=url))["Messages"][0]["Body"] == "approve"
        async with connect() as client:
            assert (await client.list_training_jobs())["TrainingJobSummaries"] == []

    asyncio.run(use())
    assert boto3.client("s3").get_object(Bucket="bucket", Key="model")["ContentLength"] == len(body)


def test_the_users_own_moto_answers_other_services() -> None:
    """As ``mock_aws`` around or inside is the one that botocore's clients meet."""

    async def use(names: list[str]) -> None:
        async with connect("s3", region_name="us-east-1") as s3:
            await s3.put_object(Bucket="theirs", Key=f"{len(names)}", Body=b"model")
            names.extend([found["Key"] for found in (await s3.list_objects_v2(Bucket="theirs"))["Contents"]])

    names: list[str] = []
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="theirs")
        with mock_smpipeline():
            asyncio.run(use(names))
    with mock_smpipeline(), mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="theirs")
        asyncio.run(use(names))
    assert names == ["0", "1"]


def test_a_server_on_this_machine_is_reached(smpipeline: SMPipelineMock) -> None:
    """What is sent there is sent as ever, uploads in chunks included."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()

    async def use() -> bytes:
        async with connect("s3", endpoint_url=f"http://{host}:{port}") as s3:
            await s3.create_bucket(Bucket="elsewhere")
            await s3.put_object(Bucket="elsewhere", Key="model", Body=b"model")
            async with (await s3.get_object(Bucket="elsewhere", Key="model"))["Body"] as stream:
                content: bytes = await stream.read()
                return content

    try:
        assert asyncio.run(use()) == b"model"
    finally:
        server.stop()


def test_a_definition_in_s3_is_found(smpipeline: SMPipelineMock) -> None:
    """The bucket that aiobotocore filled is moto's."""

    async def create() -> None:
        async with connect("s3") as s3, connect() as client:
            await s3.create_bucket(Bucket="definitions")
            await s3.put_object(Bucket="definitions", Key="churn.json", Body=DEFINITION.encode())
            location = {"Bucket": "definitions", "ObjectKey": "churn.json"}
            await client.create_pipeline(PipelineName="churn", PipelineDefinitionS3Location=location, RoleArn=ROLE)

    asyncio.run(create())
    smpipeline.start("churn").assert_succeeded()


@pytest.mark.smpipeline(progress="manual", virtual_sleep=True)
def test_a_poller_naps_in_no_time(smpipeline: SMPipelineMock) -> None:
    """``asyncio.sleep`` moves the virtual clock."""
    smpipeline.add("churn", DEFINITION)
    smpipeline.script("churn", Train=succeed(duration=7200))

    async def poll() -> int:
        async with connect() as client:
            run = (await client.start_pipeline_execution(PipelineName="churn"))["PipelineExecutionArn"]
            polls = 1
            while (await client.describe_pipeline_execution(PipelineExecutionArn=run))["PipelineExecutionStatus"] == "Executing":
                await asyncio.sleep(60)
                polls += 1
            return polls

    began = time.monotonic()
    assert asyncio.run(poll()) >= 120
    assert time.monotonic() - began < 60


def test_many_tasks_start_at_once(smpipeline: SMPipelineMock) -> None:
    """Each has an execution of its own."""
    smpipeline.add("churn", DEFINITION)

    async def start() -> list[str]:
        async with connect() as client:
            started = await asyncio.gather(*(client.start_pipeline_execution(PipelineName="churn") for _ in range(20)))
            return [answer["PipelineExecutionArn"] for answer in started]

    assert sorted(asyncio.run(start())) == sorted(run.arn for run in smpipeline.executions)


@pytest.mark.skipif(importlib.util.find_spec("aioboto3") is None, reason="aioboto3 does not go with this aiobotocore")
def test_aioboto3_is_answered(smpipeline: SMPipelineMock) -> None:
    """Its clients are aiobotocore's; its resources and transfers stand on them."""
    import io

    aioboto3: Any = pytest.importorskip("aioboto3")
    smpipeline.add("churn", DEFINITION)

    async def use() -> int:
        aio = aioboto3.Session()
        async with aio.client("sagemaker") as client, aio.resource("s3") as s3:
            bucket = await s3.Bucket("models")
            await bucket.create()
            await bucket.upload_fileobj(io.BytesIO(b"model"), "churn")
            target = io.BytesIO()
            await bucket.download_fileobj("churn", target)
            assert target.getvalue() == b"model"
            return len((await client.list_pipelines())["PipelineSummaries"])

    assert asyncio.run(use()) == 1


@pytest.mark.skipif(importlib.util.find_spec("httpx") is None, reason="httpx is not installed")
@pytest.mark.filterwarnings("ignore:aiobotocore's httpx backend now prefers httpx2:DeprecationWarning")
@pytest.mark.parametrize("wire", ["express", "full"])
def test_a_client_on_httpx_is_answered(wire: Any) -> None:
    """aiobotocore can send by httpx in place of aiohttp; the doors lie before both."""
    httpxsession: Any = pytest.importorskip("aiobotocore.httpxsession")

    async def use() -> int:
        async with mock_smpipeline(wire=wire) as smp, connect(config=aio_config.AioConfig(http_session_cls=httpxsession.HttpxSession)) as c:
            smp.add("churn", DEFINITION)
            return len((await c.list_pipelines())["PipelineSummaries"])

    assert asyncio.run(use()) == 1
