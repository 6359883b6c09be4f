"""A server in this process: the active mock, with moto for the rest of AWS, for child processes and other languages."""

import errno
import os
from collections.abc import Callable, Collection
from importlib.util import find_spec
from types import TracebackType
from typing import Final, Self

from pytest_smpipeline._doors.environment import ACCESS_KEY, REGION, SECRET_KEY
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.handle import SMPipelineMock
from pytest_smpipeline.json_door import JsonDoor, Reset
from pytest_smpipeline.mock import wake_moto
from pytest_smpipeline.suggestions import choices
from pytest_smpipeline.values import JsonObject

LOOPBACK: Final = "127.0.0.1"
_EVERYWHERE: Final = {"0.0.0.0": LOOPBACK, "::": "::1"}  # noqa: S104 # addresses to listen on, and where to call then
_NEEDED: Final = ("flask", "flask_cors")


class SMPipelineServer:
    """A running server; tests get one from the fixture ``smpipeline_server``."""

    def __init__(
        self, mock: Callable[[], SMPipelineMock], reset: Reset, *, host: str = LOOPBACK, port: int = 0, hosts: Collection[str] = ()
    ) -> None:
        """Start to serve a mock that is active; not for tests to call.

        Raises ``UsageError`` when the extra ``server`` is not installed, and when nothing can listen at this host and port.
        """
        missing = [name for name in _NEEDED if find_spec(name) is None]
        if missing:
            message = (
                f"The server needs the extra 'server', and {choices(missing)} is not installed here. "
                "Install it: python -m pip install 'pytest-smpipeline[server]'"
            )
            raise UsageError(message)
        from pytest_smpipeline._doors.http_application import Application
        from pytest_smpipeline._doors.http_server import HttpServer

        self._region = wake_moto().region
        self._host = host
        application = Application(JsonDoor(mock, reset), {name.lower() for name in (host, *hosts)})
        try:
            self._server = HttpServer(application, host, port)
        except OSError as error:
            raise UsageError(_no_place(error, host, port)) from error

    @property
    def endpoint_url(self) -> str:
        """The address for the clients of all services, such as ``http://127.0.0.1:5000``."""
        host = _EVERYWHERE.get(self._host, self._host)
        return f"http://[{host}]:{self._server.port}" if ":" in host else f"http://{host}:{self._server.port}"

    @property
    def door_url(self) -> str:
        """The address of the JSON door, such as ``http://127.0.0.1:5000/smpipeline/v1``."""
        return f"{self.endpoint_url}/smpipeline/v1"

    @property
    def env(self) -> dict[str, str]:
        """Variables for a child process, to be laid over its environment: with them every AWS SDK reaches this server.

        They name the address, also where the environment names one for a single service, dummy credentials, the region of the
        mock, and no configuration files; no proxy stands in between. ``SMPIPELINE_URL`` is the address of the JSON door.
        """
        url = self.endpoint_url
        endpoints = {name: url for name in os.environ if name.startswith("AWS_ENDPOINT_URL")}
        direct = ",".join(filter(None, [os.environ.get("NO_PROXY") or os.environ.get("no_proxy"), LOOPBACK, "localhost", "::1"]))
        return endpoints | {
            "AWS_ENDPOINT_URL": url,
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": self._region,
            REGION: self._region,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": direct,
            "no_proxy": direct,
            "SMPIPELINE_URL": self.door_url,
        }

    def stop(self) -> None:
        """Finish what is being answered, stop, and free the port."""
        self._server.stop()

    def __enter__(self) -> Self:
        """Serve."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop."""
        self.stop()

    def __repr__(self) -> str:
        """Show the address."""
        return f"<SMPipelineServer {self.endpoint_url}>"


def serve_test(mock: SMPipelineMock) -> SMPipelineServer:
    """Return a server for the mock of a running test, on a free port of this machine."""
    return SMPipelineServer(lambda: mock, _refuse_reset)


def _refuse_reset(_: JsonObject) -> str | None:
    message = "This server belongs to a running test and ends with it: every test has a new one. Only 'serve' can be reset."
    raise UsageError(message)


def _no_place(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is taken. Stop who listens there, or serve at another port; port 0 finds one that is free."
    return f"Nothing can listen at port {port} of {host}: {error.strerror or error}."
