"""``@aws-sdk/client-sagemaker`` on Node, against the server: ``nox -s node``, which installs it in a folder of its own."""

import os
import shutil
import subprocess
from pathlib import Path

import boto3
import pytest

from pytest_smpipeline import SMPipelineMock, SMPipelineServer

NODE = shutil.which("node") or "node"
MODULES = os.environ.get("SMPIPELINE_NODE_MODULES", "")
SCRIPT = Path(__file__).parent / "node" / "pipeline.test.cjs"
pytestmark = pytest.mark.skipif(
    not MODULES, reason="no AWS SDK for JavaScript is named for this test: `nox -s node` installs it and runs it"
)


def test_the_tests_in_javascript_pass(smpipeline: SMPipelineMock, smpipeline_server: SMPipelineServer) -> None:
    """They seed and script by the JSON door, and what they start and store is there for this process."""
    env = os.environ | smpipeline_server.env | {"NODE_PATH": MODULES}
    command = [NODE, "--test", "--test-reporter=tap", str(SCRIPT)]

    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "# pass 6" in done.stdout
    smpipeline.executions.of("churn")[0].assert_failed(step="Train", reason="no capacity")
    smpipeline.assert_started("churn", parameters={"Date": "2026-11-22"}, times=1)
    assert boto3.client("s3").get_object(Bucket="features", Key="day")["Body"].read() == b"2026-11-22"
