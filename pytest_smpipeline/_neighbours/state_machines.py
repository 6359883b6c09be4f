"""Step Functions in moto: what SageMaker answers a state machine, and what its errors are called there.

moto runs the states itself and calls SageMaker through boto3, which comes to us like any call. But it hands on the answer as boto3
gives it, with times that no state's output can hold, where Step Functions has them as texts; and it names the service in errors as the
resource's ARN writes it, ``sagemaker.ResourceNotFoundException``, where Step Functions says ``SageMaker.ResourceNotFoundException``, so
that a Catch or Retry of the real name would not match.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final, Protocol, TypeAlias

from pytest_smpipeline._doors.backend import SERVICE
from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo

STATE_MACHINES: Final = "moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk"


class _Resource(Protocol):
    """The parsed ``Resource`` of a task."""

    api_name: str


class _Task(Protocol):
    """``StateTaskServiceAwsSdk``: a task that calls an operation of any service."""

    resource: _Resource


class _Environment(Protocol):
    """``Environment``: what a state works on; its result lies on top of the stack."""

    stack: list[object]


Evaluate: TypeAlias = Callable[..., None]


def open_state_machines(undo: Undo) -> None:
    """Let moto's state machines see SageMaker as Step Functions shows it until ``undo`` runs."""
    from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_aws_sdk as tasks

    def evaluate(task: _Task, env: _Environment, *args: object, **keywords: object) -> None:
        seam.beneath(task, env, *args, **keywords)
        if task.resource.api_name == SERVICE:
            env.stack[-1] = _with_texts(env.stack[-1])

    names: Mapping[str, str] = {**tasks._SERVICE_ERROR_NAMES, SERVICE: "SageMaker"}
    Seam(tasks, "_SERVICE_ERROR_NAMES", names).open(undo)
    seam: Seam[Evaluate] = Seam(tasks.StateTaskServiceAwsSdk, "_eval_service_task", evaluate)
    seam.open(undo)


def _with_texts(value: object) -> object:
    """Return an answer with its times as texts, in UTC and with milliseconds."""
    if isinstance(value, dict):
        return {name: _with_texts(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_with_texts(member) for member in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value
