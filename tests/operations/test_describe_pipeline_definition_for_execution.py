"""DescribePipelineDefinitionForExecution."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from pytest_smpipeline import SMPipelineMock

Start = Callable[..., str]


@pytest.mark.fidelity("DEF4EXEC-002", "DEF4EXEC-003")
def test_an_execution_keeps_the_definition_of_its_version(
    smpipeline: SMPipelineMock, start: Start, smpipeline_client: Any, define: Callable[..., str], noon: datetime
) -> None:
    """Later versions change nothing; CreationTime is that of the version."""
    first, second = define("Train"), f"\n{define('Other')}\t"
    smpipeline.add("churn", first)
    smpipeline.advance(1.5)
    old = start()
    smpipeline.add("churn", second)
    updated = smpipeline.now
    smpipeline.advance(60)
    new = start()

    described = [smpipeline_client.describe_pipeline_definition_for_execution(PipelineExecutionArn=arn) for arn in (old, new)]

    for answer in described:
        del answer["ResponseMetadata"]
    assert described == [
        {"PipelineDefinition": first, "CreationTime": noon},
        {"PipelineDefinition": second, "CreationTime": updated},
    ]
    assert updated > noon


@pytest.mark.fidelity("DEF4EXEC-002")
def test_a_start_of_an_older_version_shows_that_versions_definition(
    smpipeline: SMPipelineMock, start: Start, smpipeline_client: Any, define: Callable[..., str]
) -> None:
    """The version that ran counts, not the latest at the start."""
    smpipeline.add("churn", define("Train"))
    smpipeline.add("churn", define("Other"))

    arn = start(PipelineVersionId=1)

    answer = smpipeline_client.describe_pipeline_definition_for_execution(PipelineExecutionArn=arn)
    assert answer["PipelineDefinition"] == define("Train")
