"""The steps that a start is limited to, and the execution they build on, as a test writes them."""

from collections.abc import Sequence
from typing import TypeAlias, cast

from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.records import Execution
from pytest_smpipeline.values import JsonObject

Source: TypeAlias = Execution | str
"""An execution or its ARN."""


def step_names(keyword: str, names: Sequence[str]) -> list[str]:
    """Return the names of steps; raise ``UsageError`` for a single string, which is a sequence of letters, and for other things."""
    if isinstance(names, str):
        message = f"{keyword}={names!r} is not valid: expected a list of step names. Write {keyword}=[{names!r}]."
        raise UsageError(message)
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        message = f"{keyword}={names!r} is not valid: expected a list of step names, such as {keyword}=['Train']."
        raise UsageError(message)
    return list(names)


def source_arn(source: Source) -> str:
    """Return the ARN of an execution that is given as a record or as its ARN; raise ``UsageError`` for anything else."""
    if isinstance(source, Execution):
        return source.arn
    if isinstance(source, str):
        return source
    message = f"source={source!r} is not valid: expected an execution, as start() returns it, or its ARN."
    raise UsageError(message)


def selective_execution_config(only: Sequence[str] | None, source: Source | None) -> JsonObject | None:
    """Return the SelectiveExecutionConfig of a request, or None for the whole pipeline.

    Raises ``UsageError`` for a source without steps, and for what is no list of names, or no execution.
    """
    if only is None:
        if source is not None:
            message = "start(source=...) needs the steps that run: only=['Train'], for example. Everything else comes from the source."
            raise UsageError(message)
        return None
    config: dict[str, object] = {"SelectedSteps": [{"StepName": name} for name in step_names("only", only)]}
    if source is not None:
        config["SourcePipelineExecutionArn"] = source_arn(source)
    return cast("JsonObject", config)
