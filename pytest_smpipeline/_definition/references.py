"""References: the grammar of ``{"Get": ...}``, and where a run looks up what they name.

::

    Parameters.<name>                      Execution.<variable>
    Steps.<step>.<path>                    Steps.<step>.PropertyFiles.<name>
    ForEach.<path>                         IterationOutput.<path>
"""

import re
import string
from functools import lru_cache
from typing import Final, Protocol

from pytest_smpipeline._definition.expressions import (
    ExecutionReference,
    IterationReference,
    ParameterReference,
    PropertyFileReference,
    Reference,
    StepReference,
)
from pytest_smpipeline._definition.paths import PathSyntaxError, parse_keys, render_keys
from pytest_smpipeline._definition.wording import quoted
from pytest_smpipeline.suggestions import choices, did_you_mean
from pytest_smpipeline.values import Json

EXECUTION_VARIABLES: Final = (
    "StartDateTime",
    "CurrentDateTime",
    "PipelineName",
    "PipelineArn",
    "PipelineExecutionId",
    "PipelineExecutionArn",
    "TrainingJobName",
    "ProcessingJobName",
)
PROPERTY_FILES: Final = "PropertyFiles"
_ROOTS: Final = ("Parameters", "Execution", "Steps", "ForEach", "IterationOutput")
_LETTERS: Final = string.ascii_letters
_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")


class ReferenceSyntaxError(ValueError):
    """A text is no reference; the message says what would be."""


class Unresolved(Exception):  # noqa: N818 - a state of the run that the engine handles, rather than a mistake of the caller
    """A run has no value for a part of an expression; ``message`` says which and why, ``node`` is the part where known."""

    def __init__(self, message: str, node: Reference | None = None) -> None:
        """Keep the reason and the reference it is about."""
        super().__init__(message)
        self.message = message
        self.node = node


class Scope(Protocol):
    """What a running execution knows; each method returns a JSON value or raises ``Unresolved``."""

    def parameter(self, name: str, /) -> Json:
        """Return the effective value of a declared parameter."""
        ...

    def execution_variable(self, name: str, /) -> Json:
        """Return one of ``EXECUTION_VARIABLES``."""
        ...

    def step_property(self, step: str, path: tuple[str | int, ...], /) -> Json:
        """Return a property of a step; ``('OutputParameters', name)`` is an output of a Lambda or Callback step."""
        ...

    def property_file(self, step: str, name: str, /) -> Json:
        """Return the content of a property file."""
        ...

    def current_item(self, path: tuple[str | int, ...], /) -> Json:
        """Return the item of the iteration that a step of a ForEach body belongs to, or a part of it."""
        ...

    def s3_object(self, uri: str, /) -> Json:
        """Return the content of a JSON object in S3."""
        ...


@lru_cache(maxsize=4096)
def parse_reference(text: str) -> Reference:
    """Return the reference that the text of a ``Get`` names.

    Raises ``ReferenceSyntaxError`` for a text outside the grammar.
    """
    root = text[: len(text) - len(text.lstrip(_LETTERS))]
    rest = text[len(root) :]
    try:
        match root:
            case "Parameters":
                return ParameterReference(_name(rest.removeprefix(".")))
            case "Execution":
                return ExecutionReference(_name(rest.removeprefix(".")))
            case "Steps":
                return _step_reference(rest.removeprefix("."))
            case "ForEach" | "IterationOutput":
                return IterationReference(root, parse_keys(rest))
            case _:
                hint = did_you_mean(root, _ROOTS)
                message = f"{quoted(text)} is not a reference: it starts with none of {choices(_ROOTS)}.{hint}"
                raise ReferenceSyntaxError(message)
    except PathSyntaxError as error:
        message = f"{quoted(text)} is not a reference: {error}."
        raise ReferenceSyntaxError(message) from None


def render_reference(reference: Reference) -> str:
    """Return the text of a ``Get`` that names the reference; the inverse of ``parse_reference``."""
    match reference:
        case ParameterReference(name):
            return f"Parameters.{name}"
        case ExecutionReference(variable):
            return f"Execution.{variable}"
        case PropertyFileReference(step, name):
            return f"Steps.{step}{render_keys((PROPERTY_FILES, name))}"
        case StepReference(step, path):
            return f"Steps.{step}{render_keys(path)}"
        case _:
            return f"{reference.root}{render_keys(reference.path)}"


def _name(text: str) -> str:
    if _NAME.fullmatch(text):
        return text
    message = f"{quoted(text)} is not a name; names hold letters, digits, '-' and '_'"
    raise PathSyntaxError(message)


def _step_reference(text: str) -> Reference:
    match = _NAME.match(text)
    step = _name(match[0] if match else text)
    path = parse_keys(text[len(step) :])
    match path:
        case ("PropertyFiles", str(name)):
            return PropertyFileReference(step, name)
        case _:
            return StepReference(step, path)
