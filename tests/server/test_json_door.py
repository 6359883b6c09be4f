"""The JSON door: what a test in another language can ask for, and how it is refused."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from http.client import HTTPConnection
from inspect import signature
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from urllib.parse import quote, urlsplit

import boto3
import pytest

from pytest_smpipeline import Execution, Pipeline, SMPipelineMock, SMPipelineServer, StepRun
from pytest_smpipeline.json_door import JsonDoor
from pytest_smpipeline.json_records import EXECUTION_MEMBERS, PIPELINE_MEMBERS, STEP_MEMBERS, plain_json
from pytest_smpipeline.served_mock import SERVED_OPTIONS

PAGE = Path(__file__).parents[2] / "docs" / "server.md"
Get = Callable[[str], Any]
Post = Callable[..., Any]

APPROVAL = {
    "Version": "2020-12-01",
    "Steps": [
        {"Name": "Prep", "Type": "Processing", "Arguments": {}},
        {
            "Name": "Approve",
            "Type": "Callback",
            "SqsQueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/approvals",
            "Arguments": {"model": "churn-7"},
            "OutputParameters": [{"OutputName": "ok", "OutputType": "String"}],
            "DependsOn": ["Prep"],
        },
    ],
}


def test_a_whole_test_can_be_written_without_python(smpipeline: SMPipelineMock, get: Get, post: Post) -> None:
    """Seed, script, start, and read what ran."""
    post("add", name="churn", parameters={"Date": {"Type": "String"}, "Epochs": 10}, steps=["Prep", "Train"])
    post("script", pipeline="churn", steps={"Train": [{"fail": {"reason": "no capacity"}}]})

    started = post("start", pipeline="churn", parameters={"Date": "2026-11-22"})

    (run,) = get("executions")["executions"]
    assert run == started == get(f"executions/{run['id']}")
    assert (run["status"], run["order"], run["failed_steps"]) == ("Failed", ["Prep", "Train"], ["Train"])
    assert run["parameters"] == {"Date": "2026-11-22", "Epochs": 10}
    assert run["steps"]["Train"]["reason"] == smpipeline.executions.one().steps["Train"].reason
    assert run["steps"]["Prep"]["duration"] == 300
    assert run["steps"]["Prep"]["callback"] is None


def test_add_returns_the_pipeline(post: Post) -> None:
    """With its definition as an object, and null where a start must give a value."""
    pipeline = post(
        "add",
        name="churn",
        parameters={"Date": {"Type": "String"}, "Epochs": {"Type": "Integer"}, "Rate": 0.5, "Debug": False},
        steps={"Prep": "Processing", "Train": ["Training", ["Prep"]], "Report": ["Processing", []]},
        tags={"team": "risk"},
    )

    assert (pipeline["version"], pipeline["tags"], pipeline["aliases"]) == (1, {"team": "risk"}, [])
    assert pipeline["parameters"] == {"Date": None, "Epochs": None, "Rate": 0.5, "Debug": False}
    assert [step.get("DependsOn") for step in pipeline["definition"]["Steps"]] == [None, ["Prep"], None]


@pytest.mark.parametrize(
    "definition", [APPROVAL, '{"Version": "2020-12-01", "Steps": [{"Name": "Prep", "Type": "Processing", "Arguments": {}}]}']
)
def test_a_definition_is_an_object_or_its_text(post: Post, definition: object) -> None:
    """As in Python."""
    assert post("add", name="churn", definition=definition)["steps"][0] == "Prep"


def test_a_definition_is_no_path(refused: Post) -> None:
    """A server reads no files for whoever asks."""
    error = refused("add", name="churn", definition="pipelines/churn.json")

    assert error["message"].startswith("definition='pipelines/churn.json' is neither an object nor its JSON text.")


@pytest.mark.parametrize("parameter", [{"Type": "Text"}, {"Type": "String", "DefaultValue": "x"}, {}])
def test_a_required_parameter_is_its_type_alone(refused: Post, parameter: object) -> None:
    """The types are those of definitions."""
    error = refused("add", name="churn", parameters={"Date": parameter})

    assert error["message"] == (
        "parameters: 'Date' is an object without a type; expected a default, or {\"Type\": T} where a start must give a value. "
        "Types: 'Boolean', 'Float', 'Integer', 'String'."
    )


def test_executions_can_be_put_into_the_past(smpipeline: SMPipelineMock, post: Post) -> None:
    """With statuses or outcomes by step, and times in ISO 8601; they can be acted on, though the records do not list them."""
    post("add", name="churn", parameters={"Date": "today"}, steps=["Prep", "Train"])
    past = post(
        "add_execution",
        name="churn",
        status="Failed",
        parameters={"Date": "2026-11-21"},
        steps={"Prep": "Succeeded", "Train": {"fail": {"reason": "no disk"}}},
        started="2026-11-21T08:00:00Z",
        ended="2026-11-21T09:00:00+00:00",
    )

    assert (past["started"], past["steps"]["Train"]["reason"]) == ("2026-11-21T08:00:00+00:00", "ClientError: no disk")
    assert len(smpipeline.executions) == 0
    assert post("retry", execution=past["arn"])["status"] == "Succeeded"
    assert post("add_execution", name="churn")["steps"] == {}


def test_a_time_that_is_none_is_refused(post: Post, refused: Post) -> None:
    """With the form that is expected."""
    post("add", name="churn", steps=["Train"])

    error = refused("add_execution", name="churn", started="yesterday")

    assert error["message"] == "started='yesterday' is not a time. Write it as in '2026-11-22T08:00:00Z'."


@pytest.mark.smpipeline(progress="manual")
def test_time_moves_by_the_door(smpipeline: SMPipelineMock, get: Get, post: Post) -> None:
    """By an amount, or until nothing is due; the answer says what time it is then."""
    post("add", name="churn", steps=["Train"])
    run = post("start", pipeline="churn")
    assert run["status"] == "Executing"
    before = smpipeline.now

    now = datetime.fromisoformat(post("advance", minutes=2, seconds=0.5)["now"])
    assert timedelta(seconds=120.5) <= now - before <= smpipeline.now - before

    later = datetime.fromisoformat(post("run_until_idle")["now"])
    assert later > now
    assert get(f"executions/{run['id']}")["status"] == "Succeeded"


def test_held_steps_are_released_and_callbacks_answered(get: Get, post: Post) -> None:
    """By the execution's id or ARN and the step's name."""
    post("add", name="churn", definition=APPROVAL)
    post("script", pipeline="churn", steps={"Prep": {"hold": {}}})
    run = post("start", pipeline="churn")
    assert run["waiting"] == ["Prep"]

    run = post("release", execution=run["id"], step="Prep", outcome={"succeed": {}})
    assert run["steps"]["Approve"]["callback"]["message"]["arguments"] == {"model": "churn-7"}

    run = post("callback/succeed", execution=run["arn"], step="Approve", outputs={"ok": True})
    assert (run["status"], run["steps"]["Approve"]["outputs"]) == ("Succeeded", {"ok": "true"})


def test_a_callback_can_fail_and_an_execution_be_stopped(post: Post) -> None:
    """As people and other systems do."""
    post("add", name="churn", definition=APPROVAL)

    failed = post("callback/fail", execution=post("start", pipeline="churn")["id"], step="Approve", reason="not good enough")
    stopping = post("stop", execution=post("start", pipeline="churn")["id"])

    assert (failed["status"], failed["steps"]["Approve"]["reason"]) == ("Failed", "not good enough")
    assert stopping["status"] == "Stopping"


def test_a_fault_meets_the_next_attempt(smpipeline: SMPipelineMock, get: Get, post: Post) -> None:
    """Every attempt is a call, with its error."""
    post("add", name="churn", steps=["Train"])
    post("fault", operation="StartPipelineExecution", error="ThrottlingException", times=1)

    boto3.client("sagemaker").start_pipeline_execution(PipelineName="churn")

    first, second = get("calls?operation=StartPipelineExecution")["calls"]
    assert (first["error_code"], first["response"]) == ("ThrottlingException", None)
    assert second["response"] == {"PipelineExecutionArn": smpipeline.executions.one().arn}
    assert second["request"]["PipelineName"] == "churn"
    assert len(get("calls")["calls"]) == 2


def test_a_child_of_a_for_each_step_tells_its_item(post: Post) -> None:
    """With the step's name and the index."""
    body = [{"Name": "Body", "Type": "Training", "Arguments": {}}]
    step = {"Name": "Each", "Type": "ForEach", "Arguments": {"IterableItems": ["a", "b"], "MaxConcurrency": 2, "ForEachBody": body}}
    post("add", name="churn", definition={"Version": "2020-12-01", "Steps": [step]})

    run = post("start", pipeline="churn")

    assert run["steps"]["Body-1"]["iteration"] == {"parent": "Each", "index": 1, "item": "b"}
    assert run["steps"]["Each"]["iteration"] is None


def test_executions_can_be_those_of_one_pipeline(get: Get, post: Post) -> None:
    """Oldest first."""
    for name in ("churn", "rank", "churn"):
        post("add", name=name, steps=["Train"])
        post("start", pipeline=name)

    assert [run["pipeline"] for run in get("executions")["executions"]] == ["churn", "rank", "churn"]
    assert len(get("executions?pipeline=churn")["executions"]) == 2


def test_parameters_travel_as_json_writes_them(post: Post) -> None:
    """Not as Python does."""
    post("add", name="churn", parameters={"Debug": False, "Epochs": 1, "Rate": 0.1}, steps=["Train"])

    run = post("start", pipeline="churn", parameters={"Debug": True, "Epochs": 20, "Rate": 0.5})

    assert run["overrides"] == {"Debug": "true", "Epochs": "20", "Rate": "0.5"}
    assert run["parameters"] == {"Debug": True, "Epochs": 20, "Rate": 0.5}


def test_the_health_path_answers(smpipeline: SMPipelineMock, get: Get) -> None:
    """With the version, and the time it is to the mock."""
    answer = get("health")

    assert (answer["status"], answer.keys()) == ("ok", {"status", "version", "now"})


def test_a_health_check_may_ask_for_the_head_alone(smpipeline_server: SMPipelineServer) -> None:
    """As those of containers do."""
    place = urlsplit(smpipeline_server.door_url)
    connection = HTTPConnection(place.hostname or "", place.port)
    connection.request("HEAD", f"{place.path}/health")
    answer = connection.getresponse()

    assert (answer.status, answer.getheader("Content-Type"), answer.read()) == (200, "application/json", b"")
    connection.close()


def test_events_are_read_all_or_those_that_match(smpipeline: SMPipelineMock, get: Get) -> None:
    """As they are, in their order."""
    smpipeline.add("churn", steps=["Prep"])
    smpipeline.start("churn")

    pattern = quote('{"detail": {"currentPipelineExecutionStatus": ["Succeeded"]}}')

    assert get("events") == {"events": list(smpipeline.events)}
    assert get(f"events?pattern={pattern}") == {"events": [smpipeline.events[-1]]}


def test_a_running_tests_server_is_not_reset(refused: Post) -> None:
    """Its mock belongs to the test."""
    assert refused("reset")["message"] == (
        "This server belongs to a running test and ends with it: every test has a new one. Only 'serve' can be reset."
    )


def test_wrong_use_is_refused_in_pythons_words(smpipeline: SMPipelineMock, post: Post, refused: Post) -> None:
    """The closest name included."""
    post("add", name="churn", steps=["Train"])

    error = refused("script", pipeline="churn", steps={"Trian": {"fail": {"reason": "boom"}}})

    assert error == {"type": "UsageError", "message": "Pipeline 'churn' has no step 'Trian'. Did you mean 'Train'? Its steps: 'Train'."}


def test_an_outcome_is_refused_with_its_place(post: Post, refused: Post) -> None:
    """As one in a file of cases is."""
    post("add", name="churn", definition=APPROVAL)
    run = post("start", pipeline="churn")

    scripted = refused("script", pipeline="churn", steps={"Prep": [{"fial": {}}], "Approve": 5})["message"]
    released = refused("release", execution=run["id"], step="Approve", outcome={"fail": {}})["message"]

    assert scripted.splitlines()[0] == "The steps can't be scripted:"
    assert "Did you mean 'fail'? @ $.Prep[0].fial" in scripted
    assert "got a number. @ $.Approve" in scripted
    assert released == "This is no outcome:\n  'fail' needs 'reason'. @ $.fail"


def test_a_step_or_execution_that_is_not_there_is_refused(post: Post, refused: Post) -> None:
    """With those that are."""
    post("add", name="churn", definition=APPROVAL)
    run = post("start", pipeline="churn")

    assert refused("callback/fail", execution=run["id"], step="Aprove")["message"].startswith(
        "pipeline 'churn' has no step 'Aprove'. Did you mean 'Approve'?"
    )
    assert refused("stop", execution="abc")["message"] == (f"There is no execution 'abc'; give its id or ARN. Executions: '{run['id']}'.")


def test_what_the_service_refuses_has_its_code(post: Post, refused: Post) -> None:
    """Beside the words that boto3 has for it; what boto3 refuses by itself has none."""
    post("add", name="churn", parameters={"Date": {"Type": "String"}}, steps=["Train"])

    missing = refused("start", pipeline="churn")
    unnamed = refused("start", pipeline="")

    assert (missing["type"], missing["code"]) == ("ClientError", "ValidationException")
    assert "Parameter 'Date' is undefined." in missing["message"]
    assert (unnamed["type"], unnamed.keys()) == ("ParamValidationError", {"type", "message"})


def test_what_a_scripted_function_raises_is_no_fault_of_the_request(
    smpipeline: SMPipelineMock, smpipeline_server: SMPipelineServer, send: Post
) -> None:
    """It is told with the status of a server's error."""

    def decide(context: object) -> None:
        raise RuntimeError("no such luck")

    smpipeline.add("churn", steps=["Train"])
    smpipeline.script("churn", Train=decide)  # type: ignore[arg-type] # it returns nothing

    answer = send(smpipeline_server.door_url, "POST", "start", {"pipeline": "churn"})

    assert answer == (500, {"error": {"type": "RuntimeError", "message": "no such luck"}})


@pytest.mark.parametrize("path", ["/smpipeline/v1/strat", "/smpipeline/v2/start"])
def test_a_path_that_is_not_there_is_not_found(smpipeline_server: SMPipelineServer, send: Post, path: str) -> None:
    """With the paths that are."""
    status, answer = send(smpipeline_server.endpoint_url, "POST", path[1:], {})

    assert (status, answer["error"]["type"]) == (404, "NotFound")
    assert answer["error"]["message"].startswith(f"There is no path {path.removeprefix('/smpipeline/')!r}.")
    assert "'run_until_idle'" in answer["error"]["message"]


@pytest.mark.parametrize(
    ("method", "path", "takes"), [("GET", "start", "POST"), ("POST", "executions", "GET"), ("PUT", "executions/a", "GET")]
)
def test_a_wrong_method_is_refused(smpipeline_server: SMPipelineServer, send: Post, method: str, path: str, takes: str) -> None:
    """Reading is GET, everything else POST."""
    status, answer = send(smpipeline_server.door_url, method, path)

    assert (status, answer["error"]["message"]) == (405, f"{path} takes {takes}, not {method}.")


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("stop", b"{", "The body of the request is no JSON: Expecting property name"),
        ("stop", b"\xff", "The body of the request is no JSON: 'utf-8' codec"),
        ("stop", b"[]", "The body of the request is an array; expected an object, such as {}."),
        ("stop", b"", "stop needs 'execution'."),
        ("stop", b'{"exection": "a", "execution": "b"}', "stop takes no 'exection'. Did you mean 'execution'? It takes: 'execution'."),
        ("stop", b'{"execution": 5}', "stop: 'execution' is a number; expected a string."),
        ("fault", b'{"operation": "", "error": "", "times": true}', "fault: 'times' is a boolean; expected a whole number."),
        ("fault", b'{"operation": "", "error": "", "optional": 1}', "fault: 'optional' is a number; expected a boolean."),
        ("advance", b'{"seconds": "5"}', "advance: 'seconds' is a string; expected a number."),
        ("advance", b'{"seconds": -5}', "advance() was asked to go back by 0:00:05; time does not go backwards."),
        ("start", b'{"pipeline": "a", "only": ["b", 5]}', "start: 'only' is an array; expected an array, each item a string."),
        (
            "start",
            b'{"pipeline": "a", "parameters": {"b": []}}',
            "start: 'parameters' is an object; expected an object, each member a string or a number or a boolean.",
        ),
        ("add", b'{"name": "a", "steps": 5}', "add: 'steps' is a number; expected an array, each item a string or an object."),
    ],
)
def test_members_are_checked_before_anything_is_done(
    smpipeline_server: SMPipelineServer, send: Post, path: str, body: bytes, message: str
) -> None:
    """What was expected, what came, and the closest name."""
    status, answer = send(smpipeline_server.door_url, "POST", path, body)

    assert (status, answer["error"]["type"]) == (400, "UsageError")
    assert answer["error"]["message"].startswith(message)


@pytest.mark.parametrize(
    ("record", "told", "apart"),
    [(Execution, EXECUTION_MEMBERS, {"steps"}), (StepRun, STEP_MEMBERS, {"callback"}), (Pipeline, PIPELINE_MEMBERS, set())],
)
def test_records_are_told_whole(record: type, told: tuple[str, ...], apart: set[str]) -> None:
    """What a record shows in Python the door shows too."""
    shown = {name for kind in record.__mro__ for name, value in vars(kind).items() if isinstance(value, property) and name[0] != "_"}

    assert shown == {*told, *apart}


def test_what_json_lacks_becomes_text() -> None:
    """So that a record can always be read."""
    assert plain_json({"a": float("nan"), "b": (1, b"x"), 3: None}) == {"a": "nan", "b": [1, "b'x'"], "3": None}


def test_the_page_lists_every_path_with_its_members() -> None:
    """As the signatures have them."""
    door = JsonDoor(Mock(), Mock())
    members = {("POST", path): set(signature(act).parameters) for path, act in door._acts.items()}
    members |= {("GET", path): set(signature(read).parameters) for path, read in door._reads.items()}
    members["POST", "reset"] = set(SERVED_OPTIONS)
    members["GET", "executions/ID"] = set()

    rows = re.findall(r"^\| (GET|POST) `([^`]+)` \| (.*?) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert {(method, path): set(re.findall(r"`(\w+)`", cell)) for method, path, cell in rows} == members
