"""Everything that README.md and docs/ show is run, each example in an empty folder.

A comment in the line before a block, ``<!-- example: ... -->``, says what the block is where it is no test module of its own:

``conftest``     the conftest.py of the next example
``file NAME``    a file of this name beside the next example, whatever its language
``shared NAME``  a file of this name beside every example of the page from here on
``continue``     the rest of the module that the example before began
``fails``        a module whose tests fail, as the page says
``skip: REASON`` not run, for a reason that a reader of the source can judge
"""

import configparser
import json
import re
import shlex
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

# A run inside this process forgets at its end what it imported first: the next would make modules of its own beside these.
import boto3
import moto.core.models
import pytest

from pytest_smpipeline import mock
from pytest_smpipeline._wire import service_model

LOADED = (boto3, moto.core.models, mock)
ROOT = Path(__file__).parents[2]
PAGES = [page for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))) if page.exists()]

FENCE = re.compile(
    r"^(?:<!-- example: (?P<word>conftest|continue|fails|file|shared|skip)(?::? (?P<detail>\S[^\n]*?))? -->\n)?"
    r"```(?P<language>[^\n]*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
ANY_FENCE = re.compile(r"^\s*(?:```|~~~|<!-- example)", re.MULTILINE)


class Block(NamedTuple):
    """One fenced block: its language, its text, and what the comment before it says."""

    place: str
    language: str
    text: str
    word: str = ""
    detail: str = ""


class Example(NamedTuple):
    """One folder to run pytest in, and whether its tests fail."""

    place: str
    files: dict[str, str]
    fails: bool = False


def blocks_of(page: str, text: str) -> list[Block]:
    """Return a page's blocks; a fence or a comment that is not understood is an error, or its example would go unrun."""
    found = []
    understood = 0
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start("language")) + 1
        found.append(Block(f"{page}:{line}", match["language"], match["text"], match["word"] or "", match["detail"] or ""))
        understood += len(ANY_FENCE.findall(match[0]))
    assert understood == len(ANY_FENCE.findall(text)), f"{page} has a fence or an example comment that cannot be read"
    return found


def examples_of(blocks: list[Block]) -> list[Example]:
    """Return the folders that a page's blocks make."""
    found: list[Example] = []
    shared: dict[str, str] = {}
    beside: dict[str, str] = {}
    for block in blocks:
        if block.word == "skip":
            assert block.detail, f"{block.place} is skipped without a reason"
        elif block.word == "file":
            beside[block.detail] = block.text
        elif block.word == "shared":
            shared[block.detail] = block.text
        elif block.word == "conftest":
            beside["conftest.py"] = block.text
        elif block.word == "continue":
            begun = found.pop()
            found.append(
                begun._replace(files=begun.files | beside | {"test_example.py": begun.files["test_example.py"] + "\n\n" + block.text})
            )
            beside = {}
        elif block.language == "python":
            found.append(Example(block.place, shared | beside | {"test_example.py": block.text}, fails=block.word == "fails"))
            beside = {}
    assert not beside, f"{sorted(beside)} stand beside no example"
    return found


def commands(text: str) -> None:
    """Check that every command of a console block can be split as a shell would."""
    for line in text.splitlines():
        if line.startswith("$ "):
            shlex.split(line[2:], comments=True)


def ini(text: str) -> None:
    """Check that a block is an ini file."""
    configparser.ConfigParser(interpolation=None).read_string(text)


PARSERS: dict[str, Callable[[str], object]] = {"console": commands, "ini": ini, "json": json.loads, "toml": tomllib.loads}
SILENT = {"", "python", "text", "mermaid"}


def all_blocks() -> Iterator[Block]:
    """Yield the blocks of every page."""
    for page in PAGES:
        yield from blocks_of(page.relative_to(ROOT).as_posix(), page.read_text(encoding="utf-8"))


def all_examples() -> Iterator[Example]:
    """Yield the examples of every page."""
    for page in PAGES:
        yield from examples_of(blocks_of(page.relative_to(ROOT).as_posix(), page.read_text(encoding="utf-8")))


@pytest.mark.parametrize("example", [pytest.param(example, id=example.place) for example in all_examples()])
def test_an_example_does_what_its_page_says(example: Example, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader who pastes an example into an empty folder gets what the page shows."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)

    check(example, pytester)


@pytest.mark.parametrize("block", [pytest.param(block, id=block.place) for block in all_blocks() if block.language in PARSERS])
def test_a_block_of_configuration_or_commands_can_be_read(block: Block) -> None:
    """What is not run is at least well formed."""
    PARSERS[block.language](block.text)


def test_every_block_names_a_language_that_is_checked() -> None:
    """A new language needs a decision here rather than going unread."""
    assert {block.language for block in all_blocks()} <= PARSERS.keys() | SILENT


def test_the_readme_has_examples() -> None:
    """The page everybody reads first shows something that runs."""
    assert any(example.place.startswith("README.md:") for example in all_examples())


def check(example: Example, pytester: pytest.Pytester) -> None:
    """Run an example and compare how it ends; a module without tests of its own must be importable."""
    for name, text in example.files.items():
        path = pytester.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    # In this process, since a new one takes longer to import boto3 and moto than most examples take.
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "asyncio", "-o", "asyncio_default_fixture_loop_scope=function")

    if AGE in result.stdout.str() and not RECENT:
        pytest.skip(f"{AGE} all that this example shows")
    if example.fails:
        assert result.ret == pytest.ExitCode.TESTS_FAILED
    elif re.search(r"\bdef test_", example.files["test_example.py"]):
        assert result.ret == pytest.ExitCode.OK
    else:
        assert result.ret in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}


AGE = "the installed botocore does not know"
RECENT = "PipelineVersionAlias" in service_model.current().input_shape("StartPipelineExecution").members

PAGE = """
A page.

<!-- example: conftest -->
```python
import pytest

@pytest.fixture
def answer(): return 42
```

<!-- example: file data/input.json -->
```json
{"a": 1}
```

```python
def test_answer(answer): assert answer == 42
```

<!-- example: continue -->
```python
def test_more(answer): assert answer != 41
```

<!-- example: fails -->
```python
def test_wrong(): assert 41 == 42
```

<!-- example: skip: needs an account -->
```python
import nowhere
```
"""


def test_a_shared_file_is_beside_every_example_that_follows() -> None:
    """A page that shows two tests of one module shows the module once."""
    module = "<!-- example: shared code.py -->\n```python\nANSWER = 42\n```\n\n"
    example = "```python\nfrom code import ANSWER\n```\n\n"

    before, first, second = examples_of(blocks_of("page.md", example + module + example * 2))

    assert [sorted(each.files) for each in (before, first, second)] == [["test_example.py"], *[["code.py", "test_example.py"]] * 2]


def test_comments_say_what_a_block_is() -> None:
    """Files gather beside the next example, a continuation joins the example before, and a skipped block is no example."""
    answer, wrong = examples_of(blocks_of("page.md", PAGE))

    assert (answer.place, answer.fails) == ("page.md:17", False)
    assert sorted(answer.files) == ["conftest.py", "data/input.json", "test_example.py"]
    assert "test_answer" in answer.files["test_example.py"]
    assert "test_more" in answer.files["test_example.py"]
    assert (wrong.place, wrong.fails, list(wrong.files)) == ("page.md:27", True, ["test_example.py"])


def test_a_page_that_tells_the_truth_passes(pytester: pytest.Pytester) -> None:
    """Passing and failing examples end as announced."""
    for example in examples_of(blocks_of("page.md", PAGE)):
        check(example, pytester)


@pytest.mark.parametrize(
    "text",
    ["def test_wrong(): assert 41 == 42\n", "import nowhere\n", "def test_it(no_such_fixture): pass\n"],
    ids=["failing test", "failing import", "missing fixture"],
)
def test_a_page_that_does_not_tell_the_truth_is_found(text: str, pytester: pytest.Pytester) -> None:
    """An example that fails unannounced fails its test."""
    with pytest.raises(AssertionError):
        check(Example("page.md:1", {"test_example.py": text}), pytester)


def test_a_failure_that_does_not_come_is_found(pytester: pytest.Pytester) -> None:
    """A page that shows a failure is wrong when there is none."""
    with pytest.raises(AssertionError):
        check(Example("page.md:1", {"test_example.py": "def test_fine(): pass\n"}, fails=True), pytester)


@pytest.mark.parametrize(
    "text",
    [
        "```python\nnever closed\n",
        "~~~python\n~~~\n",
        "<!-- example: skipp: typo -->\n```python\n```\n",
        "<!-- example: fails -->\n\n```python\n```\n",
    ],
    ids=["open fence", "tildes", "unknown word", "comment apart from its block"],
)
def test_what_cannot_be_read_is_found(text: str) -> None:
    """An example that would silently go unrun is an error."""
    with pytest.raises(AssertionError, match="cannot be read"):
        blocks_of("page.md", text)


def test_a_file_beside_no_example_is_found() -> None:
    """A conftest.py at the end of a page belongs to nothing."""
    with pytest.raises(AssertionError, match="beside no example"):
        examples_of(blocks_of("page.md", "<!-- example: conftest -->\n```python\n```\n"))


def test_a_skip_without_a_reason_is_found() -> None:
    """Not running an example takes an argument."""
    with pytest.raises(AssertionError, match="without a reason"):
        examples_of(blocks_of("page.md", "<!-- example: skip -->\n```python\n```\n"))


@pytest.mark.parametrize(
    ("language", "text"),
    [("toml", "a = "), ("ini", "no section"), ("json", "{"), ("console", '$ echo "open')],
    ids=["toml", "ini", "json", "console"],
)
def test_a_malformed_block_is_found(language: str, text: str) -> None:
    """The parsers refuse what is not well formed."""
    with pytest.raises((ValueError, configparser.Error)):
        PARSERS[language](text)
