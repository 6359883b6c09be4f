"""The JSON door: what a test in another language asks of the mock by HTTP, under the names that Python has for it.

``docs/server.md`` is its page. A request is checked as a call in Python is, and refused in the same words.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, cast

from pytest_smpipeline._doors.clients import botocore_errors
from pytest_smpipeline._doors.door_messages import RESET, VERSION, DoorAnswer, DoorRequest, refusal
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.handle import SMPipelineMock
from pytest_smpipeline.json_arguments import arguments_for, members_of
from pytest_smpipeline.json_requests import JsonRequests
from pytest_smpipeline.step_records import MissingStepError
from pytest_smpipeline.suggestions import choices, did_you_mean
from pytest_smpipeline.values import Json, JsonObject

Path: TypeAlias = Callable[..., Json]
Reset: TypeAlias = Callable[[JsonObject], str | None]
"""Begins anew with these options and returns what a strict test would have been told; raises ``UsageError`` where that can't be."""

_ONE: Final = "executions/"


class JsonDoor:
    """Answers the requests of a test in another language."""

    def __init__(self, mock: Callable[[], SMPipelineMock], reset: Reset) -> None:
        """Answer for the mock that ``mock`` returns at the time."""
        self._asked = asked = JsonRequests(mock)
        self._reset = reset
        self._reads: Mapping[str, Path] = {
            "calls": asked.calls,
            "events": asked.events,
            "executions": asked.executions,
            "health": asked.health,
        }
        self._acts: Mapping[str, Path] = {
            "add": asked.add,
            "add_execution": asked.add_execution,
            "advance": asked.advance,
            "callback/fail": asked.callback_fail,
            "callback/succeed": asked.callback_succeed,
            "fault": asked.fault,
            "release": asked.release,
            "retry": asked.retry,
            "run_until_idle": asked.run_until_idle,
            "script": asked.script,
            "start": asked.start,
            "stop": asked.stop,
        }

    def __call__(self, request: DoorRequest) -> DoorAnswer:
        """Answer a request; whatever is wrong with it becomes an answer too."""
        try:
            return self._answer(request)
        except (UsageError, MissingStepError) as error:
            return refusal(400, "UsageError", str(error))
        except botocore_errors() as error:
            response = cast("dict[str, dict[str, str]]", getattr(error, "response", {}))
            code = {"code": response["Error"]["Code"]} if "Error" in response else {}
            return refusal(400, type(error).__name__, str(error), **code)
        except Exception as error:  # noqa: BLE001 # what the test's own functions raise is for the test to read
            return refusal(500, type(error).__name__, str(error))

    def _answer(self, request: DoorRequest) -> DoorAnswer:
        path = request.path.removeprefix(VERSION)
        known = [*self._reads, *self._acts, RESET.removeprefix(VERSION)]
        if not request.path.startswith(VERSION) or not (path in known or path.startswith(_ONE)):
            return refusal(404, "NotFound", f"There is no path {request.path!r}.{did_you_mean(path, known)} Paths: {choices(known)}.")
        method = "GET" if path in self._reads or path.startswith(_ONE) else "POST"
        if request.method != method:
            return refusal(405, "MethodNotAllowed", f"{path} takes {method}, not {request.method}.")
        if request.path == RESET:
            return DoorAnswer(200, self._begun_anew(request))
        function, members = self._meant(path, request)
        return DoorAnswer(200, function(**arguments_for(function, members, path)))

    def _meant(self, path: str, request: DoorRequest) -> tuple[Path, Mapping[str, Json]]:
        """Return what answers a path, and the members that it is given."""
        if path.startswith(_ONE):
            return self._asked.execution, {**request.query, "execution": path.removeprefix(_ONE)}
        if path in self._reads:
            return self._reads[path], dict(request.query)
        return self._acts[path], members_of(request.body)

    def _begun_anew(self, request: DoorRequest) -> Json:
        complaint = self._reset(members_of(request.body))
        self._asked.forget()
        return {"complaint": complaint}
