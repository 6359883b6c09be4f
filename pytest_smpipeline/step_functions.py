"""Step functions: the Python functions of steps that the SageMaker SDK's ``@step`` makes, run for real where a test wants that."""

from collections.abc import Callable
from typing import Final

from pytest_smpipeline._engine.attempts import Attempt
from pytest_smpipeline._engine.performer import Play
from pytest_smpipeline._neighbours.function_jobs import ENTRYPOINT, FunctionJob, exit_code, run_function
from pytest_smpipeline.outcomes import Fail, Outcome, StepContext, Succeed
from pytest_smpipeline.values import Json

_LONGEST_REASON: Final = 1_024
"""How much of the file with the failure's description a job shows: developer guide, how training jobs signal failure."""


class StepFunctions:
    """Runs the functions of steps that ``otherwise`` says nothing of, while ``enabled`` returns True."""

    def __init__(self, otherwise: Play, enabled: Callable[[], bool]) -> None:
        """Run nothing yet."""
        self._otherwise = otherwise
        self._enabled = enabled

    def play(self, attempt: Attempt, context: Callable[[], StepContext]) -> Outcome | None:
        """Return what an attempt comes to: as scripted, else of a step function what it does, else None.

        Raises ``UsageError`` when a function is to be run and the SDK is not there to do it.
        """
        outcome = self._otherwise(attempt, context)
        job = _function_job(attempt) if outcome is None and self._enabled() else None
        if job is None:
            return outcome
        error = run_function(job)
        return Succeed() if error is None else Fail(reason=_reason(error))


def _function_job(attempt: Attempt) -> FunctionJob | None:
    """Return the job of a step function; None for every other step."""
    container = attempt.arguments.get("AlgorithmSpecification")
    if attempt.step.type != "Training" or not isinstance(container, dict) or _texts(container.get("ContainerEntrypoint")) != ENTRYPOINT:
        return None
    variables = attempt.arguments.get("Environment")
    return FunctionJob(
        step=attempt.step.name,
        arguments=_texts(container.get("ContainerArguments")),
        variables={name: str(value) for name, value in variables.items()} if isinstance(variables, dict) else {},
    )


def _texts(values: Json) -> tuple[str, ...]:
    return tuple(map(str, values)) if isinstance(values, list) else ()


def _reason(error: Exception) -> str:
    """Return a job's reason for a function that raised this: what the SDK writes into the file for it, and the container's exit code."""
    return f"AlgorithmError: {repr(error)[:_LONGEST_REASON]}, exit code: {exit_code(error)}"
