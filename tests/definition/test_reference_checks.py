"""References to what does not exist, Fail steps, and cycles."""

from collections.abc import Callable

import pytest

from pytest_smpipeline._definition.nodes import Definition
from pytest_smpipeline._definition.problems import DefinitionError
from pytest_smpipeline.values import Json, JsonObject

Refusal = Callable[..., DefinitionError]


def train(name: str, argument: Json = None, **members: Json) -> JsonObject:
    """Return a Training step with one argument."""
    return {"Name": name, "Type": "Training", "Arguments": {"X": argument}, **members}


def get(text: str) -> JsonObject:
    """Return a reference."""
    return {"Get": text}


def each(*body: Json, **arguments: Json) -> JsonObject:
    """Return a ForEach step."""
    return {
        "Name": "Each",
        "Type": "ForEach",
        "Arguments": {"IterableItems": [1], "MaxConcurrency": 1, "ForEachBody": list(body), **arguments},
    }


FAIL: JsonObject = {"Name": "FailStep", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}}
EVAL: JsonObject = {
    "Name": "Eval",
    "Type": "Processing",
    "Arguments": {"ProcessingOutputConfig": {"Outputs": [{"OutputName": "o"}]}},
    "PropertyFiles": [{"PropertyFileName": "Report", "OutputName": "o", "FilePath": "r.json"}],
}


@pytest.mark.fidelity("DEF-050", "DEF-051", "DEF-052", "DEF-053", "DEF-054", "DEF-055", "REF-012")
@pytest.mark.parametrize(
    ("step", "message"),
    [
        (
            train("A", get("Parameters.Epoch")),
            "'Parameters.Epoch' names no parameter of the pipeline. Did you mean 'Epochs'? @ $.Steps[1].Arguments.X.Get",
        ),
        (
            train("A", {"Std:Join": {"Values": ["x", get("Execution.PipelineNam")]}}),
            (
                "'Execution.PipelineNam' names no execution variable. Did you mean 'PipelineName'?"
                " @ $.Steps[1].Arguments.X['Std:Join'].Values[1].Get"
            ),
        ),
        (
            train("A", get("Steps.Evil.Y")),
            "'Steps.Evil.Y' names no step of the pipeline. Did you mean 'Eval'? @ $.Steps[1].Arguments.X.Get",
        ),
        (
            train("A", {"Std:JsonGet": {"PropertyFile": get("Steps.Evil.PropertyFiles.Report"), "Path": "a"}}),
            (
                "'Steps.Evil.PropertyFiles.Report' names no step of the pipeline. Did you mean 'Eval'?"
                " @ $.Steps[1].Arguments.X['Std:JsonGet'].PropertyFile.Get"
            ),
        ),
        (
            train("A", {"Std:JsonGet": {"PropertyFile": get("Steps.Eval.PropertyFiles.Rapport"), "Path": "a"}}),
            (
                "'Steps.Eval.PropertyFiles.Rapport' names no property file of the step 'Eval'. Did you mean 'Report'?"
                " @ $.Steps[1].Arguments.X['Std:JsonGet'].PropertyFile.Get"
            ),
        ),
        (
            train("A", get("ForEach.CurrentItem")),
            "'ForEach.CurrentItem' is known only inside the body of a ForEach step. @ $.Steps[1].Arguments.X.Get",
        ),
        (
            train("A", DependsOn=["Eval", "Evla"]),
            "Step 'A' depends on 'Evla', which is not a step of the pipeline. Did you mean 'Eval'? @ $.Steps[1].DependsOn[1]",
        ),
        (
            each(train("Body", get("Steps.Gone.Y"))),
            "'Steps.Gone.Y' names no step of the pipeline. @ $.Steps[1].Arguments.ForEachBody[0].Arguments.X.Get",
        ),
        (
            {"Name": "Call", "Type": "Callback", "SqsQueueUrl": get("Parameters.Url"), "Arguments": None},
            "'Parameters.Url' names no parameter of the pipeline. @ $.Steps[1].SqsQueueUrl.Get",
        ),
        (
            {
                "Name": "Gate",
                "Type": "Condition",
                "Arguments": {"Conditions": [{"Type": "In", "QueryValue": 1, "Values": [get("Steps.Gone.Y")]}]},
            },
            "'Steps.Gone.Y' names no step of the pipeline. @ $.Steps[1].Arguments.Conditions[0].Values[0].Get",
        ),
    ],
)
def test_what_does_not_exist_is_named(refusal: Refusal, step: Json, message: str) -> None:
    """The message has the reference as written, its place, and the nearest name that exists."""
    assert refusal(EVAL, step, Parameters=[{"Name": "Epochs", "Type": "Integer"}]).message == message


@pytest.mark.fidelity("DEF-002")
def test_everything_wrong_is_reported_at_once(refusal: Refusal) -> None:
    """Parameters, references and cycles are checked together."""
    error = refusal(
        train("A", get("Parameters.P"), DependsOn=["B"]), train("B", get("Steps.A.x")), Parameters=[{"Name": "Q"}, {"Name": "Q"}]
    )
    assert error.message == (
        "The parameter 'Q' is declared before, at $.Parameters[0]. @ $.Parameters[1].Name; "
        "'Parameters.P' names no parameter of the pipeline. @ $.Steps[0].Arguments.X.Get; "
        "The steps wait for each other in a cycle: A -> B -> A. Remove one of these dependencies. @ $.Steps[0]"
    )


@pytest.mark.fidelity("DEF-056")
@pytest.mark.parametrize(
    "step",
    [
        train("CondStep", DependsOn=["FailStep"]),
        train("CondStep", DependsOn=[{"Step": "FailStep", "Trigger": "Failed"}]),
        train("CondStep", get("Steps.FailStep.ErrorMessage")),
        train("CondStep", get("Steps.FailStep.ErrorMessage"), DependsOn=["FailStep"]),
    ],
)
def test_nothing_depends_on_a_fail_step(refusal: Refusal, step: Json) -> None:
    """The service's words, once for each pair of steps, whichever way the one depends on the other."""
    assert refusal(step, FAIL).message == "CondStep can not depends on FailStep"


@pytest.mark.fidelity("DEF-057")
@pytest.mark.parametrize(
    ("steps", "messages"),
    [
        (
            [train("A", DependsOn=["A"])],
            ["The steps wait for each other in a cycle: A -> A. Remove one of these dependencies. @ $.Steps[0]"],
        ),
        (
            [train("A", get("Steps.C.x")), train("B", DependsOn=["A"]), train("C", DependsOn=["B"])],
            ["The steps wait for each other in a cycle: A -> C -> B -> A. Remove one of these dependencies. @ $.Steps[0]"],
        ),
        (
            [
                train("Before", DependsOn=["Inside"]),
                {
                    "Name": "Gate",
                    "Type": "Condition",
                    "DependsOn": ["Before"],
                    "Arguments": {"Conditions": [], "IfSteps": [train("Inside")]},
                },
            ],
            [
                (
                    "The steps wait for each other in a cycle: Before -> Inside -> Gate -> Before."
                    " Remove one of these dependencies. @ $.Steps[0]"
                )
            ],
        ),
        (
            [train(f"S{number}", DependsOn=[f"S{(number + 1) % 12}"]) for number in range(12)],
            [
                (
                    "The steps wait for each other in a cycle: S0 -> S1 -> S2 -> S3 -> S4 -> S5 -> S6 -> S7 -> (4 more) -> S0."
                    " Remove one of these dependencies. @ $.Steps[0]"
                )
            ],
        ),
    ],
)
def test_cycles_are_refused(refusal: Refusal, steps: list[Json], messages: list[str]) -> None:
    """The message names the way round, through references and branches as well."""
    assert [problem.located() for problem in refusal(*steps).problems] == messages


@pytest.mark.fidelity("DEF-058")
def test_the_experiment_cannot_wait_for_steps(refusal: Refusal, define: Callable[..., Definition]) -> None:
    """Experiment names are formed before any step runs, from parameters and execution variables."""
    config = {"ExperimentName": get("Parameters.Name"), "TrialName": get("Execution.PipelineExecutionId")}
    assert define(Parameters=[{"Name": "Name"}], PipelineExperimentConfig=config).experiment is not None
    error = refusal(train("A"), PipelineExperimentConfig={"ExperimentName": get("Steps.A.x"), "TrialName": get("Parameters.Name")})
    assert error.message == (
        "'Steps.A.x' is known only while steps run; use a parameter or an execution variable here."
        " @ $.PipelineExperimentConfig.ExperimentName.Get; "
        "'Parameters.Name' names no parameter of the pipeline. @ $.PipelineExperimentConfig.TrialName.Get"
    )
