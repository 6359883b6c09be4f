"""Step Functions in moto: the names of SageMaker's errors in a state machine.

moto runs the states itself and calls SageMaker through boto3, which comes to us like any call. But it names the service in errors as
the resource's ARN writes it, ``sagemaker.ResourceNotFoundException``, where Step Functions says ``SageMaker.ResourceNotFoundException``:
a Catch or Retry of the real name would not match.
"""

from collections.abc import Mapping
from typing import Final

from pytest_smpipeline._doors.imports import when_imported
from pytest_smpipeline._doors.seams import Seam
from pytest_smpipeline._doors.undo import Undo

_MODULE: Final = "moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk"


def open_state_machines(undo: Undo) -> None:
    """Let moto's state machines name SageMaker as Step Functions does until ``undo`` runs."""

    def follow() -> None:
        from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_aws_sdk as tasks

        names: Mapping[str, str] = {**tasks._SERVICE_ERROR_NAMES, "sagemaker": "SageMaker"}
        Seam(tasks, "_SERVICE_ERROR_NAMES", names).open(undo)

    when_imported(_MODULE, follow, undo)
