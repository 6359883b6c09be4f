"""What it costs to have the plugin installed, seen from fresh interpreters."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import pytest_smpipeline
from benchmarks.effort import Effort
from benchmarks.timing import Measurement, summary

_IMPORT: Final = """
import sys, time
import pytest
began = time.process_time()
import pytest_smpipeline.plugin
print((time.process_time() - began) * 1000)
print(len({name.partition(".")[0] for name in sys.modules} & {"botocore", "boto3", "moto"}))
"""

_TEST: Final = """
import sys

def test_pipelines_only(smpipeline, smpipeline_client):
    step = {"Name": "Train", "Type": "Training", "Arguments": {}}
    smpipeline.add("churn", {"Version": "2020-12-01", "Steps": [step]})
    arn = smpipeline_client.start_pipeline_execution(PipelineName="churn", ClientRequestToken="a" * 32)["PipelineExecutionArn"]
    smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=arn)
    print("modules of moto:", sum(name.partition(".")[0] == "moto" for name in sys.modules))
"""

_RUN: Final = """
import importlib.metadata, sys
import pytest
here = [entry.value for entry in importlib.metadata.entry_points(group="pytest11")]
plugin = [] if "pytest_smpipeline.plugin" in here else ["-p", "pytest_smpipeline.plugin"]
sys.exit(pytest.main(["-q", "-s", "-p", "no:cacheprovider", *plugin, sys.argv[1]]))
"""


def plugin_import(effort: Effort) -> Measurement:
    """Return the CPU milliseconds that pytest needs to load the plugin, compiled as an installed package is."""
    with tempfile.TemporaryDirectory() as compiled:
        _python("-c", _IMPORT, compiled=compiled)
        return summary([float(_python("-c", _IMPORT, compiled=compiled).split()[0]) for _ in range(effort.long_rounds)])


def libraries_of_unused_plugin(effort: Effort) -> Measurement:
    """Return how many of botocore, boto3 and moto are imported by a plugin that no test uses."""
    del effort
    return summary([float(_python("-c", _IMPORT).split()[1])])


def moto_modules_of_used_fixture(effort: Effort) -> Measurement:
    """Return how many modules of moto a test brings in that uses the fixture and calls pipelines only."""
    del effort
    with tempfile.TemporaryDirectory() as folder:
        test = Path(folder) / "test_pipelines_only.py"
        test.write_text(_TEST, encoding="utf-8")
        printed = _python("-c", _RUN, str(test))
    _, _, number = printed.partition("modules of moto: ")
    return summary([float(number.split()[0])])


def _python(*arguments: str, compiled: str = "") -> str:
    """Return what a fresh interpreter prints that finds the package where this one has it, and bytecode in ``compiled`` if that is given.

    Raises ``RuntimeError`` with its output when it fails.
    """
    place = Path(pytest_smpipeline.__file__).parents[1]
    variables = {"PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""} if compiled else {}
    environment = {**os.environ, **variables}
    done = subprocess.run([sys.executable, *arguments], cwd=place, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout
