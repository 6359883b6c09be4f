"""``python -m pytest_smpipeline serve``: the mock as a server of its own, until it is told to stop."""

import argparse
import signal
import sys
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Final, cast

from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.options import PROGRESS_MODES, OptionKeywords
from pytest_smpipeline.served_mock import SERVED_OPTIONS, ServedMock
from pytest_smpipeline.server import LOOPBACK, SMPipelineServer

DEFAULT_PORT: Final = 5000
"""As moto's server has it."""

_PATIENCE: Final = 0.1  # seconds; without a limit a wait can't be interrupted on Windows
_LARGEST_PORT: Final = 65535


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 after a clean stop, 1 when it can't serve, 2 for wrong arguments."""
    given = _parser().parse_args(arguments)
    try:
        served = ServedMock(_options(given))
    except UsageError as error:
        print(error, file=sys.stderr)  # noqa: T201 # a command prints
        return 2
    with _until_told() as told:
        served.start()
        try:
            _serve(served, given, told)
        except UsageError as error:
            print(error, file=sys.stderr)  # noqa: T201 # a command prints
            return 1
        finally:
            served.end()
    return 0


def _serve(served: ServedMock, given: argparse.Namespace, told: threading.Event) -> None:
    with SMPipelineServer(served.mock, served.reset, host=given.host, port=given.port, hosts=given.allow_host) as server:
        # The first line is the address alone, for whoever reads it from a pipe.
        print(server.endpoint_url, flush=True)  # noqa: T201 # a command prints
        print(_help(server), flush=True)  # noqa: T201 # the same
        while not told.wait(_PATIENCE):
            pass


def _help(server: SMPipelineServer) -> str:
    variables = "\n".join(f"  {name}={value}" for name, value in server.env.items())
    return f"Emulated SageMaker Pipelines, with moto for the rest of AWS. Variables for clients:\n{variables}\nCtrl-C stops it."


@contextmanager
def _until_told() -> Generator[threading.Event]:
    """Give an event that the signals to stop set, instead of what they do otherwise."""
    told = threading.Event()
    found = {number: signal.signal(number, lambda *_: told.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield told
    finally:
        for number, handler in found.items():
            signal.signal(number, handler)


def _options(given: argparse.Namespace) -> OptionKeywords:
    options = {name: getattr(given, name) for name in SERVED_OPTIONS}
    options["limits"] = dict(given.limits) or None
    return cast("OptionKeywords", {name: value for name, value in options.items() if value is not None})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pytest_smpipeline", description="SageMaker Pipelines, emulated for tests.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    what = "Answer SageMaker Pipelines, and by moto the rest of AWS, by HTTP until SIGINT or SIGTERM."
    serve = commands.add_parser("serve", help=what, description=what)
    serve.add_argument("--host", default=LOOPBACK, help="the address to listen on (default: this machine alone, %(default)s)")
    serve.add_argument("--port", type=_port, default=DEFAULT_PORT, help="0 finds one that is free (default: %(default)s)")
    serve.add_argument("--allow-host", action="append", default=[], metavar="NAME", help="a name by which the JSON door may be called")
    serve.add_argument("--region", help="the region where nothing else tells it")
    serve.add_argument("--account-id", metavar="DIGITS", help="the account of callers that moto does not know")
    serve.add_argument("--progress", metavar="MODE", help=f"how executions move on: {', '.join(PROGRESS_MODES)}")
    serve.add_argument("--seed", help="what ids are made from; the same seed makes the same ids")
    serve.add_argument("--strict", action=argparse.BooleanOptionalAction, help="let a reset tell what was scripted and not used")
    serve.add_argument("--limit", dest="limits", action="append", default=[], type=_limit, metavar="NAME=N", help="a quota of the account")
    return parser


def _port(text: str) -> int:
    if text.isdecimal() and int(text) <= _LARGEST_PORT:
        return int(text)
    message = f"{text!r} is not a port; expected 0 to {_LARGEST_PORT}"
    raise argparse.ArgumentTypeError(message)


def _limit(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    if number.isdecimal():
        return name, int(number)
    message = f"{text!r} is not a quota; expected NAME=N, such as concurrent_executions=5"
    raise argparse.ArgumentTypeError(message)
