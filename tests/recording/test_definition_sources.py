"""The forms of a definition: dict, text, path, object."""

import json
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

import pytest

from pytest_smpipeline import UsageError
from pytest_smpipeline.definition_sources import DefinitionSource, definition_text
from pytest_smpipeline.values import JsonObject

CONTENT: JsonObject = {"Version": "2020-12-01", "Steps": []}
TEXT = json.dumps(CONTENT)


class Sdk:
    """Something that says its definition."""

    def __init__(self, says: object) -> None:
        """Say this."""
        self.says = says

    def definition(self) -> object:
        """Say it."""
        return self.says


class Holder:
    """Something that holds its definition."""

    def __init__(self, definition: object) -> None:
        """Hold this."""
        self.definition = definition


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a new folder the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "source",
    [
        CONTENT,
        MappingProxyType(CONTENT),
        TEXT,
        f"\n {TEXT}",
        json.dumps(TEXT),
        json.dumps({"PipelineDefinition": TEXT}),
        {"PipelineDefinition": TEXT},
        Sdk(TEXT),
        Sdk(CONTENT),
        Holder(CONTENT),
    ],
    ids=[
        *("dict", "mapping", "text", "indented text", "text in JSON", "answer as text", "answer"),
        *("object with text", "object with dict", "object that holds it"),
    ],
)
def test_a_definition_is_a_dict_text_or_an_object_that_has_it(source: DefinitionSource) -> None:
    """Whatever the form, the service gets JSON text that means the same."""
    assert json.loads(definition_text(source)) == CONTENT


@pytest.mark.parametrize("form", [str, Path], ids=["str", "Path"])
@pytest.mark.parametrize("absolute", [False, True], ids=["relative", "absolute"])
def test_a_definition_is_read_from_a_file(here: Path, form: Callable[[Path], str | Path], absolute: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """A relative path counts from the current folder."""
    (here / "churn.json").write_text(TEXT, encoding="utf-8")

    assert definition_text(form(here / "churn.json" if absolute else Path("churn.json"))) == TEXT


def test_a_relative_path_counts_from_the_root_of_pytest_too(pytester: pytest.Pytester) -> None:
    """A test finds its files from whatever folder pytest was started in."""
    (pytester.path / "churn.json").write_text(TEXT, encoding="utf-8")
    pytester.makefile(".ini", pytest="[pytest]")
    pytester.makepyfile(
        """
        def test_it(smpipeline, tmp_path, monkeypatch):
            monkeypatch.chdir(tmp_path)
            assert smpipeline.add("churn", "churn.json").steps == []
        """
    )

    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_a_file_may_start_with_a_byte_order_mark(here: Path) -> None:
    """As editors on Windows write it."""
    (here / "churn.json").write_text(TEXT, encoding="utf-8-sig")

    assert definition_text("churn.json") == TEXT


@pytest.mark.parametrize(
    "content",
    [{"PipelineName": "churn", "PipelineDefinition": TEXT}, {"PipelineDefinition": TEXT, "CreationTime": 1.5}, TEXT],
    ids=["describe-pipeline", "describe-pipeline-definition-for-execution", "--query PipelineDefinition"],
)
def test_a_file_may_hold_the_output_of_the_command_line(here: Path, content: object) -> None:
    """The definition is the text inside it."""
    (here / "described.json").write_text(json.dumps(content), encoding="utf-8")

    assert definition_text("described.json") == TEXT


@pytest.mark.parametrize("text", ["not json", '["a"]', '{"PipelineDefinition": {"Steps": []}}', "[" * 100_000], ids=lambda text: text[:20])
def test_any_other_file_is_left_to_the_service(here: Path, text: str) -> None:
    """Whatever is wrong with it, the service says so in its own words."""
    (here / "churn.json").write_text(text, encoding="utf-8")

    assert definition_text("churn.json") == text


def test_text_that_starts_with_a_bracket_is_left_to_the_service() -> None:
    """A list is no definition, and no path either."""
    assert definition_text("[1]") == "[1]"


def test_a_file_that_is_not_there_is_named_with_the_folders_searched(here: Path) -> None:
    """The root folder of pytest is searched too."""
    with pytest.raises(UsageError) as caught:
        definition_text("chrun.json")

    root = Path(__file__).parents[2]
    assert str(caught.value) == (
        f"There is no definition file 'chrun.json'; looked for '{here / 'chrun.json'}' and '{root / 'chrun.json'}'. "
        "JSON text starts with '{'."
    )


def test_an_absolute_path_is_looked_for_once(here: Path) -> None:
    """It leads to the same place from every folder."""
    with pytest.raises(UsageError) as caught:
        definition_text(here / "a.json")

    assert str(caught.value) == (
        f"There is no definition file '{here / 'a.json'}'; looked for '{here / 'a.json'}'. JSON text starts with '{{'."
    )


def test_text_that_is_too_long_for_a_path_is_shortened() -> None:
    """A template that was not filled in is no path, and not worth printing whole."""
    with pytest.raises(UsageError) as caught:
        definition_text("x" * 5_000)

    assert str(caught.value).startswith(f"There is no definition file '{'x' * 56} ... {'x' * 56}'; looked for '/")
    assert len(str(caught.value)) < 600


def test_a_file_that_is_not_utf_8_is_refused(here: Path) -> None:
    """The message names the file, the byte and what to do."""
    (here / "churn.json").write_bytes(TEXT.encode("utf-16"))

    with pytest.raises(UsageError) as caught:
        definition_text("churn.json")

    assert str(caught.value) == (
        f"The definition file '{here / 'churn.json'}' is not UTF-8: invalid start byte at byte 0. Save it as UTF-8."
    )


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"Steps": {1, 2}}, "Object of type set is not JSON serializable"),
        ({("a", "b"): 1}, "keys must be str, int, float, bool or None, not tuple"),
    ],
    ids=["value", "key"],
)
def test_a_dict_that_is_no_json_is_refused(source: DefinitionSource, message: str) -> None:
    """The message says what a definition may hold."""
    with pytest.raises(UsageError) as caught:
        definition_text(source)

    assert str(caught.value) == (
        f"The definition is no JSON: {message}. Use only dicts with string keys, lists, strings, numbers, booleans and None."
    )


@pytest.mark.parametrize(
    ("source", "what"), [(5, "int 5"), (Sdk(5), "int 5"), (("a",), "tuple ('a',)")], ids=["number", "object with a number", "tuple"]
)
def test_anything_else_is_no_definition(source: DefinitionSource, what: str) -> None:
    """The message names the kinds of values that are."""
    with pytest.raises(UsageError) as caught:
        definition_text(source)

    assert str(caught.value) == (
        f"A pipeline definition can't be made of the {what}. "
        "Give a dict, JSON text, the path of a .json file, or an object with .definition()."
    )


@pytest.mark.parametrize("source", [["Train"], [{"Name": "Train", "Type": "Training", "Arguments": {}}]], ids=["names", "steps"])
def test_a_list_is_told_where_it_belongs(source: DefinitionSource) -> None:
    """Both kinds of lists are a slip away from what was meant."""
    with pytest.raises(UsageError) as caught:
        definition_text(source)

    assert str(caught.value).endswith(
        " A list of steps is a member of one: {'Version': '2020-12-01', 'Steps': [...]}. A list of names is for steps=."
    )
