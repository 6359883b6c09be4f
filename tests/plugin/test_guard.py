"""The guard: what it stops, what it lets pass, and what it says at the end of a test."""

import pickle
import subprocess
import sys
import textwrap
from collections.abc import Callable

import boto3
import pytest
from botocore.client import BaseClient
from botocore.endpoint import Endpoint

from pytest_smpipeline import RealSageMakerCall

RunGuarded = Callable[..., pytest.RunResult]

HEAD = """
import threading
import boto3, pytest
from botocore.stub import Stubber
from pytest_smpipeline import RealSageMakerCall, mock_smpipeline

KEYS = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "secret"}

def client(service="sagemaker", **options):
    return boto3.client(service, region_name="eu-west-1", **{**KEYS, **options})

def swallow():
    try:
        client().list_pipelines()
    except Exception:
        pass
"""


@pytest.fixture
def run_guarded(run_tests: Callable[..., pytest.RunResult], monkeypatch: pytest.MonkeyPatch) -> RunGuarded:
    """Return a function that runs a test file as a guarded project, on a machine without credentials."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", "/nowhere")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # one that is there may have found credentials before

    def run(source: str, *args: str, ini: str = "smpipeline_guard = true", **files: str) -> pytest.RunResult:
        return run_tests(HEAD + textwrap.dedent(source), *args, pytest_ini=f"[pytest]\n{ini}\n", **files)

    return run


def test_a_call_that_nobody_expects_fails_the_test_and_says_where_it_was(run_guarded: RunGuarded) -> None:
    """The message names the operation, the region, the endpoint, the line of the code under test, and the ways in."""
    result = run_guarded(
        """
        def retrain():
            client().start_pipeline_execution(PipelineName="churn")

        def test_it():
            retrain()
        """
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E*RealSageMakerCall: Expected: no call of the real SageMaker, since smpipeline_guard is on and no mock is active.",
            "E*Happened: StartPipelineExecution in eu-west-1, called from test_it.py:* in retrain, was about to go to https://api.*.com.",
            "E*To do: Use the fixture smpipeline, @pytest.mark.smpipeline,*caught.value.acknowledge().",
        ]
    )
    result.stdout.no_fnmatch_line("*Calls:*")


def test_a_swallowed_call_fails_the_test_at_its_end(run_guarded: RunGuarded) -> None:
    """Each line that called is told once, with how often."""
    result = run_guarded(
        """
        def test_it():
            for _ in range(3):
                swallow()
        """
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "Expected: no call of the real SageMaker, since smpipeline_guard is on and no mock is active.",
            "Happened: 3 calls stopped; the test did not see the error, or did not take it back.",
            "Calls:",
            "  ListPipelines in eu-west-1, called from test_it.py:* in swallow",
            "    was about to go to https://api.sagemaker.eu-west-1.amazonaws.com, 3 times",
            "To do: Use the fixture smpipeline,*",
        ]
    )


def test_a_test_that_expects_the_error_takes_it_back(run_guarded: RunGuarded) -> None:
    """What the same line tried before goes with it; what another line did, or the same one later, does not."""
    result = run_guarded(
        """
        def retry(times=3):
            for left in reversed(range(times)):
                try:
                    client().list_pipelines()
                except RealSageMakerCall:
                    if not left:
                        raise

        def test_taken_back():
            with pytest.raises(RealSageMakerCall) as caught:
                retry()
            assert (caught.value.operation, caught.value.region) == ("ListPipelines", "eu-west-1")
            caught.value.acknowledge()

        def test_only_seen():
            with pytest.raises(RealSageMakerCall):
                retry()

        def test_another():
            swallow()
            with pytest.raises(RealSageMakerCall) as caught:
                retry()
            caught.value.acknowledge()

        def test_later():
            with pytest.raises(RealSageMakerCall) as caught:
                retry()
            caught.value.acknowledge()
            with pytest.raises(RealSageMakerCall):
                retry(1)
        """
    )

    result.assert_outcomes(passed=1, failed=3)
    result.stdout.fnmatch_lines_random(["*test_only_seen*", "*test_another*", "*test_later*"])
    assert "Happened: 1 call stopped" in result.stdout.str()


def test_a_call_of_any_other_operation_of_sagemaker_is_stopped(run_guarded: RunGuarded) -> None:
    """Calls of other services are left alone, those of SageMaker's runtime too."""
    result = run_guarded(
        """
        def test_it():
            with pytest.raises(RealSageMakerCall) as caught:
                client().list_training_jobs()
            caught.value.acknowledge()
            unreachable = {"http": "http://127.0.0.1:9", "https": "http://127.0.0.1:9"}
            import botocore.config, botocore.exceptions
            config = botocore.config.Config(proxies=unreachable, retries={"total_max_attempts": 1})
            with pytest.raises(botocore.exceptions.ProxyConnectionError):
                client("sagemaker-runtime", config=config).invoke_endpoint(EndpointName="churn", Body=b"")
        """
    )

    result.assert_outcomes(passed=1)


def test_a_call_without_credentials_is_stopped_too(run_guarded: RunGuarded) -> None:
    """A test that forgot its mock fails on a bare machine as it does on a developer's; other errors of botocore stay what they are."""
    result = run_guarded(
        """
        import botocore.exceptions

        NONE = {"aws_access_key_id": None, "aws_secret_access_key": None}

        def test_no_credentials():
            with pytest.raises(RealSageMakerCall, match="ListPipelines in eu-west-1") as caught:
                client(**NONE).list_pipelines()
            assert isinstance(caught.value.__cause__, botocore.exceptions.NoCredentialsError)
            caught.value.acknowledge()

        def test_another_service():
            with pytest.raises(botocore.exceptions.NoCredentialsError):
                client("sts", **NONE).get_caller_identity()

        def test_another_error():
            with pytest.raises(botocore.exceptions.ParamValidationError):
                client(**NONE).list_pipelines(MaxResults="many")
            broken = client()
            broken.meta.events.register("before-send.sagemaker.ListPipelines", lambda **_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                broken.list_pipelines()
        """
    )

    result.assert_outcomes(passed=3)


def test_an_unsigned_call_is_stopped(run_guarded: RunGuarded) -> None:
    """Its region is that of the host, if it has one."""
    result = run_guarded(
        """
        from botocore import UNSIGNED
        from botocore.config import Config

        @pytest.mark.parametrize(("options", "title"), [
            ({}, "ListPipelines in eu-west-1, called from"),
            ({"endpoint_url": "https://ml.corp.example"}, "ListPipelines, called from"),
        ])
        def test_it(options, title):
            with pytest.raises(RealSageMakerCall, match=title) as caught:
                client(config=Config(signature_version=UNSIGNED), **options).list_pipelines()
            caught.value.acknowledge()
        """
    )

    result.assert_outcomes(passed=2)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "sagemaker.localhost", "127.8.8.8", "0.0.0.0"])  # noqa: S104 # a server's
def test_endpoints_on_this_machine_are_let_pass(run_guarded: RunGuarded, host: str) -> None:
    """A server of moto or LocalStack answers there, or nobody does."""
    result = run_guarded(
        f"""
        from botocore.config import Config
        from botocore.exceptions import EndpointConnectionError

        def test_it():
            config = Config(retries={{"total_max_attempts": 1}}, connect_timeout=2)
            with pytest.raises(EndpointConnectionError):
                client(endpoint_url="http://{host}:9", config=config).list_pipelines()
        """
    )

    result.assert_outcomes(passed=1)


def test_what_answers_before_the_network_is_let_pass(run_guarded: RunGuarded) -> None:
    """A Stubber, moto, a handler of botocore's events, a mock of this package."""
    result = run_guarded(
        """
        def test_stubber():
            stubbed = client()
            with Stubber(stubbed) as stubber:
                stubber.add_response("list_pipelines", {"PipelineSummaries": []})
                assert stubbed.list_pipelines()["PipelineSummaries"] == []

        def test_moto():
            from moto import mock_aws
            with mock_aws():
                assert client().list_pipelines()["PipelineSummaries"] == []

        def test_handler():
            from botocore.awsrequest import AWSResponse
            import io
            class Raw(io.BytesIO):
                def stream(self, **_):
                    yield self.read()
            answered = client()
            answer = AWSResponse("https://here", 200, {}, Raw(b'{"PipelineSummaries": []}'))
            answered.meta.events.register("before-send.sagemaker.ListPipelines", lambda **_: answer)
            assert answered.list_pipelines()["PipelineSummaries"] == []

        def test_fixture(smpipeline):
            assert client().list_pipelines()["PipelineSummaries"] == []

        @mock_smpipeline(wire="full")
        def test_full_road():
            assert client().list_pipelines()["PipelineSummaries"] == []
        """
    )

    result.assert_outcomes(passed=5)


def test_the_proxy_of_moto_is_let_pass_while_its_mock_is_active(run_guarded: RunGuarded) -> None:
    """In that mode of moto requests have their real address and go to a proxy on this machine."""
    result = run_guarded(
        """
        import botocore.exceptions
        from botocore.config import Config
        from moto.core.models import ProxyModeMockAWS

        def test_it(monkeypatch):
            proxied = Config(proxies={"https": "http://127.0.0.1:9"}, retries={"total_max_attempts": 1})
            monkeypatch.setattr(ProxyModeMockAWS, "_mocks_active", True)
            with pytest.raises(botocore.exceptions.ProxyConnectionError):
                client(config=proxied).list_pipelines()
        """
    )

    result.assert_outcomes(passed=1)


def test_a_client_that_moto_does_not_know_is_stopped_inside_mock_aws(run_guarded: RunGuarded) -> None:
    """moto answers by a handler that clients made before its import lack; without credentials they get no further anyway."""
    result = run_guarded(
        """
        import botocore.exceptions
        from moto import mock_aws
        from moto.core.models import botocore_stubber

        def early(**options):
            made = client(**options)
            made.meta.events.unregister("before-send", botocore_stubber)
            return made

        def test_with_credentials():
            with mock_aws(), pytest.raises(RealSageMakerCall) as caught:
                early().list_pipelines()
            caught.value.acknowledge()

        def test_without():
            bare = early(aws_access_key_id=None, aws_secret_access_key=None)
            with mock_aws(), pytest.raises(botocore.exceptions.NoCredentialsError):
                bare.list_pipelines()
        """
    )

    result.assert_outcomes(passed=2)


def test_calls_in_fixtures_count(run_guarded: RunGuarded) -> None:
    """A swallowed one of a setup fails the test, one of a teardown is an error there, since the test itself is over."""
    result = run_guarded(
        """
        @pytest.fixture
        def before():
            swallow()

        @pytest.fixture
        def after():
            yield
            swallow()

        def test_before(before):
            pass

        def test_after(after):
            pass

        def test_next():
            pass
        """
    )

    result.assert_outcomes(passed=2, failed=1, errors=1)
    result.stdout.fnmatch_lines_random(["FAILED test_it.py::test_before*", "ERROR test_it.py::test_after*"])


def test_a_failure_of_its_own_is_kept_and_gets_a_note(run_guarded: RunGuarded) -> None:
    """In the test as in a setup; the guard's own error, not swallowed, is said once."""
    result = run_guarded(
        """
        @pytest.fixture
        def broken():
            swallow()
            raise LookupError("no fixture")

        def test_setup(broken):
            pass

        def test_call():
            swallow()
            assert 1 == 2
        """
    )

    result.assert_outcomes(failed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["E*LookupError: no fixture", "E*Happened: 1 call stopped;*", "E*assert 1 == 2", "E*Happened: 1 call stopped;*"]
    )


def test_a_skip_does_not_hide_a_call(run_guarded: RunGuarded) -> None:
    """A test that calls and then skips has failed; one that is expected to fail fails as expected."""
    result = run_guarded(
        """
        def test_skip():
            swallow()
            pytest.skip("no pipelines here")

        @pytest.mark.xfail
        def test_xfail():
            swallow()

        def test_xfail_inside():
            swallow()
            pytest.xfail("known")

        def test_plain_skip():
            pytest.skip("nothing called")
        """
    )

    result.assert_outcomes(failed=1, xfailed=2, skipped=1)


def test_calls_in_threads_and_test_cases_count(run_guarded: RunGuarded) -> None:
    """They count for the test that runs when they happen."""
    result = run_guarded(
        """
        import unittest

        def test_thread():
            thread = threading.Thread(target=swallow)
            thread.start()
            thread.join()

        def test_executor():
            from concurrent.futures import ThreadPoolExecutor
            with ThreadPoolExecutor() as pool:
                error = pool.submit(client().list_pipelines).exception()
            assert error.place == "a thread of its own"

        class TestIt(unittest.TestCase):
            def test_it(self):
                swallow()
        """
    )

    result.assert_outcomes(failed=3)


def test_a_module_that_calls_when_it_is_imported_is_not_collected(run_guarded: RunGuarded) -> None:
    """Swallowed or not."""
    result = run_guarded("swallow()\ndef test_it(): pass")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*ERROR collecting test_it.py*", "Happened: 1 call stopped;*", "*called from test_it.py:* in swallow"])
    raised = run_guarded("client().list_pipelines()\ndef test_it(): pass")
    raised.assert_outcomes(errors=1)
    raised.stdout.fnmatch_lines(["E*RealSageMakerCall: Expected: *"])
    raised.stdout.no_fnmatch_line("*1 call stopped*")


def test_a_conftest_that_calls_when_it_is_imported_is_seen(run_guarded: RunGuarded) -> None:
    """The guard stands before the first module of a project is imported."""
    conftest = f"{HEAD}\nswallow()\n"

    result = run_guarded("def test_it(): pass", conftest_py=conftest)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*called from conftest.py:* in swallow"])


def test_it_is_off_by_default(run_guarded: RunGuarded) -> None:
    """What the code under test does with botocore is its own affair."""
    result = run_guarded(
        """
        import botocore.exceptions

        def test_it():
            with pytest.raises(botocore.exceptions.NoCredentialsError):
                client(aws_access_key_id=None, aws_secret_access_key=None).list_pipelines()
        """,
        ini="",
    )

    result.assert_outcomes(passed=1)


def test_it_works_under_xdist(run_guarded: RunGuarded) -> None:
    """Each worker guards itself."""
    pytest.importorskip("xdist")
    result = run_guarded("def test_one(): swallow()\ndef test_two(): pass", "-p", "xdist", "-n", "1")

    result.assert_outcomes(passed=1, failed=1)


def test_after_the_session_botocore_is_as_it_was(run_guarded: RunGuarded) -> None:
    """The very same functions are in their places, and nothing waits for an import."""
    before = (vars(BaseClient)["_make_request"], vars(Endpoint)["_send"], list(sys.meta_path))

    run_guarded("def test_it(): swallow()").assert_outcomes(failed=1)

    assert (vars(BaseClient)["_make_request"], vars(Endpoint)["_send"], list(sys.meta_path)) == before


def test_a_patch_that_somebody_still_holds_lets_calls_pass_after_the_session(run_guarded: RunGuarded) -> None:
    """As one that was made in a test and is never taken back."""
    before = vars(Endpoint)["_send"]
    result = run_guarded(
        """
        from botocore.endpoint import Endpoint

        HELD = {}

        def test_it():
            HELD["send"] = Endpoint._send
            Endpoint._send = lambda endpoint, request: HELD["send"](endpoint, request)
        """
    )
    result.assert_outcomes(passed=1)
    held = vars(Endpoint)["_send"]
    try:
        send = held.__globals__["HELD"]["send"]

        class Sent(Exception): ...  # noqa: N818 # no error

        class Session:
            def send(self, request: object) -> None:
                raise Sent

        class Request:
            url = "https://api.sagemaker.us-east-1.amazonaws.com/"
            headers = {"X-Amz-Target": "SageMaker.ListPipelines"}  # noqa: RUF012 # never changed

        class Sender:
            http_session = Session()

        with pytest.raises(Sent):
            send(Sender(), Request())
    finally:
        type.__setattr__(Endpoint, "_send", before)


def test_a_guarded_session_without_botocore_does_not_import_it(pytester: pytest.Pytester) -> None:
    """The guard waits for somebody else to import it, and is there then."""
    pytester.makepyfile(
        """
        import sys

        def test_before():
            assert not [name for name in sys.modules if name.partition(".")[0] in ("boto3", "botocore", "moto")]

        def test_after():
            import boto3
            client = boto3.client("sagemaker", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
            try:
                client.list_pipelines()
            except Exception:
                pass
        """
    )
    pytester.makeini("[pytest]\nsmpipeline_guard = true\nsmpipeline_auto = true\n")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(pytester.path)]

    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)

    assert "1 failed, 1 passed" in result.stdout, result.stdout
    assert "FAILED test_a_guarded" in result.stdout


def test_coroutines_of_aiobotocore_are_guarded(run_guarded: RunGuarded, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its client and endpoint are botocore's with coroutine functions; a stand-in has what the guard patches."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "aiobotocore"]:
        monkeypatch.delitem(sys.modules, name)  # the real one, where it is installed and a test before this one has imported it
    folder = pytester.mkpydir("aiobotocore")
    folder.joinpath("endpoint.py").write_text(
        "class AioEndpoint:\n    async def _send(self, request):\n        return 'sent to ' + request.url\n"
    )
    folder.joinpath("client.py").write_text(
        "class AioBaseClient:\n"
        "    async def _make_request(self, operation_model, request_dict, request_context):\n"
        "        from botocore.exceptions import NoCredentialsError\n"
        "        raise NoCredentialsError\n"
    )
    result = run_guarded(
        """
        import asyncio
        from types import SimpleNamespace
        from botocore.exceptions import NoCredentialsError
        import aiobotocore.endpoint, aiobotocore.client

        URL = "https://api.sagemaker.eu-west-1.amazonaws.com/"

        def send(target):
            request = SimpleNamespace(url=URL, headers={"X-Amz-Target": target})
            async def run():
                return await aiobotocore.endpoint.AioEndpoint()._send(request)
            return asyncio.run(run())

        def call(service):
            aio = aiobotocore.client.AioBaseClient()
            aio.meta = SimpleNamespace(service_model=SimpleNamespace(service_name=service), region_name="eu-west-1")
            async def run():
                await aio._make_request(SimpleNamespace(name="ListPipelines"), {"url": URL}, {})
            asyncio.run(run())

        def test_send():
            assert send("DynamoDB.ListTables") == f"sent to {URL}"
            with pytest.raises(RealSageMakerCall) as caught:
                send("SageMaker.ListPipelines")
            caught.value.acknowledge()

        def test_make_request():
            with pytest.raises(NoCredentialsError):
                call("sts")
            with pytest.raises(RealSageMakerCall) as caught:
                call("sagemaker")
            caught.value.acknowledge()
        """
    )

    result.assert_outcomes(passed=2)


def test_aiobotocore_itself_is_guarded(run_guarded: RunGuarded) -> None:
    """A call of its client is stopped, with credentials and without."""
    pytest.importorskip("aiobotocore", reason="the guard's stand-in test covers environments without aiobotocore")
    result = run_guarded(
        """
        import asyncio
        from aiobotocore.session import get_session

        @pytest.mark.parametrize("keys", [KEYS, {}])
        def test_it(keys):
            async def run():
                async with get_session().create_client("sagemaker", region_name="eu-west-1", **keys) as aio:
                    await aio.list_pipelines()
            with pytest.raises(RealSageMakerCall, match=r"ListPipelines in eu-west-1, called from test_it.py:\\d+ in run") as caught:
                asyncio.run(run())
            caught.value.acknowledge()
        """
    )

    result.assert_outcomes(passed=2)


def test_the_error_survives_a_pickle() -> None:
    """Process pools hand errors over so."""
    error = RealSageMakerCall("ListPipelines", None, "https://here", "app.py:3 in run")

    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 # made here
    assert "Happened: ListPipelines, called from app.py:3 in run, was about to go to https://here." in str(error)
