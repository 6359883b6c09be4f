"""The messages of Callback steps: what they ask, by which token, and that somebody can be asked at all."""

from collections.abc import Callable
from typing import TypeAlias

from pytest_smpipeline._state.entities import ExecutionState, StepState
from pytest_smpipeline._state.store import Territory
from pytest_smpipeline.values import JsonObject

SendMessage: TypeAlias = Callable[[str, JsonObject], str | None]
"""Puts a message into the SQS queue with this URL; returns why that is not possible, None when it was."""


def ask(territory: Territory, execution: ExecutionState, state: StepState, send: SendMessage) -> str | None:
    """Let a step that asks somebody be answered by its token, and send its message; for other steps do nothing.

    Returns why the message could not be sent, None when nothing is wrong.
    """
    if not _asks(state):
        return None
    announce(territory, execution, state)
    return send(str(state.metadata["Callback"]["SqsQueueUrl"]), state.messages[-1])


def tell_of_stop(execution: ExecutionState, state: StepState, send: SendMessage) -> None:
    """Send the message of a step that asks somebody once more, now that it is being stopped; for other steps do nothing."""
    if _asks(state):
        _write(execution, state)
        send(str(state.metadata["Callback"]["SqsQueueUrl"]), state.messages[-1])


def announce(territory: Territory, execution: ExecutionState, state: StepState) -> None:
    """Let a Callback step be answered by its token, and write down its message; for other steps do nothing."""
    if _asks(state):
        territory.callbacks[str(state.metadata["Callback"]["CallbackToken"])] = (execution, state)
        _write(execution, state)


def _asks(state: StepState) -> bool:
    """Return whether a step is a Callback step that asks somebody, instead of reusing an earlier answer."""
    return "Callback" in state.metadata and state.cache_source is None


def _write(execution: ExecutionState, state: StepState) -> None:
    token = state.metadata["Callback"]["CallbackToken"]
    message: JsonObject = {"token": token, "pipelineExecutionArn": execution.arn, "arguments": state.arguments, "status": state.status}
    state.messages = (*state.messages, message)
