"""The fixture ``smpipeline_server``: the test's own mock, and moto beside it, for child processes."""

import os
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from pytest_smpipeline import SMPipelineMock, SMPipelineServer, succeed

RunChild = Callable[..., str]

START = "import boto3; print(boto3.client('sagemaker').start_pipeline_execution(PipelineName='churn')['PipelineExecutionArn'])"


def test_what_a_child_starts_is_a_record_of_the_test(
    smpipeline: SMPipelineMock, smpipeline_server: SMPipelineServer, run_child: RunChild
) -> None:
    """One state for both: what the test has seeded and scripted is what the child meets."""
    smpipeline.add("churn", steps=["Train"])
    smpipeline.script("churn", Train=succeed(duration=7))

    printed = run_child(START, os.environ | smpipeline_server.env)

    run = smpipeline.executions.one("churn")
    assert printed == run.arn
    assert run.steps["Train"].duration is not None
    assert run.steps["Train"].duration.total_seconds() == 7


def test_other_services_are_motos_on_the_same_port(smpipeline_server: SMPipelineServer, run_child: RunChild) -> None:
    """What lies in S3 and SQS is seen from both sides, and the account is the mock's."""
    boto3.client("s3").create_bucket(Bucket="features")
    script = """
import boto3
boto3.client("s3").put_object(Bucket="features", Key="day", Body=b"2026-11-22")
queue = boto3.client("sqs").create_queue(QueueName="approvals")["QueueUrl"]
boto3.client("sqs").send_message(QueueUrl=queue, MessageBody="please")
print(boto3.client("sts").get_caller_identity()["Account"])
"""
    assert run_child(script, os.environ | smpipeline_server.env) == "123456789012"

    assert boto3.client("s3").get_object(Bucket="features", Key="day")["Body"].read() == b"2026-11-22"
    sqs = boto3.client("sqs")
    (message,) = sqs.receive_message(QueueUrl=sqs.get_queue_url(QueueName="approvals")["QueueUrl"])["Messages"]
    assert message["Body"] == "please"


@pytest.mark.smpipeline(region="eu-west-1", account_id="777788889999")
def test_a_child_calls_in_the_region_and_account_of_the_mock(
    smpipeline: SMPipelineMock, smpipeline_server: SMPipelineServer, run_child: RunChild
) -> None:
    """As a client in the test's own process does."""
    smpipeline.add("churn", steps=["Train"])

    printed = run_child(START, os.environ | smpipeline_server.env)

    assert printed.startswith("arn:aws:sagemaker:eu-west-1:777788889999:pipeline/churn/")


def test_a_childs_environment_leads_nowhere_else(smpipeline_server: SMPipelineServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service's own endpoint, the developer's profiles and a proxy would all come before what the variables say."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://s3.example.com")
    monkeypatch.setenv("NO_PROXY", "intranet")
    url = smpipeline_server.endpoint_url

    env = smpipeline_server.env

    assert env["AWS_ENDPOINT_URL"] == env["AWS_ENDPOINT_URL_S3"] == url
    assert env["AWS_CONFIG_FILE"] == env["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
    assert env["NO_PROXY"] == env["no_proxy"] == "intranet,127.0.0.1,localhost,::1"
    assert env["SMPIPELINE_URL"] == smpipeline_server.door_url == f"{url}/smpipeline/v1"
    assert repr(smpipeline_server) == f"<SMPipelineServer {url}>"


def test_the_server_listens_on_this_machine_alone(smpipeline_server: SMPipelineServer) -> None:
    """Nobody else on the network can reach a test."""
    assert urlsplit(smpipeline_server.endpoint_url).hostname == "127.0.0.1"


def test_nothing_of_the_server_is_left_after_the_test(pytester: pytest.Pytester) -> None:
    """Its threads have ended and its port is free, though somebody was connected who asked nothing, and no warning is given."""
    pytester.makepyfile(
        """
        import contextlib
        import socket
        import threading
        from urllib.parse import urlsplit

        seen = {}

        def test_one(smpipeline_server):
            place = urlsplit(smpipeline_server.endpoint_url)
            seen["place"] = (place.hostname, place.port)
            seen["silent"] = socket.create_connection(seen["place"])
            assert threading.active_count() >= 2

        def test_two():
            assert threading.enumerate() == [threading.main_thread()]
            with contextlib.suppress(ConnectionResetError), seen["silent"]:  # reset, if the server had not taken it in yet
                assert seen["silent"].recv(1) == b""
            with socket.create_server(seen["place"]):
                pass
        """
    )

    result = pytester.runpytest_subprocess("-W", "error")

    result.assert_outcomes(passed=2)


def test_who_is_connected_and_asks_nothing_does_not_hold_up_the_end(smpipeline: SMPipelineMock) -> None:
    """Clients keep connections, and browsers open some in advance."""
    server = SMPipelineServer(lambda: smpipeline, lambda _: None)
    before = threading.active_count()
    place = urlsplit(server.endpoint_url)
    with socket.create_connection((place.hostname or "", place.port or 0)) as silent:
        while threading.active_count() == before:
            threading.Event().wait(0.01)

        server.stop()

        assert threading.active_count() == before - 1
        assert silent.recv(1) == b""


def test_each_worker_of_xdist_has_servers_of_its_own(pytester: pytest.Pytester) -> None:
    """They ask for a free port, so they never meet."""
    pytester.makepyfile(
        """
        import http.client
        import json
        from urllib.parse import urlsplit

        import pytest

        @pytest.mark.parametrize("name", ["churn", "rank", "price", "fraud"])
        def test_one(smpipeline, smpipeline_server, name):
            smpipeline.add(name, steps=["Train"])
            smpipeline.start(name)
            place = urlsplit(smpipeline_server.door_url)
            connection = http.client.HTTPConnection(place.hostname, place.port)
            connection.request("GET", f"{place.path}/executions")
            (run,) = json.load(connection.getresponse())["executions"]
            connection.close()
            assert run["pipeline"] == name
        """
    )

    result = pytester.runpytest_inprocess("-W", "error", "-p", "xdist", "-n2")

    result.assert_outcomes(passed=4)


def test_without_the_extra_the_fixture_says_what_to_install(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error, not a skip: a test that can't run must not look as if it had."""
    monkeypatch.setitem(sys.modules, "flask_cors", None)

    with pytest.raises(pytest.UsageError) as caught:
        request.getfixturevalue("smpipeline_server")

    assert str(caught.value) == (
        "The server needs the extra 'server', and 'flask_cors' is not installed here. "
        "Install it: python -m pip install 'pytest-smpipeline[server]'"
    )


def test_what_a_scripted_function_raises_fails_the_childs_call(
    smpipeline: SMPipelineMock, smpipeline_server: SMPipelineServer, run_child: RunChild
) -> None:
    """As an error of the server, with its place in the log; the test's records have it too."""

    def decide(context: object) -> None:
        raise RuntimeError("no such luck")

    smpipeline.add("churn", steps=["Train"])
    smpipeline.script("churn", Train=decide)  # type: ignore[arg-type] # it returns nothing

    with pytest.raises(AssertionError, match="500"):
        run_child(START, os.environ | smpipeline_server.env | {"AWS_MAX_ATTEMPTS": "1"})

    assert smpipeline.calls[-1].error_message == "no such luck"


def test_a_signed_request_to_the_doors_path_is_s3s(smpipeline_server: SMPipelineServer) -> None:
    """A bucket may have the name with which the door's paths begin."""
    client = boto3.client("s3", endpoint_url=smpipeline_server.endpoint_url)
    client.create_bucket(Bucket="smpipeline")
    client.put_object(Bucket="smpipeline", Key="v1/health", Body=b"mine")

    assert client.get_object(Bucket="smpipeline", Key="v1/health")["Body"].read() == b"mine"


def test_an_address_of_version_six_can_be_served(smpipeline: SMPipelineMock) -> None:
    """Its URL has the brackets that clients need."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError as error:
        pytest.skip(f"this machine has no address ::1: {error}")

    with SMPipelineServer(lambda: smpipeline, lambda _: None, host="::1") as server:
        assert server.endpoint_url.startswith("http://[::1]:")


def test_a_server_on_all_addresses_names_one_that_can_be_called(smpipeline: SMPipelineMock, send: Callable[..., Any]) -> None:
    """Nobody can call 0.0.0.0 itself everywhere."""
    with SMPipelineServer(lambda: smpipeline, lambda _: None, host="0.0.0.0") as server:  # noqa: S104 # the address under test
        assert server.endpoint_url.startswith("http://127.0.0.1:")
        assert send(server.door_url, "GET", "health")[0] == 200
