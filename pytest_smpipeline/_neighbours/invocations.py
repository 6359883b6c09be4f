"""Targets of rules that moto does not send events to by itself, but has: state machines and Lambda functions."""

from typing import Any, cast

from pytest_smpipeline._doors.clients import make_client
from pytest_smpipeline._neighbours.lambdas import can_run
from pytest_smpipeline._neighbours.reasons import reason_of
from pytest_smpipeline.options import Options


def is_invoked(arn: str) -> bool:
    """Return whether a target is a state machine or a function."""
    return ":states:" in arn or ":lambda:" in arn


def invoke(arn: str, text: str, options: Options) -> str | None:
    """Start a state machine, or call a function that can run in moto; return why that is not possible, None when it was."""
    from botocore.exceptions import BotoCoreError, ClientError

    _, _, service, region, _ = arn.split(":", 4)
    try:
        if service == "states":
            cast("Any", make_client(region, "stepfunctions")).start_execution(stateMachineArn=arn, input=text)
        elif not can_run(options):
            return 'moto runs functions in Docker here; moto_config={"lambda": {"use_docker": False}} lets them be called without.'
        else:
            cast("Any", make_client(region, "lambda")).invoke(FunctionName=arn, InvocationType="Event", Payload=text)
    except (BotoCoreError, ClientError) as error:
        return reason_of(error)
    return None
