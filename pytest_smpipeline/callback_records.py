"""What a test reads of a Callback step's callback, and how it answers in the place of whoever was asked."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, cast

from pytest_smpipeline._doors.clients import own_client
from pytest_smpipeline._state.entities import ExecutionState, StepState
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline.values import JsonObject


class Callback:
    """The callback of a Callback step: its token, its message, and the two answers to it."""

    __slots__ = ("_execution", "_service", "_state")

    def __init__(self, service: Service, execution: ExecutionState, state: StepState) -> None:
        """Show the callback of a step; tests get these from ``run.steps["Approve"].callback``."""
        self._service = service
        self._execution = execution
        self._state = state

    @property
    def token(self) -> str:
        """The ten characters that an answer names; a retry makes new ones."""
        return cast("str", self.message["token"])

    @property
    def queue_url(self) -> str:
        """The URL of the SQS queue that the message goes to."""
        return cast("str", self._state.metadata["Callback"]["SqsQueueUrl"])

    @property
    def message(self) -> JsonObject:
        """The body of the message sent last: token, pipelineExecutionArn, arguments, and the status, Executing or Stopping."""
        self._service.catch_up()
        return deepcopy(self._state.messages[-1])

    def succeed(self, outputs: Mapping[str, object] | None = None) -> None:
        """Answer with success through the real API; values of ``outputs`` travel as text, booleans in lower case.

        Raises the ``ClientError`` of the service when the step has ended already.
        """
        __tracebackhide__ = True
        given = [{"Name": name, "Value": _text(value)} for name, value in (outputs or {}).items()]
        self._answer("send_pipeline_execution_step_success", OutputParameters=given)

    def fail(self, reason: str | None = None) -> None:
        """Answer with a failure through the real API; ``reason`` is the step's FailureReason.

        Raises the ``ClientError`` of the service when the step has ended already.
        """
        __tracebackhide__ = True
        self._answer("send_pipeline_execution_step_failure", **({} if reason is None else {"FailureReason": reason}))

    def __eq__(self, other: object) -> bool:
        """Compare by identity of the step in its execution, as steps do: each look at ``.callback`` makes a record of its own."""
        return self._state is other._state if isinstance(other, Callback) else NotImplemented

    def __hash__(self) -> int:
        """Hash by identity of the step in its execution."""
        return hash(id(self._state))

    def __repr__(self) -> str:
        """Show the token and the queue."""
        return f"<Callback {self.token} at {self.queue_url}>"

    def _answer(self, operation: str, **members: object) -> None:
        __tracebackhide__ = True
        self._service.ensure_active()
        client: Any = own_client(self._execution.arn.split(":")[3])
        getattr(client, operation)(CallbackToken=self.token, ClientRequestToken=self._service.ids.client_token(), **members)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
