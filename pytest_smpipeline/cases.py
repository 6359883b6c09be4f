"""Named cases in a file: the scripts of several pipelines, as JSON, under names that a test can ask for."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from inspect import Parameter, signature
from os import PathLike
from pathlib import Path
from textwrap import indent
from typing import Final, cast

from pytest_smpipeline._definition.json_text import JsonTextError, read_json
from pytest_smpipeline._definition.paths import render_keys
from pytest_smpipeline._definition.problems import Problems
from pytest_smpipeline._definition.wording import kind_of, quoted
from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.outcomes import Outcome, cache_hit, fail, hold, reject, stopped, succeed
from pytest_smpipeline.step_scripts import Script
from pytest_smpipeline.suggestions import choices, did_you_mean
from pytest_smpipeline.text_files import read_text
from pytest_smpipeline.values import Json, JsonObject

OUTCOMES: Final[Mapping[str, Callable[..., Outcome]]] = {
    "cache_hit": cache_hit,
    "fail": fail,
    "hold": hold,
    "reject": reject,
    "stopped": stopped,
    "succeed": succeed,
}
"""What a file calls an outcome, and the function that makes it: its arguments are the members that the file may give."""

# Editors find the schema of a file by this member.
_SCHEMA_MEMBER: Final = "$schema"


@dataclass(frozen=True, slots=True)
class Case:
    """What the steps of one pipeline do in one case; ``file`` is where it was read from."""

    name: str
    file: str
    steps: Mapping[str, Script]


@dataclass(slots=True)
class Cases:
    """The cases that a test has loaded, by pipeline and name."""

    _cases: dict[tuple[str, str], Case] = field(default_factory=dict)
    _files: list[str] = field(default_factory=list)

    def load(self, path: str | PathLike[str]) -> None:
        """Read a file of cases and add them to those already there.

        Raises ``UsageError``, and adds nothing, for a file that is not there, and with every problem and its path for one that does
        not follow ``cases.schema.json`` or has a case that is there already.
        """
        if not isinstance(path, str | PathLike):
            message = f"load_cases() takes the path of a .json file, not {path!r}."
            raise UsageError(message)
        found, text = read_text(Path(path), "cases")
        problems = Problems()
        cases = _read(str(found), text, problems)
        for key in cases:
            if key in self._cases:
                problems.add(f"${render_keys(key)}", f"This case was loaded from '{self._cases[key].file}' already.")
        _raise_found(problems, f"The cases file '{found}' can't be loaded")
        self._cases |= cases
        self._files.append(str(found))

    def find(self, pipeline: str, name: str) -> Case:
        """Return a case of a pipeline; raise ``UsageError`` with the closest name and the files that were loaded when there is none."""
        if not isinstance(name, str):
            message = f"case={name!r} is not the name of a case. A step that is called 'case' goes into the mapping: {{'case': ...}}."
            raise UsageError(message)
        if (pipeline, name) in self._cases:
            return self._cases[pipeline, name]
        if not self._files:
            message = f"There is no case {name!r} of pipeline {pipeline!r}: no cases file is loaded. Call load_cases('cases.json') first."
        else:
            names = [case for of, case in self._cases if of == pipeline]
            message = (
                f"There is no case {name!r} of pipeline {pipeline!r}.{did_you_mean(name, names)} Its cases: {choices(names)}. "
                f"Loaded: {', '.join(map(repr, self._files))}."
            )
        raise UsageError(message)


def read_steps(steps: JsonObject) -> dict[str, Script]:
    """Return what steps do, written as the steps of a case in a file are; raise ``UsageError`` with every problem and its path."""
    problems = Problems()
    reader = _Reader(problems)
    scripts = {step: reader.script(script, at) for step, at, script in reader.members(steps, "$", "steps")}
    _raise_found(problems, "The steps can't be scripted")
    return {step: script for step, script in scripts.items() if script is not None}


def read_outcome(outcome: Json) -> Outcome:
    """Return an outcome, written as in a file of cases; raise ``UsageError`` with every problem and its path."""
    problems = Problems()
    read = _Reader(problems).outcome(outcome, "$")
    _raise_found(problems, "This is no outcome")
    return cast("Outcome", read)


def _raise_found(problems: Problems, complaint: str) -> None:
    if problems:
        report = "\n".join(problem.located() for problem in problems)
        message = f"{complaint}:\n{indent(report, '  ')}"
        raise UsageError(message)


def _read(file: str, text: str, problems: Problems) -> dict[tuple[str, str], Case]:
    """Return the cases that a text holds; what is wrong with it is reported."""
    try:
        content = read_json(text)
    except JsonTextError as error:
        problems.add("$", f"This is no JSON: {error}.")
        return {}
    for path in _repeated(json.loads(text, object_pairs_hook=_Members), "$"):
        problems.add(path, "This member stands here twice.")
    if isinstance(content, dict):
        content.pop(_SCHEMA_MEMBER, None)
    reader = _Reader(problems)
    cases: dict[tuple[str, str], Case] = {}
    for pipeline, path, named in reader.members(content, "$", "pipelines"):
        for name, case_path, steps in reader.members(named, path, "cases"):
            scripts = {step: reader.script(script, at) for step, at, script in reader.members(steps, case_path, "steps")}
            cases[pipeline, name] = Case(name, file, {step: script for step, script in scripts.items() if script is not None})
    return cases


@dataclass(slots=True)
class _Reader:
    """Reads the parts of a file and reports everything that is not as it should be."""

    problems: Problems

    def members(self, value: Json, path: str, of_what: str) -> Iterator[tuple[str, str, Json]]:
        """Yield the names, paths and values of an object's members."""
        if not isinstance(value, dict):
            self.problems.add(path, f"Expected an object of {of_what}, got {kind_of(value)}.")
            return
        for name, inner in value.items():
            yield name, path + render_keys((name,)), inner

    def script(self, value: Json, path: str) -> Script | None:
        """Return a step's script: one outcome, or a list with one for each attempt."""
        if not isinstance(value, list):
            return self.outcome(value, path)
        outcomes = [self.outcome(outcome, f"{path}[{index}]") for index, outcome in enumerate(value)]
        return [outcome for outcome in outcomes if outcome is not None]

    def outcome(self, value: Json, path: str) -> Outcome | None:
        """Return the outcome that an object with one member means, such as ``{"fail": {"reason": "boom"}}``."""
        if not isinstance(value, dict) or len(value) != 1:
            got = f"one with {len(value)} members" if isinstance(value, dict) else kind_of(value)
            self.problems.add(path, f'Expected an object with one outcome, such as {{"fail": {{"reason": "boom"}}}}, got {got}.')
            return None
        ((name, arguments),) = value.items()
        path += render_keys((name,))
        if name not in OUTCOMES:
            self.problems.add(path, f"There is no outcome {quoted(name)}; valid: {choices(OUTCOMES)}.", near=(name, OUTCOMES))
            return None
        return self._made(name, OUTCOMES[name], arguments, path)

    def _made(self, name: str, make: Callable[..., Outcome], arguments: Json, path: str) -> Outcome | None:
        parameters = signature(make).parameters
        given = dict(self.arguments(name, arguments, path, parameters))
        missing = [word for word, parameter in parameters.items() if parameter.default is Parameter.empty and word not in given]
        if missing and isinstance(arguments, dict):
            self.problems.add(path, f"{quoted(name)} needs {choices(missing)}.")
        if missing or not isinstance(arguments, dict):
            return None
        try:
            return make(**given)
        except UsageError as error:
            self.problems.add(path, str(error))
            return None

    def arguments(self, name: str, value: Json, path: str, parameters: Mapping[str, Parameter]) -> Iterator[tuple[str, Json]]:
        """Yield the members of an outcome that its function takes."""
        for word, place, argument in self.members(value, path, "arguments"):
            if word in parameters:
                yield word, argument
            else:
                valid = choices(parameters)
                self.problems.add(place, f"{quoted(name)} takes no {quoted(word)}; valid: {valid}.", near=(word, parameters))


class _Members(list[tuple[str, object]]):
    """The members of an object as they stand in a text, repeated ones included."""


def _repeated(value: object, path: str) -> Iterator[str]:
    """Yield the paths of members whose name stands in their object a second time; Python's reader would keep only the last."""
    if isinstance(value, _Members):
        seen: set[str] = set()
        for name, inner in value:
            place = path + render_keys((name,))
            if name in seen:
                yield place
            seen.add(name)
            yield from _repeated(inner, place)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _repeated(inner, f"{path}[{index}]")
