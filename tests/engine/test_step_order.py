"""The order of steps: what starts when, and how many run at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from pytest_smpipeline import Execution, SMPipelineMock, succeed
from pytest_smpipeline.values import JsonObject

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

Step = Callable[..., JsonObject]
Run = Callable[..., Execution]
Listed = Callable[[Execution], list[dict[str, Any]]]


@pytest.mark.fidelity("RUN-001")
def test_steps_that_wait_for_nothing_start_together(run: Run, step: Step) -> None:
    """By default a pipeline starts all steps that are available to run in parallel, at one instant."""
    execution = run(step("A"), step("B"), step("C"))

    assert len({execution.steps[name].started for name in "ABC"}) == 1


@pytest.mark.fidelity("RUN-002")
def test_a_step_starts_after_those_in_its_depends_on_have_ended(run: Run, step: Step) -> None:
    """DependsOn makes a step wait for the end of each step that it lists."""
    execution = run(step("Last", "Slow", "Quick"), step("Slow"), step("Quick"), script={"Slow": succeed(duration=3600)})

    assert execution.order == ["Slow", "Quick", "Last"]
    assert execution.steps["Last"].started > (execution.steps["Slow"].ended or execution.steps["Last"].started)


@pytest.mark.fidelity("RUN-003")
@pytest.mark.parametrize(
    "reference",
    [
        {"Get": "Steps.First.TrainingJobName"},
        {"Std:Join": {"On": "/", "Values": ["s3://bucket", {"Get": "Steps.First.TrainingJobName"}]}},
    ],
    ids=["Get", "Std:Join"],
)
def test_a_step_starts_after_those_it_refers_to_have_ended(run: Run, step: Step, reference: JsonObject) -> None:
    """A property reference is a dependency, whether it stands alone or inside a function."""
    execution = run(step("Second", arguments={"RoleArn": reference}), step("First"))

    assert execution.order == ["First", "Second"]
    assert execution.steps["Second"].started > (execution.steps["First"].ended or execution.steps["Second"].started)


@pytest.mark.fidelity("RUN-003")
def test_a_property_file_in_a_condition_is_a_dependency(run: Run, step: Step, condition: Step) -> None:
    """A Condition step waits for the step that writes the file which it reads."""
    report: JsonObject = {"PropertyFileName": "report", "OutputName": "out", "FilePath": "report.json"}
    outputs: JsonObject = {"ProcessingOutputConfig": {"Outputs": [{"OutputName": "out"}]}}
    file: JsonObject = {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.Evaluate.PropertyFiles.report"}, "Path": "ok"}}
    evaluate = step("Evaluate", kind="Processing", arguments=outputs, PropertyFiles=[report])

    execution = run(condition("Gate", left=file), evaluate, script={"Evaluate": succeed(property_files={"report": {"ok": 1}})})

    assert execution.order == ["Evaluate", "Gate"]


@pytest.mark.fidelity("RUN-004")
def test_steps_that_become_ready_together_start_in_the_order_of_the_definition(run: Run, step: Step) -> None:
    """Nobody knows how the service orders steps that start at one instant; here the definition does."""
    execution = run(step("Z"), step("B", "Z"), step("A", "Z"), step("Y"))

    assert execution.order == ["Z", "Y", "B", "A"]


@pytest.mark.fidelity("RUN-005")
def test_no_more_steps_run_at_once_than_the_limit(run: Run, step: Step) -> None:
    """MaxParallelExecutionSteps caps the steps that run; the next one starts once one has ended."""
    steps = [step(f"S{number}") for number in range(5)]

    execution = run(*steps, parallelism=2)

    starts = [execution.steps[f"S{number}"].started for number in range(5)]
    assert starts[0] == starts[1] < starts[2] == starts[3] < starts[4]


@pytest.mark.fidelity("RUN-006")
@time_machine.travel("2026-11-22T12:00:00Z", tick=False)
@pytest.mark.smpipeline(progress="manual")
def test_a_step_that_waits_for_room_is_not_listed(smpipeline: SMPipelineMock, run: Run, step: Step, listed: Listed) -> None:
    """With a limit of 1 and two independent steps only one is listed at first."""
    execution = run(step("A"), step("B"), parallelism=1)

    smpipeline.advance(seconds=2)

    assert [(item["StepName"], item["StepStatus"]) for item in listed(execution)] == [("A", "Executing")]


@pytest.mark.fidelity("RUN-007")
def test_a_start_may_set_a_limit_of_its_own(smpipeline: SMPipelineMock, run: Run, step: Step, client: "SageMakerClient") -> None:
    """The ParallelismConfiguration of the start overrides that of the pipeline, for this execution only."""
    run(step("A"), step("B"), parallelism=2)
    client.start_pipeline_execution(PipelineName="churn", ParallelismConfiguration={"MaxParallelExecutionSteps": 1})

    first, second = smpipeline.executions
    assert first.steps["A"].started == first.steps["B"].started
    assert second.steps["A"].started < second.steps["B"].started


@pytest.mark.fidelity("RUN-030")
def test_room_goes_to_the_ready_step_that_comes_first_in_the_definition(run: Run, step: Step) -> None:
    """A step that becomes ready later may still come first when there is room for one."""
    execution = run(step("A"), step("B", "A"), step("C"), parallelism=1)

    assert execution.order == ["A", "B", "C"]


@pytest.mark.fidelity("RUN-008")
def test_a_pipeline_without_steps_succeeds(run: Run) -> None:
    """Nothing to do is done after the usual gap."""
    execution = run()

    assert (execution.status, execution.order) == ("Succeeded", [])


@pytest.mark.fidelity("RUN-009")
def test_the_steps_are_listed_newest_first(run: Run, step: Step, listed: Listed) -> None:
    """ListPipelineExecutionSteps lists what has been started, the step started last at the top."""
    execution = run(step("A"), step("B", "A"), step("C", "B"))

    assert [item["StepName"] for item in listed(execution)] == ["C", "B", "A"]


@pytest.mark.fidelity("RUN-010")
def test_an_execution_ends_with_its_last_step(run: Run, step: Step) -> None:
    """The execution ends at the instant at which nothing runs and nothing can start any more."""
    execution = run(step("A"), step("B"), script={"B": succeed(duration=9999)})

    assert execution.ended == execution.steps["B"].ended
    assert execution.steps["B"].duration == timedelta(seconds=9999)


def test_two_thousand_steps_in_layers_run_layer_by_layer(run: Run, step: Step) -> None:
    """Each waits for three of the layer before; a layer starts together, a gap after the last one has ended."""
    width, layers = 20, 100
    steps = [
        step(f"S{layer}-{place}", *(f"S{layer - 1}-{(place + near) % width}" for near in range(3) if layer))
        for layer in range(layers)
        for place in range(width)
    ]

    execution = run(*steps)

    assert execution.status == "Succeeded"
    assert execution.order == [one["Name"] for one in steps]
    starts = [{execution.steps[f"S{layer}-{place}"].started for place in range(width)} for layer in range(layers)]
    assert all(len(start) == 1 for start in starts)
    assert execution.ended == execution.started + layers * timedelta(seconds=301)
