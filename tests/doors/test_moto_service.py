"""moto sleeps until another service is called, and lives side by side with a ``mock_aws`` of the user's."""

import io
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.endpoint import Endpoint
from botocore.exceptions import NoCredentialsError
from moto import mock_aws
from moto.core.models import MockAWS, botocore_stubber

from pytest_smpipeline._doors.entrance import Doors
from pytest_smpipeline.options import Options


def buckets(client: Any) -> list[str]:
    """The names of the buckets that exist."""
    return sorted(bucket["Name"] for bucket in client.list_buckets()["Buckets"])


def test_moto_sleeps_while_only_pipelines_are_called(doors: Doors) -> None:
    """Importing it is free here, activating it would not be."""
    boto3.client("sagemaker").list_pipelines()
    assert not botocore_stubber.enabled


def test_the_first_call_to_another_service_wakes_moto(doors: Doors) -> None:
    """From then on it answers as under ``mock_aws``."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="data")
    assert botocore_stubber.enabled
    assert buckets(s3) == ["data"]


def test_other_operations_of_sagemaker_are_motos(doors: Doors, service: Any) -> None:
    """We answer pipelines and nothing else."""
    assert boto3.client("sagemaker").list_training_jobs()["TrainingJobSummaries"] == []
    assert service.requests == []


def test_clients_that_do_not_know_moto_reach_it(early: Callable[..., Any], doors: Doors) -> None:
    """Made before moto was imported, they lack its hook; the place where bytes would leave has none of this."""
    early("s3").create_bucket(Bucket="data")
    assert buckets(boto3.client("s3")) == ["data"]


def test_a_threaded_upload_reaches_moto(early: Callable[..., Any], doors: Doors) -> None:
    """Large transfers use threads of their own, and all their parts arrive."""
    s3 = early("s3", config=Config(request_checksum_calculation="when_required"))  # old versions of moto store the checksum too
    size = 11 * 1024 * 1024
    s3.create_bucket(Bucket="data")
    config = TransferConfig(multipart_threshold=5 * 1024 * 1024, multipart_chunksize=5 * 1024 * 1024, max_concurrency=4)
    s3.upload_fileobj(io.BytesIO(b"x" * size), "data", "model.tar.gz", Config=config)
    head = s3.head_object(Bucket="data", Key="model.tar.gz")
    assert (head["ContentLength"], head["ETag"].strip('"')[-2:]) == (size, "-3")
    target = io.BytesIO()
    s3.download_fileobj("data", "model.tar.gz", target, Config=config)
    assert target.getbuffer() == b"x" * size


def test_every_activation_finds_moto_empty(service: Any) -> None:
    """Data ends with the activation that woke moto."""
    for _ in range(2):
        doors = Doors(service)
        doors.open()
        s3 = boto3.client("s3")
        assert buckets(s3) == []
        s3.create_bucket(Bucket="data")
        doors.close()


def test_waking_moto_leaves_the_default_session_alone(doors: Doors) -> None:
    """``mock_aws`` drops it, after which every ``boto3.client`` parses SageMaker's large model anew."""
    boto3.client("s3").list_buckets()
    session = boto3.DEFAULT_SESSION
    boto3.client("s3").list_buckets()
    assert session is not None
    assert boto3.DEFAULT_SESSION is session


def test_moto_is_woken_on_request(doors: Doors) -> None:
    """So that what starts a server in this process need not fear a reset later; a second time changes nothing."""
    doors.wake_moto()
    doors.wake_moto()
    assert MockAWS._nested_count == 1


def test_closed_doors_do_not_wake_moto(service: Any, observe: Callable[[], dict[str, object]]) -> None:
    """Nobody would put it back to sleep, nor take anything out of it."""
    before, doors = observe(), Doors(service)
    doors.wake_moto()
    doors._moto.notice()
    assert observe() == before


def test_threads_that_wake_moto_together_wake_it_once(early: Callable[..., Any], doors: Doors) -> None:
    """And all are answered."""
    clients = [early("s3") for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda client: client.list_buckets()["Buckets"], clients))
    assert (answers, MockAWS._nested_count) == ([[]] * 6, 1)


def test_moto_config_holds_while_we_have_woken_moto(monkeypatch: pytest.MonkeyPatch, early: Callable[..., Any], service: Any) -> None:
    """The option is what ``mock_aws`` takes as config; what moto then passes on goes where it would have gone without us."""
    sent: list[str] = []

    def leave(_: object, request: Any) -> Any:
        sent.append(request.url)
        raise ConnectionError

    monkeypatch.setattr(Endpoint, "_send", leave)
    service.options = Options(moto_config={"core": {"passthrough": {"services": ["s3"], "urls": []}}})
    doors = Doors(service)
    doors.open()
    with pytest.raises(ConnectionError):
        early("s3").list_buckets()
    assert early("sts").get_caller_identity()["Account"] == "123456789012"
    doors.close()
    assert {url.split("?")[0] for url in sent} == {"https://s3.amazonaws.com/"}


def test_what_moto_does_not_know_goes_on_untouched(monkeypatch: pytest.MonkeyPatch, early: Callable[..., Any], service: Any) -> None:
    """A storage of another vendor is none of our business."""
    sent: list[Any] = []

    def leave(_: object, request: Any) -> Any:
        sent.append(request)
        raise ConnectionError

    monkeypatch.setattr(Endpoint, "_send", leave)
    doors = Doors(service)
    doors.open()
    with pytest.raises(ConnectionError):
        early("s3", endpoint_url="https://storage.example.org").list_buckets()
    doors.close()
    assert [request.url for request in sent] == ["https://storage.example.org/"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_a_server_on_this_machine_is_called_without_waking_moto(
    monkeypatch: pytest.MonkeyPatch, early: Callable[..., Any], service: Any, host: str
) -> None:
    """It may be moto's own in this process, and waking would empty it."""
    sent: list[Any] = []

    def leave(_: object, request: Any) -> Any:
        sent.append(request)
        raise ConnectionError

    monkeypatch.setattr(Endpoint, "_send", leave)
    doors = Doors(service)
    doors.open()
    with pytest.raises(ConnectionError):
        early("s3", endpoint_url=f"http://{host}:5000").list_buckets()
    assert (len(sent), botocore_stubber.enabled) == (1, False)
    doors.close()


def test_a_users_mock_aws_around_us_keeps_its_data(service: Any) -> None:
    """What was seeded before is there inside and afterwards; pipelines are ours all the same."""
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="seeded")
        doors = Doors(service)
        doors.open()
        assert buckets(boto3.client("s3")) == ["seeded"]
        boto3.client("s3").create_bucket(Bucket="inside")
        boto3.client("sagemaker").list_pipelines()
        doors.close()
        assert buckets(boto3.client("s3", region_name="us-east-1")) == ["inside", "seeded"]
    assert len(service.requests) == 1


def test_a_users_mock_aws_inside_keeps_what_was_there(doors: Doors, service: Any) -> None:
    """It joins the moto we have woken, and leaving it ends nothing."""
    boto3.client("s3").create_bucket(Bucket="ours")
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        assert buckets(s3) == ["ours"]
        s3.create_bucket(Bucket="theirs")
        boto3.client("sagemaker", region_name="us-east-1").list_pipelines()
    assert buckets(boto3.client("s3")) == ["ours", "theirs"]
    assert len(service.requests) == 1


def test_a_users_mock_aws_inside_is_theirs_while_moto_sleeps(early: Callable[..., Any], doors: Doors) -> None:
    """It begins and ends with their own data, and afterwards we wake moto ourselves."""
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="theirs")
        assert (buckets(early("s3")), MockAWS._nested_count) == (["theirs"], 1)
    assert buckets(boto3.client("s3")) == []


def test_a_users_decorator_inside_works(doors: Doors) -> None:
    """Nested as functions as well."""

    @mock_aws
    def seed() -> list[str]:
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="theirs")
        return buckets(s3)

    assert seed() == ["theirs"]
    doors.wake_moto()
    assert seed() == ["theirs"]
    assert buckets(boto3.client("s3")) == ["theirs"]


def test_a_users_mock_aws_that_outlives_us_keeps_its_data(service: Any) -> None:
    """Ending out of order takes nothing away from it, neither data nor its hold on ``requests``."""
    import requests

    doors = Doors(service)
    doors.open()
    boto3.client("s3").create_bucket(Bucket="shared")
    theirs = mock_aws()
    theirs.start()
    doors.close()
    try:
        assert buckets(boto3.client("s3", region_name="us-east-1")) == ["shared"]
        assert "shared" in requests.get("https://s3.us-east-1.amazonaws.com/", timeout=5).text
    finally:
        theirs.stop()


def test_a_users_mock_aws_before_or_after_is_its_own(service: Any) -> None:
    """Nothing of ours is in it."""
    for _ in range(2):
        with mock_aws():
            s3 = boto3.client("s3", region_name="us-east-1")
            assert buckets(s3) == []
            s3.create_bucket(Bucket="theirs")
        doors = Doors(service)
        doors.open()
        assert buckets(boto3.client("s3")) == []
        doors.close()


def test_a_stop_too_many_does_not_break_the_end(service: Any) -> None:
    """Somebody may have stopped moto beneath us."""
    doors = Doors(service)
    doors.open()
    doors.wake_moto()
    mock_aws().stop()
    assert not botocore_stubber.enabled
    doors.close()


def test_moto_imported_while_the_doors_are_open_is_noticed(monkeypatch: pytest.MonkeyPatch, service: Any) -> None:
    """At the next call that is not answered at the express door."""
    from moto.sagemaker.urls import url_paths

    theirs = url_paths["{0}/$"]
    doors = Doors(service)
    with monkeypatch.context() as patch:
        patch.delitem(sys.modules, "moto.core.models")
        doors.open()
        assert url_paths["{0}/$"] == theirs
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").list_buckets()
        assert url_paths["{0}/$"] != theirs
    doors.close()
    assert url_paths["{0}/$"] == theirs


def test_an_account_of_a_nested_activation_does_not_import_moto(monkeypatch: pytest.MonkeyPatch, service: Any) -> None:
    """It is moto's too once somebody has imported that."""
    doors = Doors(service)
    with monkeypatch.context() as patch:
        patch.delitem(sys.modules, "moto.core.models")
        doors.open()
        service.options = Options(account_id="111122223333")
        doors.refresh()
        assert "moto.core.models" not in sys.modules
    assert boto3.client("sts").get_caller_identity()["Account"] == "111122223333"
    doors.close()


def test_a_call_that_is_under_way_while_the_doors_close_installs_nothing(
    early: Callable[..., Any], service: Any, monkeypatch: pytest.MonkeyPatch, observe: Callable[[], dict[str, object]]
) -> None:
    """It would stay in moto for good; the call goes where it went without us."""
    client, before, doors = early("sts"), observe(), Doors(service)
    doors.open()
    monkeypatch.setattr(doors._lending, "lend", lambda *_: doors.close())
    with pytest.raises(NoCredentialsError):
        client.get_caller_identity()
    assert observe() == before


def test_without_moto_and_on_loopback_nobody_else_answers(monkeypatch: pytest.MonkeyPatch, early: Callable[..., Any], service: Any) -> None:
    """A process that has never imported moto is not made to."""

    def leave(_: object, request: Any) -> Any:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(Endpoint, "_send", leave)
        patch.delitem(sys.modules, "moto.core.models")
        doors = Doors(service)
        doors.open()
        with pytest.raises(ConnectionError):
            early("s3", endpoint_url="http://localhost:9000").list_buckets()
        assert "moto.core.models" not in sys.modules
        doors.close()


SLEEPER = """
import os, sys
import boto3
early = {name: boto3.client(name, region_name="us-east-1") for name in ("sagemaker", "s3", "sqs")}
from pytest_smpipeline._doors.entrance import Doors
from pytest_smpipeline._wire.messages import Answer
from pytest_smpipeline.options import Options
class Service:
    options = Options()
    handles = staticmethod(lambda operation, body: operation == "ListPipelines")
    travels_express = staticmethod(lambda operation: True)
    before_moto = staticmethod(lambda operation, body: None)
    after_moto = staticmethod(lambda operation: None)
    answer = staticmethod(lambda request: Answer(200, {"NextToken": "ours"}, b'{"NextToken": "ours"}'))
before = dict(os.environ)
doors = Doors(Service())
doors.open()
print(early["sagemaker"].list_pipelines()["NextToken"], boto3.client("sagemaker").list_pipelines()["NextToken"])
print([name for name in ("moto", "responses", "requests") if name in sys.modules])
early["s3"].create_bucket(Bucket="data")
print([bucket["Name"] for bucket in early["s3"].list_buckets()["Buckets"]], "QueueUrl" in early["sqs"].create_queue(QueueName="q"))
print(early["sagemaker"].list_training_jobs()["TrainingJobSummaries"], boto3.client("sagemaker").list_pipelines()["NextToken"])
import requests, responses
print("data" in requests.get("https://s3.us-east-1.amazonaws.com/").text)
doors.close()
from moto.core.models import botocore_stubber
print(botocore_stubber.enabled, dict(os.environ) == before, requests.adapters.HTTPAdapter.send is responses._real_send)
"""


def test_pipelines_alone_never_import_moto_and_the_first_other_call_does(run_python: Callable[[str], str]) -> None:
    """The whole of it in a fresh process, with clients that are older than moto."""
    assert run_python(SLEEPER).splitlines() == [
        "ours ours",
        "[]",
        "['data'] True",
        "[] ours",
        "True",
        "False True True",
    ]
