"""The examples of docs/step-functions.md, which need the SageMaker SDK 2: ``nox -s sdk2``."""

import re
from importlib import metadata
from pathlib import Path

import pytest

try:
    metadata.version("sagemaker")
except metadata.PackageNotFoundError:
    WHY = "the SageMaker SDK 2 is not installed here: it brings some fifty packages, so `nox -s sdk2` runs these tests"
    pytest.skip(WHY, allow_module_level=True)

PAGE = Path(__file__).parents[2] / "docs" / "step-functions.md"
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"example{number}" for number in range(len(EXAMPLES))])
def test_the_examples_of_the_page_pass(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, example: str) -> None:
    """Each as a module of its own, in a process of its own."""
    monkeypatch.setenv("SAGEMAKER_SUPPRESS_V2_WARNING", "1")
    pytester.makepyfile(test_example=example)

    outcomes = pytester.runpytest_subprocess("-W", "ignore").parseoutcomes()

    assert outcomes == {"passed": 1}


def test_the_page_has_examples() -> None:
    """So that the test above has something to run."""
    assert len(EXAMPLES) == 2
