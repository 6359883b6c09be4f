"""Targets of rules that moto does not send events to by itself, but has: state machines and Lambda functions."""

from typing import Any, cast

from pytest_smpipeline._doors.clients import make_client


def is_invoked(arn: str) -> bool:
    """Return whether a target is a state machine or a function."""
    return ":states:" in arn or ":lambda:" in arn


def invoke(arn: str, text: str) -> str | None:
    """Start a state machine, or call a function if moto runs none in Docker; return why that is not possible, None when it was."""
    from botocore.exceptions import BotoCoreError, ClientError
    from moto.core.config import default_user_config

    _, _, service, region, _ = arn.split(":", 4)
    try:
        if service == "states":
            cast("Any", make_client(region, "stepfunctions")).start_execution(stateMachineArn=arn, input=text)
        elif default_user_config.get("lambda", {}).get("use_docker", True):
            return 'moto runs functions in Docker here; moto_config={"lambda": {"use_docker": False}} lets them be called without.'
        else:
            cast("Any", make_client(region, "lambda")).invoke(FunctionName=arn, InvocationType="Event", Payload=text)
    except ClientError as error:
        return str(error.response.get("Error", {}).get("Message", ""))
    except BotoCoreError as error:  # a request that cannot be sent
        return str(error)
    return None
