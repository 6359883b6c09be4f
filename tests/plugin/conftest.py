"""What the tests of the ways in share."""

import json
import textwrap
from collections.abc import Callable

# What a test run inside this process imports first is forgotten at its end: the next would have modules of its own beside these.
import boto3
import moto.core.models
import pytest

from pytest_smpipeline import coverage_hooks, mock

LOADED = (boto3, moto.core.models, coverage_hooks, mock)
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
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", *args)

    return run


@pytest.fixture
def undelivering() -> str:
    """A test whose pipeline leaves a property file in a bucket that nobody has made, while moto is awake."""
    return """
    import boto3
    from pytest_smpipeline import succeed

    STEP = {
        "Name": "Evaluate",
        "Type": "Processing",
        "Arguments": {"ProcessingOutputConfig": {"Outputs": [{"OutputName": "o", "S3Output": {"S3Uri": "s3://missing/run"}}]}},
        "PropertyFiles": [{"PropertyFileName": "Report", "OutputName": "o", "FilePath": "report.json"}],
    }

    def test_it(smpipeline):
        boto3.client("s3", region_name="us-east-1").list_buckets()
        smpipeline.add("churn", {"Version": "2020-12-01", "Steps": [STEP]})
        smpipeline.script("churn", Evaluate=succeed(property_files={"Report": {}}))
        smpipeline.start("churn")
    """.rstrip(" ")
