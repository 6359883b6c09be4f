"""The examples of docs/clients.md, each where its client is installed: ``nox -t clients``."""

import re
from importlib import metadata
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "clients.md"
FOUND = re.findall(
    r"^<!-- example: skip: needs (.*?), .*? -->\n```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)
EXAMPLES = dict(FOUND)
PACKAGES = {"Airflow": "apache-airflow", "the SageMaker SDK 2": "sagemaker", "awscli": "awscli"}


def is_installed(package: str) -> bool:
    """Tell whether a package is there to run an example with."""
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return False
    return True


@pytest.mark.parametrize("client", PACKAGES)
def test_an_example_of_the_page_passes_where_its_client_is_installed(
    client: str, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a module of its own, in a process of its own."""
    if not is_installed(PACKAGES[client]):
        pytest.skip(f"{client} is not installed here: `nox -t clients` installs it, and runs this example")
    monkeypatch.setenv("SAGEMAKER_SUPPRESS_V2_WARNING", "1")
    monkeypatch.setenv("AIRFLOW_HOME", str(pytester.mkdir("airflow")))
    pytester.makepyfile(test_example=EXAMPLES[client])

    outcomes = pytester.runpytest_subprocess("-W", "ignore").parseoutcomes()

    assert outcomes == {"passed": 1}


def test_every_example_of_the_page_has_a_client() -> None:
    """So that none goes unrun."""
    assert len(FOUND) == PAGE.read_text(encoding="utf-8").count("```python")
    assert EXAMPLES.keys() == PACKAGES.keys()
