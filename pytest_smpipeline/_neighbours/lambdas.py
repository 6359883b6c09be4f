"""Lambda: functions that lie in moto and can run there."""

import json
import sys
from collections.abc import Callable
from typing import Any, Final, TypeAlias, cast

from pytest_smpipeline._doors.clients import make_client
from pytest_smpipeline._doors.moto_service import is_awake
from pytest_smpipeline.options import Options
from pytest_smpipeline.values import Json

Invoke: TypeAlias = Callable[[Json], Json]
"""Runs a function with an event, and returns what it returned."""

_CONFIG: Final = "moto.core.config"
_FUNCTIONS: Final = "moto.awslambda.models"


class LambdaError(Exception):
    """What a function that ran in moto raised."""


def find_function(arn: str, options: Options) -> Invoke | None:
    """Return how to run the function with this ARN; None when it does not lie in moto, or can't run there.

    moto is not woken for it.
    """
    if _FUNCTIONS not in sys.modules or not (is_awake() and can_run(options)):
        return None
    from botocore.exceptions import BotoCoreError, ClientError

    parts = arn.split(":")
    client = cast("Any", make_client(parts[3] if parts[3:] else options.region, "lambda"))  # botocore makes the methods at run time
    try:
        client.get_function(FunctionName=arn)
    except (BotoCoreError, ClientError):
        return None

    def invoke(event: Json) -> Json:
        answer = client.invoke(FunctionName=arn, Payload=json.dumps(event))
        payload = answer["Payload"].read().decode()
        if "FunctionError" in answer:
            raise LambdaError(_error_of(payload))
        return cast("Json", json.loads(payload or "null"))

    return invoke


def can_run(options: Options) -> bool:
    """Return whether moto runs functions where nobody is surprised by it: without Docker, or with Docker asked for by name.

    moto's own default, Docker for whoever does not say, is nothing that a test should meet unawares.
    """
    asked = (options.moto_config or {}).get("lambda")
    config = getattr(sys.modules.get(_CONFIG), "default_user_config", {}).get("lambda", {})
    return config.get("use_docker") is False or (isinstance(asked, dict) and asked.get("use_docker") is True)


def _error_of(payload: str) -> str:
    try:
        error = json.loads(payload)
        return f"{error['errorType']}: {error['errorMessage']}"
    except (ValueError, TypeError, KeyError):
        return payload
