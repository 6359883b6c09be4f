"""The forms in which a test can hand over a pipeline definition, each turned into the JSON text that the API takes."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import Final, Protocol, TypeAlias, runtime_checkable

from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.failures import shown
from pytest_smpipeline.text_files import read_text

Said: TypeAlias = str | Mapping[str, object]


@runtime_checkable
class HasDefinition(Protocol):
    """Anything that can say its definition, such as a Pipeline of the SageMaker SDK, of whichever version, or has it at hand."""

    @property
    def definition(self) -> Callable[[], Said] | Said:
        """The definition as JSON text or as a dict, or the method that returns it."""
        ...


DefinitionSource: TypeAlias = Mapping[str, object] | str | PathLike[str] | HasDefinition

_DESCRIBED: Final = "PipelineDefinition"
_ADD_TAKES: Final = (
    "add() takes a name and a definition, a name and steps= or parameters= to build one from, or one object with .name and .definition()."
)
_ANY_WILL_DO: Final = " Where it doesn't matter what the pipeline does, write add({!r}, steps=['Train'])."
_EITHER: Final = "Pipeline {!r} is given a definition and {} as well; the latter build a definition where there is none. Leave one out."


def definition_text(source: DefinitionSource) -> str:
    """Return the JSON text of a definition given as a dict, JSON text, a path or an object with ``.definition()``.

    Wherever a definition may stand, an answer that holds one in PipelineDefinition may stand too: the output of
    ``aws sagemaker describe-pipeline`` or ``describe-pipeline-definition-for-execution``, or boto3's dict of the same. Raises
    ``UsageError`` for anything else, and for a file that is not there, with the folders that were searched.
    """
    if isinstance(source, str):
        return _unwrapped(source) if source.lstrip().startswith(("{", "[", '"')) else _read(Path(source))
    if isinstance(source, PathLike):
        return _read(Path(source))
    said: Mapping[str, object] | str | HasDefinition = source
    if not isinstance(source, Mapping) and isinstance(source, HasDefinition):
        own = source.definition
        said = own() if callable(own) else own
    if isinstance(said, str):
        return said
    if isinstance(said, Mapping):
        described = said.get(_DESCRIBED)
        return described if isinstance(described, str) else _dumped(said)
    raise _no_definition(said)


def named_definition(
    name: str | HasDefinition, definition: DefinitionSource | None, built_from: Mapping[str, object]
) -> tuple[str, DefinitionSource | None]:
    """Return the name of a pipeline and its definition; one object that has both may stand for the two.

    ``built_from`` are the arguments of which a definition is built where there is none: then it is None. Raises ``UsageError``
    when the name is missing, or the definition and what it could be built from, or when there are both.
    """
    if definition is None and isinstance(name, HasDefinition):
        own_name = getattr(name, "name", None)
        if isinstance(own_name, str):
            name, definition = own_name, name
    given = [keyword for keyword, value in built_from.items() if value is not None]
    if not isinstance(name, str):
        raise UsageError(_ADD_TAKES)
    if definition is None and not given:
        raise UsageError(_ADD_TAKES + _ANY_WILL_DO.format(name))
    if definition is not None and given:
        raise UsageError(_EITHER.format(name, " and ".join(f"{keyword}=" for keyword in given)))
    return name, definition


def _no_definition(source: object) -> UsageError:
    message = (
        f"A pipeline definition can't be made of the {type(source).__name__} {shown(source)}. "
        "Give a dict, JSON text, the path of a .json file, or an object with .definition()."
    )
    if isinstance(source, list):
        message += " A list of steps is a member of one: {'Version': '2020-12-01', 'Steps': [...]}. A list of names is for steps=."
    return UsageError(message)


def _dumped(source: Mapping[str, object]) -> str:
    try:
        return json.dumps(dict(source))
    except (TypeError, ValueError, RecursionError) as error:
        message = f"The definition is no JSON: {error}. Use only dicts with string keys, lists, strings, numbers, booleans and None."
        raise UsageError(message) from error


def _read(path: Path) -> str:
    _, text = read_text(path, "definition", otherwise=" JSON text starts with '{'.")
    return _unwrapped(text)


@lru_cache(maxsize=64)  # as many as there are parsed definitions: most tests add one that another test has added
def _unwrapped(text: str) -> str:
    """Return the definition inside the JSON text of an answer, or of a string, which ``--query`` leaves of one; else the text itself."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return text  # the service words what is wrong with it
    inner = content.get(_DESCRIBED) if isinstance(content, dict) else content
    return inner if isinstance(inner, str) else text
