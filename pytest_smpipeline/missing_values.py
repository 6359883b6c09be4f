"""The lines that supply what nothing supplied: for each value that a pipeline missed, what the test has to write."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final, cast

from pytest_smpipeline._definition.expressions import PropertyFileReference, Reference, StepReference
from pytest_smpipeline._definition.paths import Path
from pytest_smpipeline._engine.performer import MissingValue
from pytest_smpipeline.step_scripts import script_call

_S3_OBJECT: Final = re.compile(r"s3://(?P<bucket>[^/\s]+)/(?P<key>\S+?)[:,.]?(?:\s|$)")
# Lists whose elements a reference picks by name: the member that holds it.
_NAMED: Final[Mapping[str, str]] = {"InputDataConfig": "ChannelName", "Outputs": "OutputName", "ProcessingInputs": "InputName"}


def distinct(missing: Iterable[MissingValue]) -> list[MissingValue]:
    """Return the values that nothing supplied, each once; those that are there and only of a wrong kind are none of them."""
    found: dict[tuple[str, Reference | str], MissingValue] = {}
    for value in missing:
        if value.reference is not None or _S3_OBJECT.search(value.message):
            found.setdefault((value.pipeline, value.reference or value.message), value)
    return list(found.values())


def lines_to_write(missing: Iterable[MissingValue], scripted: Collection[tuple[str, str]]) -> list[str]:
    """Return the lines that supply these values; what only the author knows is an ellipsis in them.

    All that one step has to bring along is in one line; where the step is ``scripted`` already it goes into its outcome. There is
    no line for the item of an iteration: it comes from wherever the ForEach step gets its list.
    """
    keywords: dict[tuple[str, str], dict[object, object]] = {}
    lines: list[str] = []
    for value in missing:
        supplied = _supplied(value.reference)
        if supplied is not None:
            step, keyword, literal = supplied
            given = keywords.setdefault((value.pipeline, step), {})
            given[keyword] = _joined(given.get(keyword), literal)
        elif found := _S3_OBJECT.search(value.message):
            bucket = f"Bucket={found['bucket']!r}"
            lines.append(f"boto3.client('s3').create_bucket({bucket})")
            lines.append(f"boto3.client('s3').put_object({bucket}, Key={found['key']!r}, Body=json.dumps({{...: ...}}))")
    for (pipeline, step), given in keywords.items():
        outcome = f"succeed({', '.join(f'{keyword}={_text(literal)}' for keyword, literal in given.items())})"
        if (pipeline, step) in scripted:
            lines.append(f"{outcome} in what is scripted for step {step!r} of pipeline {pipeline!r}")
        else:
            lines.append(f"smpipeline.{script_call(pipeline, step, outcome)}")
    return list(dict.fromkeys(lines))


def _supplied(reference: Reference | None) -> tuple[str, str, object] | None:
    """Return the step that could bring a value along, the keyword of ``succeed()``, and the literal to fill in."""
    match reference:
        case PropertyFileReference(step, name):
            return step, "property_files", {name: {...: ...}}
        case StepReference(_, ("IterationOutputs", int(), str(body_step), *path)):
            return _supplied(StepReference(body_step, tuple(path)))
        case StepReference(step, ("OutputParameters", str(name), *_)):
            return step, "outputs", {name: ...}
        case StepReference(step, ("FinalMetricDataList", str(name), *_)):
            return step, "metrics", {name: ...}
        case StepReference(step, (str(), *_) as path):
            return step, "properties", _nested(tuple(path))
        case _:
            return None


def _nested(path: Path) -> object:
    """Return the literal that has something to fill in at a path."""
    literal: object = ...
    for place in reversed(range(len(path))):
        key, named_by = path[place], _NAMED.get(str(path[place - 1])) if place else None
        if isinstance(key, int):
            literal = [literal]
        elif named_by is not None:
            literal = [{named_by: key, **(cast("dict[str, object]", literal) if isinstance(literal, dict) else {})}]
        else:
            literal = {key: literal}
    return literal


def _joined(one: object, other: object) -> object:
    """Return two literals laid into each other: members of objects by name, elements of lists one behind the other."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one | {key: _joined(one.get(key), value) for key, value in other.items()}
    return [*one, *other] if isinstance(one, list) and isinstance(other, list) else other


def _text(literal: object) -> str:
    match literal:
        case dict():
            return f"{{{', '.join(f'{_text(key)}: {_text(value)}' for key, value in literal.items())}}}"
        case list():
            return f"[{', '.join(map(_text, literal))}]"
        case _:
            return "..." if literal is ... else repr(literal)
