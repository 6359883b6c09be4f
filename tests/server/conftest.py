"""A server of a test's mock, and how to ask its JSON door with nothing but HTTP."""

import json
import subprocess
import sys
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from pytest_smpipeline import SMPipelineServer

Answer = tuple[int, Any]
Ask = Callable[..., Answer]


def request(url: str, method: str, path: str, body: object = None, **headers: str) -> Answer:
    """Send one request, and return the status and what the body of the answer holds."""
    place = urlsplit(url)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=30)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    text = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    connection.request(method, f"{place.path}/{path}", text, named)
    answer = connection.getresponse()
    try:
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


@pytest.fixture
def send() -> Ask:
    """Return the function that sends one request to a URL."""
    return request


@pytest.fixture
def get(smpipeline_server: SMPipelineServer) -> Callable[[str], Any]:
    """Return the function that reads a path of the door, and insists that it is there."""

    def read(path: str) -> Any:
        status, answer = request(smpipeline_server.door_url, "GET", path)
        assert status == 200, answer
        return answer

    return read


@pytest.fixture
def post(smpipeline_server: SMPipelineServer) -> Callable[..., Any]:
    """Return the function that sends members to a path of the door, and insists that they are taken."""

    def write(path: str, **members: object) -> Any:
        status, answer = request(smpipeline_server.door_url, "POST", path, members)
        assert status == 200, answer
        return answer

    return write


@pytest.fixture
def refused(smpipeline_server: SMPipelineServer) -> Callable[..., Any]:
    """Return the function that sends members to a path of the door, and insists that they are refused as wrong use is."""

    def write(path: str, **members: object) -> Any:
        status, answer = request(smpipeline_server.door_url, "POST", path, members)
        assert status == 400, answer
        return answer["error"]

    return write


@pytest.fixture
def run_child() -> Callable[..., str]:
    """Return the function that runs a script in a fresh interpreter with these variables, and gives back what it printed."""

    def run(script: str, env: dict[str, str]) -> str:
        done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run
