"""The grammar of Get."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_smpipeline._definition.expressions import (
    ExecutionReference,
    IterationReference,
    ParameterReference,
    PropertyFileReference,
    Reference,
    StepReference,
)
from pytest_smpipeline._definition.references import ReferenceSyntaxError, parse_reference, render_reference


@pytest.mark.fidelity("REF-001")
@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("Parameters.Input-Data_1", ParameterReference("Input-Data_1")),
        ("Execution.PipelineName", ExecutionReference("PipelineName")),
        ("Steps.Train", StepReference("Train", ())),
        ("Steps.Train.ModelArtifacts.S3ModelArtifacts", StepReference("Train", ("ModelArtifacts", "S3ModelArtifacts"))),
        ("Steps.Prep-1.Outputs['a.b'].S3Uri", StepReference("Prep-1", ("Outputs", "a.b", "S3Uri"))),
        ("Steps.Tune.TrainingJobSummaries[0].TrainingJobName", StepReference("Tune", ("TrainingJobSummaries", 0, "TrainingJobName"))),
        ("Steps.Call.OutputParameters['out']", StepReference("Call", ("OutputParameters", "out"))),
        ("Steps.Eval.PropertyFiles.Report", PropertyFileReference("Eval", "Report")),
        ("Steps.Each.IterationOutputs[2].body-step.x", StepReference("Each", ("IterationOutputs", 2, "body-step", "x"))),
        ("ForEach.CurrentItem.name", IterationReference("ForEach", ("CurrentItem", "name"))),
        ("IterationOutput.Body.auc", IterationReference("IterationOutput", ("Body", "auc"))),
    ],
)
def test_a_get_names_one_thing(text: str, reference: Reference) -> None:
    """Each form of Get is read as what it names, and rendered as it was written."""
    assert parse_reference(text) == reference
    assert parse_reference(render_reference(reference)) == reference


@pytest.mark.fidelity("REF-002")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "Parameter.X",
            (
                "'Parameter.X' is not a reference: it starts with none of 'Execution', 'ForEach', 'IterationOutput', 'Parameters', 'Steps'."
                " Did you mean 'Parameters'?"
            ),
        ),
        (
            "",
            "'' is not a reference: it starts with none of 'Execution', 'ForEach', 'IterationOutput', 'Parameters', 'Steps'.",
        ),
        ("Parameters", "'Parameters' is not a reference: '' is not a name; names hold letters, digits, '-' and '_'."),
        ("Parameters.a.b", "'Parameters.a.b' is not a reference: 'a.b' is not a name; names hold letters, digits, '-' and '_'."),
        ("Steps.", "'Steps.' is not a reference: '' is not a name; names hold letters, digits, '-' and '_'."),
        ("Steps.S.a[", "'Steps.S.a[' is not a reference: cannot read '['; expected .name, [0] or ['name']."),
        ("ForEach.", "'ForEach.' is not a reference: cannot read '.'; expected .name, [0] or ['name']."),
    ],
)
def test_a_text_outside_the_grammar_is_no_reference(text: str, message: str) -> None:
    """The message says what a reference starts with, or what of it cannot be read."""
    with pytest.raises(ReferenceSyntaxError) as caught:
        parse_reference(text)
    assert str(caught.value) == message


_NAMES = st.text("abcXYZ019-_", min_size=1, max_size=8)
_PATHS = st.lists(st.one_of(st.integers(0, 99), st.text("ab.c ['X", min_size=1)), max_size=4).map(tuple)
_REFERENCES = st.one_of(
    st.builds(ParameterReference, _NAMES),
    st.builds(ExecutionReference, _NAMES),
    st.builds(PropertyFileReference, _NAMES, st.text("ab. -", min_size=1)),
    st.builds(StepReference, _NAMES, _PATHS.filter(lambda path: path[:1] != ("PropertyFiles",))),
    st.builds(IterationReference, st.sampled_from(["ForEach", "IterationOutput"]), _PATHS),
)


@given(_REFERENCES)
def test_references_survive_a_round_trip(reference: Reference) -> None:
    """What is rendered reads back as the same reference."""
    assert parse_reference(render_reference(reference)) == reference
