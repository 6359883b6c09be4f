"""Properties of steps whose properties a definition tells: outputs of Lambda and Callback steps, and what ForEach steps have."""

from collections.abc import Callable

import pytest

from pytest_smpipeline._definition.nodes import Definition
from pytest_smpipeline._definition.problems import DefinitionError
from pytest_smpipeline.values import Json, JsonObject

Define = Callable[..., Definition]
Refusal = Callable[..., DefinitionError]


def train(name: str, get: str, **members: Json) -> JsonObject:
    """Return a Training step with one reference."""
    return {"Name": name, "Type": "Training", "Arguments": {"X": {"Get": get}}, **members}


def call(name: str, kind: str = "Lambda", **arguments: Json) -> JsonObject:
    """Return a Lambda or Callback step with the outputs ``auc`` and ``path``."""
    own: JsonObject = {"FunctionArn": "arn"} if kind == "Lambda" else {"SqsQueueUrl": "url"}
    outputs: list[Json] = [{"OutputName": "auc", "OutputType": "Float"}, {"OutputName": "path"}]
    return {"Name": name, "Type": kind, "Arguments": arguments, "OutputParameters": outputs, **own}


def each(*body: Json, name: str = "Each", field: str | None = "IterationOutput.Score.OutputParameters['auc']") -> JsonObject:
    """Return a ForEach step with a Selector that compares the field, or without one."""
    arguments: JsonObject = {"IterableItems": ["a"], "MaxConcurrency": 1, "ForEachBody": list(body)}
    selector: JsonObject = {"Selector": {"Pick": "MaxBy", "Field": {"Get": field}}} if field else {}
    return {"Name": name, "Type": "ForEach", "Arguments": {**arguments, **selector}}


@pytest.mark.fidelity("DEF-104")
@pytest.mark.parametrize("kind", ["Lambda", "Callback"])
def test_a_step_has_the_outputs_that_it_declares(define: Define, refusal: Refusal, kind: str) -> None:
    """A slip in the name would otherwise show only when the step that refers to it runs."""
    assert "A" in define(call("Score", kind), train("A", "Steps.Score.OutputParameters['auc']")).steps
    assert refusal(call("Score", kind), train("A", "Steps.Score.OutputParameters['acu']")).message == (
        "'Steps.Score.OutputParameters.acu' names no output that the step 'Score' declares. Did you mean 'auc'?"
        " @ $.Steps[1].Arguments.X.Get"
    )


@pytest.mark.fidelity("DEF-104")
def test_other_properties_are_looked_up_when_the_step_has_run(define: Define) -> None:
    """What a job will have is not held against any model; all outputs of a step as one are left to the run as well."""
    steps = [
        call("Score"),
        train("A", "Steps.Score.OutputParameters"),
        train("B", "Steps.A.OutputParameters['x']"),
        train("C", "Steps.A.Y"),
    ]
    assert list(define(*steps).steps) == ["Score", "A", "B", "C"]


@pytest.mark.fidelity("DEF-105")
@pytest.mark.parametrize(
    "path",
    [
        "Status",
        "InputItemCount",
        "TotalStepCount",
        "SucceededStepCount",
        "FailedStepCount",
        "StoppedStepCount",
        "IterationOutputs[0].Score.OutputParameters['auc']",
        "IterationOutputs[99].Train.ModelArtifacts.S3ModelArtifacts",
        "Selected.OutputParameters['path']",
    ],
)
def test_a_for_each_step_has_its_counts_and_its_iterations(define: Define, path: str) -> None:
    """The names are those of the SDK's ForEachStep."""
    body = [call("Score"), train("Train", "ForEach.CurrentItem.name")]
    assert "A" in define(each(*body), train("A", f"Steps.Each.{path}")).steps


@pytest.mark.fidelity("DEF-105")
@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        (".Statu", "names no property of the ForEach step 'Each'. Did you mean 'Status'?"),
        (".Status.x", "names no property of the ForEach step 'Each'. Did you mean 'Status'?"),
        ("", "names no property of the ForEach step 'Each'."),
        (".Selected", "names no property of the ForEach step 'Each'. Did you mean 'Selected'?"),
        (".IterationOutputs", "must lead into one iteration: Steps.Each.IterationOutputs[0].<body step>.<property>."),
        (".IterationOutputs.Score.x", "must lead into one iteration: Steps.Each.IterationOutputs[0].<body step>.<property>."),
        (".IterationOutputs[0].Score", "must lead into one iteration: Steps.Each.IterationOutputs[0].<body step>.<property>."),
        (".IterationOutputs[0].Scor.x", "names no step of the body: 'Scor' is none. Did you mean 'Score'?"),
        (".IterationOutputs[0].Score.OutputParameters.pat", "names no output that the step 'Score' declares. Did you mean 'path'?"),
        (".Selected.OutputParameters.pat", "names no output that the step 'Score' declares. Did you mean 'path'?"),
    ],
)
def test_what_a_for_each_step_does_not_have_is_refused(refusal: Refusal, path: str, complaint: str) -> None:
    """Outputs of an iteration are reached by its index and the name of the body step."""
    error = refusal(each(call("Score")), train("A", f"Steps.Each{path}"))
    assert error.message == f"'Steps.Each{path}' {complaint} @ $.Steps[1].Arguments.X.Get"


@pytest.mark.fidelity("DEF-106")
def test_only_a_selector_selects(refusal: Refusal) -> None:
    """Without one there is no selected iteration."""
    assert refusal(each(call("Score"), field=None), train("A", "Steps.Each.Selected.OutputParameters.auc")).message == (
        "'Steps.Each.Selected.OutputParameters.auc' needs a Selector, and the ForEach step 'Each' has none. @ $.Steps[1].Arguments.X.Get"
    )


@pytest.mark.fidelity("DEF-103")
@pytest.mark.parametrize(
    ("field", "complaint"),
    [
        ("Scor.OutputParameters.auc", "names no step of the body: 'Scor' is none. Did you mean 'Score'?"),
        ("Score.OutputParameters.acu", "names no output that the step 'Score' declares. Did you mean 'auc'?"),
    ],
)
def test_a_selector_compares_what_its_body_has(refusal: Refusal, field: str, complaint: str) -> None:
    """A step of the pipeline is the same in every iteration, so there is nothing to choose by."""
    error = refusal(each(call("Score"), field=f"IterationOutput.{field}"))
    assert error.message == f"The Field {complaint} @ $.Steps[0].Arguments.Selector.Field.Get"


@pytest.mark.fidelity("DEF-054")
@pytest.mark.parametrize(
    ("step", "message"),
    [
        (
            each(call("Score", X={"Get": "IterationOutput.Score.auc"}), field=None),
            ("'IterationOutput.Score.auc' is known only to the Field of a Selector. @ $.Steps[0].Arguments.ForEachBody[0].Arguments.X.Get"),
        ),
        (
            each(call("Score", X={"Get": "ForEach.Index"}), field=None),
            (
                "'ForEach.Index' names nothing of an iteration; what a body step knows is ForEach.CurrentItem."
                " @ $.Steps[0].Arguments.ForEachBody[0].Arguments.X.Get"
            ),
        ),
        (
            {
                "Name": "Each",
                "Type": "ForEach",
                "Arguments": {"IterableItems": {"Get": "ForEach.CurrentItem"}, "MaxConcurrency": 1, "ForEachBody": [call("Score")]},
            },
            "'ForEach.CurrentItem' is known only inside the body of a ForEach step. @ $.Steps[0].Arguments.IterableItems.Get",
        ),
    ],
)
def test_only_body_steps_know_their_item(refusal: Refusal, step: Json, message: str) -> None:
    """The current item is the body's, and outputs of other iterations are the Selector's."""
    assert refusal(step).message == message


@pytest.mark.fidelity("DEF-107")
def test_body_steps_are_hidden_from_outside(refusal: Refusal) -> None:
    """The message leads to the way in: through the ForEach step."""
    other = each(train("Inner", "Steps.Score.OutputParameters.auc"), name="Other", field=None)
    error = refusal(each(call("Score")), train("A", "Steps.Score.OutputParameters.auc", DependsOn=["Score"]), other)
    reference = (
        "'Steps.Score.OutputParameters.auc' names a step of a ForEach body, which from outside is Steps.Each.IterationOutputs[0].Score."
    )
    assert error.message == (
        "Step 'A' depends on 'Score', which is in the body of the ForEach step 'Each'. Depend on 'Each' instead."
        " @ $.Steps[1].DependsOn[0]; "
        f"{reference} @ $.Steps[1].Arguments.X.Get; "
        f"{reference} @ $.Steps[2].Arguments.ForEachBody[0].Arguments.X.Get"
    )


@pytest.mark.fidelity("DEF-057")
@pytest.mark.parametrize(
    ("step", "message"),
    [
        (
            each(train("B", "Steps.C.x"), train("C", "Steps.B.x"), field=None),
            (
                "The steps wait for each other in a cycle: B -> C -> B. Remove one of these dependencies."
                " @ $.Steps[0].Arguments.ForEachBody[0]"
            ),
        ),
        (
            each(train("B", "Steps.Each.Status"), field=None),
            "The steps wait for each other in a cycle: Each -> Each. Remove one of these dependencies. @ $.Steps[0]",
        ),
    ],
)
def test_bodies_hold_no_cycles_either(refusal: Refusal, step: Json, message: str) -> None:
    """Neither among their steps, nor through the ForEach step that holds them."""
    assert refusal(step).message == message
