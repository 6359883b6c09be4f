"""What the tests of the ways in share."""

import json
import textwrap
from collections.abc import Callable

# Loaded before any run inside a test: what only such a run loads is forgotten after it, and what was patched with it.
import boto3  # noqa: F401
import pytest

from pytest_smpipeline import coverage_hooks, mock  # noqa: F401

DEFINITION = json.dumps(
    {
        "Version": "2020-12-01",
        "Parameters": [{"Name": "Date", "Type": "String", "DefaultValue": "today"}],
        "Steps": [{"Name": "Train", "Type": "Training", "Arguments": {}}],
    }
)


@pytest.fixture
def definition() -> str:
    """Return a definition of one step and one parameter."""
    return DEFINITION


@pytest.fixture
def run_tests(pytester: pytest.Pytester) -> Callable[..., pytest.RunResult]:
    """Return a function that runs a test file as a project of its own."""

    def run(source: str, *args: str, **files: str) -> pytest.RunResult:
        pytester.makepyfile(test_it=f"DEFINITION = {DEFINITION!r}\n{textwrap.dedent(source)}")
        # An ini file of its own makes the folder the root, wherever the temporary folders are.
        for name, content in {"pytest_ini": "[pytest]\n", **files}.items():
            pytester.path.joinpath(name.replace("_", ".", 1)).write_text(content)
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:asyncio", *args)

    return run
