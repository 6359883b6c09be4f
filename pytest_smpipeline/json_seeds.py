"""What JSON can't say as Python does: types of parameters, pairs, moments and outcomes, each in a form of its own."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from pytest_smpipeline._definition.wording import kind_of
from pytest_smpipeline.built_pipelines import BuiltParameters, BuiltSteps, ParameterKind
from pytest_smpipeline.cases import read_outcome
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.history import PastOutcome
from pytest_smpipeline.suggestions import choices

if TYPE_CHECKING:
    from pytest_smpipeline.values import Json

_KINDS: Final[Mapping[object, ParameterKind]] = {"String": str, "Integer": int, "Float": float, "Boolean": bool}
_FILE: Final = (
    "definition={!r} is neither an object nor its JSON text. A server reads no files: send the definition itself, "
    "or the saved output of aws sagemaker describe-pipeline."
)


def definition_of(sent: Mapping[str, object] | str | None) -> Mapping[str, object] | str | None:
    """Return a definition; raise ``UsageError`` for the path of a file, which a test in Python may give."""
    if isinstance(sent, str) and not sent.lstrip().startswith(("{", "[", '"')):
        raise UsageError(_FILE.format(sent))
    return sent


def parameters_of(sent: Mapping[str, object] | None) -> BuiltParameters | None:
    """Return declared parameters: ``{"Type": "String"}`` where a start must give a value, anything else is the default."""
    return None if sent is None else {name: _parameter(name, value) for name, value in sent.items()}


def steps_of(sent: list[str] | dict[str, object] | None) -> BuiltSteps | None:
    """Return steps to build; ``["Training", ["Prep"]]`` is a type with the names that it depends on."""
    return cast("BuiltSteps | None", sent)  # add() judges the parts


def past_steps_of(sent: Mapping[str, object] | None) -> dict[str, PastOutcome] | None:
    """Return how steps of the past stand: a status, or an outcome as in a file of cases."""
    if sent is None:
        return None
    return {name: value if isinstance(value, str) else read_outcome(cast("Json", value)) for name, value in sent.items()}


def moment_of(name: str, sent: str | None) -> datetime | None:
    """Return a time in ISO 8601; raise ``UsageError`` for a text that is none."""
    try:
        return None if sent is None else datetime.fromisoformat(sent)
    except ValueError as error:
        message = f"{name}={sent!r} is not a time. Write it as in '2026-11-22T08:00:00Z'."
        raise UsageError(message) from error


def texts_of(sent: Mapping[str, str | float | bool] | None) -> dict[str, str] | None:
    """Return the values of a start as the texts that are sent, each as JSON writes it."""
    return None if sent is None else {name: value if isinstance(value, str) else json.dumps(value) for name, value in sent.items()}


def _parameter(name: str, value: object) -> ParameterKind | str | float | bool:
    if not isinstance(value, dict):
        return cast("str | float | bool", value)  # add() judges it
    declared = cast("dict[str, object]", value)
    kind = _KINDS.get(cast("str", declared.get("Type"))) if declared.keys() == {"Type"} else None
    if kind is None:
        message = (
            f"parameters: {name!r} is {kind_of(cast('Json', value))} without a type; expected a default, or "
            f'{{"Type": T}} where a start must give a value. Types: {choices(map(str, _KINDS))}.'
        )
        raise UsageError(message)
    return kind
