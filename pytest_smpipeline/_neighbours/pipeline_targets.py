"""Pipelines as targets of rules and schedules: the start that EventBridge makes, and what happens when it is refused."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from pytest_smpipeline._doors.moto_events import Target
from pytest_smpipeline._events.json_paths import NothingThereError, as_text, find, is_path
from pytest_smpipeline._neighbours.sqs import send_to_arn
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline._wire.messages import Request
from pytest_smpipeline._wire.undelivered import Undelivered
from pytest_smpipeline.values import JsonObject

_PIPELINE: Final = re.compile(r"arn:[a-z-]+:sagemaker:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12}):pipeline/(?P<name>[^/]+)")
_API: Final = re.compile(r"arn:[a-z-]+:scheduler:::aws-sdk:sagemaker:(?P<operation>[A-Za-z]+)")
_PASSING: Final = frozenset({"ThrottlingException", "InternalFailure", "ServiceUnavailable"})
_ATTEMPTS: Final = 185


def is_pipeline(arn: str) -> bool:
    """Return whether an ARN is that of a pipeline."""
    return _PIPELINE.fullmatch(arn) is not None


def operation_of(arn: str) -> str | None:
    """Return the operation of SageMaker that a universal target of EventBridge Scheduler calls; None for any other target."""
    called = _API.fullmatch(arn)
    return called["operation"][:1].upper() + called["operation"][1:] if called else None


def start_request(service: Service, target: Target, event: JsonObject, told_by: str) -> Request | str:
    """Return the request with which an event starts the pipeline that is a target, or why there is none.

    Values of parameters that are JSON paths are taken from the event. ``told_by`` tells this start apart from all others.
    """
    place = _PIPELINE.fullmatch(str(target["Arn"]))
    assert place is not None  # noqa: S101 # as the caller has asked
    given = target.get("SageMakerPipelineParameters", {}).get("PipelineParameterList", [])
    try:
        parameters = [{"Name": each["Name"], "Value": _value(str(each["Value"]), event)} for each in given]
    except NothingThereError as error:
        return f"a parameter has no value: {error}"
    body = {"PipelineName": place["name"], "ClientRequestToken": service.ids.event_id(told_by)}
    text = json.dumps(body | ({"PipelineParameters": parameters} if parameters else {}))
    return Request("StartPipelineExecution", text, place["region"], place["account"])


def call(service: Service, target: Target, request: Request | str, event: JsonObject) -> Undelivered | None:
    """Make the call that a target stands for; return what came of it when it was refused.

    Errors that pass are met by further attempts, as many as the target's RetryPolicy allows. What is refused at last goes into the
    target's dead-letter queue, if it has one.
    """
    problem = request if isinstance(request, str) else _attempts(service, request, target.get("RetryPolicy") or {})
    if problem is None:
        return None
    queue = (target.get("DeadLetterConfig") or {}).get("Arn")
    unsent = None if queue is None else send_to_arn(queue, json.dumps(event))
    reason = problem if unsent is None else f"{problem} Its dead-letter queue does not have it either: {unsent}"
    about = str(event.get("detail-type", "schedule"))
    return Undelivered(f"event {about!r}", f"its target {target['Arn']}", reason)


def _value(text: str, event: JsonObject) -> str:
    return as_text(find(event, text)) if is_path(text) else text


def _attempts(service: Service, request: Request, policy: Mapping[str, Any]) -> str | None:
    from botocore.exceptions import BotoCoreError

    code, reason = "", ""
    for _ in range(1 + int(policy.get("MaximumRetryAttempts", _ATTEMPTS))):
        try:
            answer = service.answer(request)
        except BotoCoreError as error:  # a fault that the test has queued
            code, reason = "ServiceUnavailable", f"{type(error).__name__}: {error}"
        else:
            if answer.status < 300:  # noqa: PLR2004 # HTTP's successes
                return None
            code = str(answer.payload["__type"])
            reason = f"{code}: {answer.payload.get('Message', answer.payload.get('message'))}"
        if code not in _PASSING:
            break
    return reason


def as_list(value: object) -> list[object]:
    """Return a member of an event that should be a list, and an empty one when it is not."""
    return value if isinstance(value, list) else []
