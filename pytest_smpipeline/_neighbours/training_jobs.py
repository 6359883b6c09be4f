"""Training jobs in moto's SageMaker: those of step functions that have run, for the SDK asks there where a result lies."""

from contextlib import suppress
from typing import Any, Final, cast

from pytest_smpipeline._doors.clients import make_client
from pytest_smpipeline.values import JsonObject

# What CreateTrainingJob would refuse, or moto not take, need not keep a result from being read.
_MEMBERS: Final = (
    *("AlgorithmSpecification", "Environment", "InputDataConfig", "OutputDataConfig", "ResourceConfig", "RoleArn", "StoppingCondition"),
)


def show_training_job(region: str, account_id: str, name: str, arguments: JsonObject, *, status: str, reason: str | None) -> None:
    """Make a training job of this name in moto, ended in this way; do nothing when there is one, or when moto refuses it."""
    from botocore.exceptions import BotoCoreError, ClientError

    client = cast("Any", make_client(region))  # botocore makes the methods of its clients at run time
    request = {member: arguments[member] for member in _MEMBERS if member in arguments}
    with suppress(BotoCoreError, ClientError):
        client.create_training_job(TrainingJobName=name, **request)
        _end(region, account_id, name, status, reason)


def _end(region: str, account_id: str, name: str, status: str, reason: str | None) -> None:
    """Let a job have ended in this way: those that moto makes are always completed."""
    import moto.backends

    backends = cast("Any", moto.backends.get_backend("sagemaker"))
    job = backends[account_id][region].training_jobs[name]
    job.training_job_status = job.secondary_status = status
    if reason is not None:
        job.failure_reason = reason
