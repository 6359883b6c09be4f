"""The forms in which a test can hand over a pipeline definition, each turned into the JSON text that the API takes."""

import json
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Final, Protocol, TypeAlias, runtime_checkable

from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.failures import shown
from pytest_smpipeline.text_files import read_text
from pytest_smpipeline.values import Json


@runtime_checkable
class HasDefinition(Protocol):
    """Anything that can say its definition, such as a Pipeline of the SageMaker SDK."""

    def definition(self) -> "str | Mapping[str, Json]":
        """Return the definition, as JSON text or as a dict."""
        ...


DefinitionSource: TypeAlias = Mapping[str, Json] | str | PathLike[str] | HasDefinition

_DESCRIBED: Final = "PipelineDefinition"
_ADD_TAKES: Final = "add() takes a name and a definition, or one object with .name and .definition()."


def definition_text(source: DefinitionSource) -> str:
    """Return the JSON text of a definition given as a dict, JSON text, a path or an object with ``.definition()``.

    A path may also lead to the saved output of ``aws sagemaker describe-pipeline``. Raises ``UsageError`` for anything else,
    and for a file that is not there, with the folders that were searched.
    """
    if isinstance(source, Mapping):
        return _dumped(source)
    if isinstance(source, str):
        return source if source.lstrip().startswith(("{", "[")) else _read(Path(source))
    if isinstance(source, PathLike):
        return _read(Path(source))
    if isinstance(source, HasDefinition):
        return _defined(source.definition())
    raise _no_definition(source)


def named_definition(name: "str | HasDefinition", definition: DefinitionSource | None) -> tuple[str, DefinitionSource]:
    """Return the name of a pipeline and its definition; one object that has both may stand for the two.

    Raises ``UsageError`` when either is missing.
    """
    if definition is None and isinstance(name, HasDefinition):
        own_name = getattr(name, "name", None)
        if isinstance(own_name, str):
            return own_name, name
    if isinstance(name, str) and definition is not None:
        return name, definition
    raise UsageError(_ADD_TAKES)


def _defined(definition: object) -> str:
    if isinstance(definition, str):
        return definition
    if isinstance(definition, Mapping):
        return _dumped(definition)
    raise _no_definition(definition)


def _no_definition(source: object) -> UsageError:
    message = (
        f"A pipeline definition can't be made of the {type(source).__name__} {shown(source)}. "
        "Give a dict, JSON text, the path of a .json file, or an object with .definition()."
    )
    return UsageError(message)


def _dumped(source: Mapping[str, Json]) -> str:
    try:
        return json.dumps(dict(source))
    except (TypeError, ValueError, RecursionError) as error:
        message = f"The definition is no JSON: {error}. Use only dicts with string keys, lists, strings, numbers, booleans and None."
        raise UsageError(message) from error


def _read(path: Path) -> str:
    _, text = read_text(path, "definition", otherwise=" JSON text starts with '{'.")
    return _described_definition(text) or text


def _described_definition(text: str) -> str | None:
    """Return the definition inside a saved describe-pipeline output; None when the text is something else."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None  # the service words what is wrong with it
    described = content.get(_DESCRIBED) if isinstance(content, dict) else None
    return described if isinstance(described, str) else None
