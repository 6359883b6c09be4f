"""Stopping a step's job from outside: what the Stop calls of jobs do to a pipeline."""

from collections.abc import Iterable, Mapping
from typing import Final

from pytest_smpipeline._engine.performance import stopped_outside
from pytest_smpipeline._neighbours.job_descriptions import Made
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline.exceptions import validation_exception

STOP_CALLS: Final[Mapping[str, tuple[str, str]]] = {
    "StopTrainingJob": ("TrainingJob", "training job"),
    "StopProcessingJob": ("ProcessingJob", "processing job"),
    "StopTransformJob": ("TransformJob", "transform job"),
    "StopHyperParameterTuningJob": ("HyperParameterTuningJob", "hyper parameter tuning job"),
    "StopAutoMLJob": ("AutoMLJob", "AutoML job"),
}
"""The calls that stop a job, with the noun of the job and the words for it in the service's sentences."""


def stop_job(service: Service, operation: str, asked: Iterable[str], made: Iterable[Made]) -> bool:
    """Stop the job of a step, and with it the step; return whether it is one of a step's at all.

    Raises ``ServiceError`` (ValidationException) for a job that has ended.
    """
    noun, words = STOP_CALLS[operation]
    job = next((each for each in made if each.resource.noun == noun and each.key in asked), None)
    if job is None:
        return False
    if job.ended is not None:
        message = f"The request was rejected because the {words} is in status {job.status}."
        raise validation_exception(message)
    service.runner.answer(job.execution, job.step, stopped_outside(job.step))
    service.pace.after_change()
    return True
