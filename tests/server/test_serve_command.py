"""``python -m pytest_smpipeline serve``: from its first line to its exit code."""

import io
import queue
import runpy
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from pytest_smpipeline._doors.http_application import Gate
from pytest_smpipeline.mock import is_active
from pytest_smpipeline.serve_command import main

Ask = Callable[..., Any]
Serve = Callable[..., tuple[int, list[Any]]]
DEFINITION = {"name": "churn", "steps": ["Train"]}


class Output(io.StringIO):
    """What the command prints, and the queue that gets its first line."""

    def begin(self) -> None:
        self.truncate(self.seek(0))
        self.first: queue.SimpleQueue[str] = queue.SimpleQueue()

    def flush(self) -> None:
        self.first.put(self.getvalue().partition("\n")[0])


@pytest.fixture
def output() -> Output:
    """What the command that ``serve`` runs prints."""
    return Output()


@pytest.fixture
def serve(send: Ask, output: Output) -> Serve:
    """Return the function that runs the command in this process, sends it requests, and stops it with a signal."""

    def run(*arguments: str, requests: list[tuple[str, object]], number: signal.Signals = signal.SIGTERM) -> tuple[int, list[Any]]:
        answers: list[Any] = []
        output.begin()

        def ask() -> None:
            url = output.first.get()
            try:
                for path, body in requests if url else ():
                    answers.append(send(f"{url}/smpipeline/v1", "GET" if body is None else "POST", path, body))
            finally:
                if url:  # otherwise nobody listens for the signal
                    signal.raise_signal(number)

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            with redirect_stdout(output):
                code = main(["serve", "--port", "0", *arguments])
        finally:
            output.first.put("")
            asking.join()
        return code, answers

    return run


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "pytest_smpipeline", "serve", "--port", "0", "--region", "eu-west-1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows can send another process no signal that it could handle")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(process: subprocess.Popen[str], send: Ask, number: signal.Signals) -> None:
    """It prints where it is, answers, and when it is told to stop it exits with 0 and its port is free."""
    assert process.stdout is not None
    assert process.stderr is not None
    url = process.stdout.readline().strip()
    port = int(url.rpartition(":")[2])
    assert send(f"{url}/smpipeline/v1", "GET", "health")[0] == 200

    process.send_signal(number)

    assert process.wait(timeout=30) == 0
    assert process.stderr.read() == ""
    assert f"AWS_ENDPOINT_URL={url}\n" in process.stdout.read()
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_it_serves_until_it_is_told_to_stop(serve: Serve, output: Output) -> None:
    """The first line is the address, and afterwards nothing is left active."""
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]

    code, ((status, health),) = serve(requests=[("health", None)], number=signal.SIGINT)

    assert (code, status, health["status"]) == (0, 200, "ok")
    lines = output.getvalue().splitlines()
    assert lines[0].startswith("http://127.0.0.1:")
    assert f"  SMPIPELINE_URL={lines[0]}/smpipeline/v1" in lines
    assert not is_active()
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers


def test_options_are_those_of_a_mock(serve: Serve) -> None:
    """Region, account, how time moves, quotas, and a seed that makes the same ids each time."""
    options = ["--region", "eu-west-1", "--account-id", "777788889999", "--progress", "manual", "--seed", "7", "--limit", "pipelines=1"]
    requests = [("add", DEFINITION), ("start", {"pipeline": "churn"})]

    _, first = serve(*options, requests=requests)
    _, second = serve(*options, requests=requests)

    run = first[1][1]
    assert run["arn"].startswith("arn:aws:sagemaker:eu-west-1:777788889999:pipeline/churn/")
    assert run["status"] == "Executing"
    assert second[1][1]["id"] == run["id"]


def test_a_reset_begins_anew(serve: Serve) -> None:
    """Pipelines, executions and moto's data are forgotten, ids begin again, and the complaint of a strict test is told."""
    unused = {"pipeline": "churn", "steps": {"Train": [{"succeed": {}}, {"fail": {"reason": "boom"}}]}}
    started = {"pipeline": "churn"}

    _, answers = serve(
        requests=[
            *[("add", DEFINITION), ("script", unused), ("start", started), ("reset", {})],
            *[("executions", None), ("add", DEFINITION), ("start", started), ("reset", {"progress": "poll"})],
            *[("add", DEFINITION), ("script", unused), ("start", started), ("reset", {"strict": False})],
            *[("add", DEFINITION), ("script", unused), ("reset", None), ("reset", {})],
        ]
    )

    bodies = [body for _, body in answers]
    assert "Train" in bodies[3]["complaint"]
    assert bodies[4] == {"executions": []}
    assert bodies[6]["id"] == bodies[2]["id"]
    assert (bodies[6]["status"], bodies[7]) == ("Succeeded", {"complaint": None})
    assert bodies[10]["status"] == "Executing"
    assert "Train" in bodies[11]["complaint"]
    assert answers[14][0] == 405
    assert bodies[15] == {"complaint": None}


def test_a_reset_with_wrong_options_forgets_nothing(serve: Serve) -> None:
    """They are those of the command line."""
    _, answers = serve(
        requests=[
            ("add", DEFINITION),
            ("reset", {"virtual_sleep": True}),
            ("reset", {"progress": "fast"}),
            ("start", {"pipeline": "churn"}),
        ]
    )

    assert answers[1] == (
        400,
        {
            "error": {
                "type": "UsageError",
                "message": "reset takes no 'virtual_sleep'. It takes: 'account_id', 'limits', 'progress', 'region', 'seed', 'strict'.",
            }
        },
    )
    assert answers[2][1]["error"]["message"].startswith("progress='fast' is not valid:")
    assert answers[3][1]["status"] == "Succeeded"


def test_a_reset_waits_for_those_inside() -> None:
    """And those that come meanwhile wait for it: nobody meets half of a service."""
    gate, order = Gate(), list[str]()
    entered, leave = threading.Event(), threading.Event()

    def visit() -> None:
        with gate.shared():
            entered.set()
            leave.wait(30)
            order.append("visitor")

    def begin_anew() -> None:
        with gate.alone():
            order.append("reset")

    threads = [threading.Thread(target=visit), threading.Thread(target=begin_anew)]
    threads[0].start()
    assert entered.wait(30)
    threads[1].start()
    leave.set()
    for thread in threads:
        thread.join(30)

    assert order == ["visitor", "reset"]


def test_a_port_that_is_taken_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """With what to do, and exit code 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert main(["serve", "--port", str(port)]) == 1

    assert capsys.readouterr().err == (
        f"Port {port} of 127.0.0.1 is taken. Stop who listens there, or serve at another port; port 0 finds one that is free.\n"
    )
    assert not is_active()


def test_an_address_that_is_not_here_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """With the reason that the system gives."""
    assert main(["serve", "--host", "192.0.2.1", "--port", "0"]) == 1

    assert capsys.readouterr().err.startswith("Nothing can listen at port 0 of 192.0.2.1: ")


def test_without_the_extra_it_says_what_to_install(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """And exits with 1."""
    monkeypatch.setitem(sys.modules, "flask", None)

    assert main(["serve"]) == 1

    assert capsys.readouterr().err.endswith("Install it: python -m pip install 'pytest-smpipeline[server]'\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--region", "nowhere"], "region='nowhere' is not valid: expected the name of an AWS region such as 'us-east-1'."),
        (["--progress", "pol"], "progress='pol' is not valid: expected one of 'immediate', 'manual', 'poll'. Did you mean 'poll'?"),
        (["--limit", "pipeline=1"], "limits={'pipeline': 1} is not valid: 'pipeline' is not a quota"),
    ],
)
def test_a_wrong_option_is_refused_as_a_mock_refuses_it(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    """With exit code 2."""
    assert main(["serve", *arguments]) == 2

    assert capsys.readouterr().err.startswith(message)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["serve", "--port", "70000"], "argument --port: '70000' is not a port; expected 0 to 65535"),
        (["serve", "--port", "http"], "argument --port: 'http' is not a port; expected 0 to 65535"),
        (
            ["serve", "--limit", "pipelines"],
            "argument --limit: 'pipelines' is not a quota; expected NAME=N, such as concurrent_executions=5",
        ),
        ([], "the following arguments are required: COMMAND"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    """With exit code 2 and the usage."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)

    assert caught.value.code == 2
    assert message in capsys.readouterr().err


def test_the_package_can_be_run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """``python -m pytest_smpipeline`` is the command."""
    monkeypatch.setattr(sys, "argv", ["pytest_smpipeline", "serve", "--help"])

    with pytest.raises(SystemExit) as caught:
        runpy.run_path(str(Path(main.__code__.co_filename).with_name("__main__.py")), run_name="__main__")

    assert caught.value.code == 0
    assert "usage: python -m pytest_smpipeline serve" in capsys.readouterr().out
