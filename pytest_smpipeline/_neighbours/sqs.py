"""SQS: the queues that Callback steps send their messages to."""

import json
import re
import sys
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from pytest_smpipeline._doors.moto_service import is_awake
from pytest_smpipeline._neighbours.reasons import reason_of
from pytest_smpipeline.values import JsonObject

Queues: TypeAlias = Mapping[str, Mapping[str, Any]]
"""moto's SQS by account and region."""

_URL: Final = re.compile(r"[a-z]+://(?P<host>[^/]+)/(?:queue/)?(?P<account>[0-9]{12})/(?P<name>[A-Za-z0-9_.-]+)")
_REGION: Final = re.compile(r"(?:^|\.)(?P<region>[a-z]{2}(?:-[a-z]+)+-[0-9])\.")


def send_message(url: str, message: JsonObject) -> str | None:
    """Put a Callback step's message into its queue; return why that is not possible, None when all is well.

    A test that has made no queue at all does without SQS: then nothing is sent, and nothing is wrong. moto is not woken for it.
    """
    queues = _queues()
    if not any(backend.queues for regions in list(queues.values()) for backend in list(regions.values())):
        return None
    address = _URL.fullmatch(url)
    if address is None:
        return f"{url} is not the URL of an SQS queue."
    region = _REGION.search(address["host"])
    execution_region = str(message["pipelineExecutionArn"]).split(":")[3]
    return _sent(queues, address["account"], region["region"] if region else execution_region, address["name"], json.dumps(message))


def send_to_arn(arn: str, body: str) -> str | None:
    """Put a text into the queue with this ARN; return why that is not possible, None when all is well."""
    _, _, _, region, account_id, name = (arn.split(":", 5) + [""] * 6)[:6]
    return _sent(_queues(), account_id, region, name, body)


def _queues() -> Queues:
    """Return moto's queues; none before something has imported them, and while moto is asleep."""
    models = sys.modules.get("moto.sqs.models") if is_awake() else None
    found: Queues = getattr(models, "sqs_backends", {})
    return found


def _sent(queues: Queues, account_id: str, region: str, name: str, body: str) -> str | None:
    try:
        # Not by a client: its credentials would decide the account, and the queue's is meant.
        queues[account_id][region].send_message(name, body)
    except Exception as error:  # noqa: BLE001 # moto's errors have no class in common
        return f"Unable to send a message to SQS queue {name} of account {account_id} in {region}: {reason_of(error)}"
    return None
