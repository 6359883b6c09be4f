"""What expressions are worth in a run."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_smpipeline._definition.expressions import (
    ExecutionReference,
    Expression,
    IterationReference,
    ParameterReference,
    PropertyFileReference,
    StepReference,
)
from pytest_smpipeline._definition.functions import as_text, references, resolve
from pytest_smpipeline._definition.references import Scope, Unresolved, render_reference
from pytest_smpipeline.values import Json

MakeScope = Callable[..., Scope]
Express = Callable[[Json], Expression]


@pytest.fixture
def known(scope: MakeScope) -> Scope:
    """Return a scope with one value of each kind."""
    return scope(
        parameters={"Bucket": "b", "Epochs": 3, "Debug": True, "Rate": 0.5},
        variables={"PipelineExecutionId": "id1"},
        properties={("Train", "ModelArtifacts", "S3ModelArtifacts"): "s3://m", ("Prep", "Tags"): ["t"], ("Prep", "Nothing"): None},
        files={("Eval", "Report"): {"mse": {"value": 4.5}, "list": [1, {"k 2": "x"}]}},
        objects={"s3://b/r.json": {"Result": [7]}},
    )


REPORT: Json = {"Get": "Steps.Eval.PropertyFiles.Report"}


@pytest.mark.fidelity("REF-001", "REF-003", "REF-005")
@pytest.mark.parametrize(
    ("value", "worth"),
    [
        ({"Get": "Parameters.Epochs"}, 3),
        ({"Get": "Execution.PipelineExecutionId"}, "id1"),
        ({"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"}, "s3://m"),
        ({"Get": "Steps.Prep.Tags"}, ["t"]),
        ({"Std:Join": {"On": "/", "Values": ["s3:/", {"Get": "Parameters.Bucket"}, "x"]}}, "s3://b/x"),
        ({"Std:Join": {"Values": ["a", "b"]}}, "ab"),
        ({"Std:Join": {"On": None, "Values": []}}, ""),
        ({"Std:Join": {"On": "-", "Values": ["x", {"Std:Join": {"On": "+", "Values": [1, {"Get": "Parameters.Epochs"}]}}]}}, "x-1+3"),
        ({"Std:JsonGet": {"PropertyFile": REPORT, "Path": "mse.value"}}, 4.5),
        ({"Std:JsonGet": {"PropertyFile": REPORT, "Path": "list[1]['k 2']"}}, "x"),
        ({"Std:JsonGet": {"S3Uri": "s3://b/r.json", "Path": "Result[0]"}}, 7),
        (
            {
                "Std:JsonGet": {
                    "S3Uri": {"Std:Join": {"On": "/", "Values": ["s3:/", {"Get": "Parameters.Bucket"}, "r.json"]}},
                    "Path": "Result",
                }
            },
            [7],
        ),
        (
            {
                "a": [1, {"Get": "Parameters.Bucket"}, {"b": {"Get": "Parameters.Rate"}, "c": None}],
                "d": {"Get": "Parameters.Debug"},
                "e": {},
            },
            {"a": [1, "b", {"b": 0.5, "c": None}], "d": True, "e": {}},
        ),
        ([{"Get": "Parameters.Bucket"}], ["b"]),
        ({"Get": {"deeper": 1}, "other": 2}, {"Get": {"deeper": 1}, "other": 2}),
        ({"Get": "a free text", "other": 2}, {"Get": "a free text", "other": 2}),
    ],
)
def test_an_expression_has_a_value(express: Express, known: Scope, value: Json, worth: Json) -> None:
    """References are looked up, functions applied, everything else stays; an object that only happens to have a Get is plain data."""
    assert resolve(express(value), known) == worth


@pytest.mark.fidelity("REF-003", "REF-004")
@pytest.mark.parametrize(
    ("value", "text"),
    [("x", "x"), ("", ""), (True, "true"), (False, "false"), (3, "3"), (-1, "-1"), (0.5, "0.5"), (6.0, "6.0"), (1e-05, "1e-05")],
)
def test_join_writes_scalars(value: Json, text: str) -> None:
    """Booleans are lower case, whole numbers plain, floats as Python writes them."""
    assert as_text(value) == text


@pytest.mark.fidelity("REF-006")
@pytest.mark.parametrize(
    ("step", "kind"),
    [({"Get": "Steps.Prep.Tags"}, "an array"), ({"Get": "Steps.Prep.Nothing"}, "null")],
)
def test_join_refuses_what_has_no_text(express: Express, known: Scope, step: Json, kind: str) -> None:
    """A list is not flattened and null is not written: the step that joins them fails."""
    with pytest.raises(Unresolved) as caught:
        resolve(express({"Std:Join": {"On": "/", "Values": ["a", step]}}), known)
    assert caught.value.message == f"Std:Join takes strings, numbers and booleans, not {kind}."


@pytest.mark.fidelity("REF-008")
@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            {"PropertyFile": REPORT, "Path": "mse.valu"},
            (
                "Std:JsonGet finds nothing at the path 'mse.valu' of the property file Steps.Eval.PropertyFiles.Report:"
                " 'mse' has no 'valu'. Did you mean 'value'?"
            ),
        ),
        (
            {"S3Uri": "s3://b/r.json", "Path": "Result[1]"},
            "Std:JsonGet finds nothing at the path 'Result[1]' of the file s3://b/r.json: 'Result' has 1 items, none at [1].",
        ),
    ],
)
def test_a_path_that_finds_nothing_leaves_no_value(express: Express, known: Scope, value: Json, message: str) -> None:
    """The message names the file, the path, and where the path ends."""
    with pytest.raises(Unresolved) as caught:
        resolve(express({"Std:JsonGet": value}), known)
    assert caught.value.message == message


def test_what_the_scope_does_not_know_is_unresolved(express: Express, known: Scope) -> None:
    """The scope's own reason reaches the caller."""
    with pytest.raises(Unresolved, match="no parameters X"):
        resolve(express({"a": [{"Get": "Parameters.X"}]}), known)


def test_the_item_of_an_iteration_is_the_scopes(express: Express, scope: MakeScope) -> None:
    """The current item, whole or in part, is asked for by its path."""
    known = scope(items={(): "a", ("name", 0): "b"})

    assert resolve(express({"Get": "ForEach.CurrentItem"}), known) == "a"
    assert resolve(express({"Get": "ForEach.CurrentItem.name[0]"}), known) == "b"


def test_an_output_of_an_iteration_has_no_value(express: Express, known: Scope) -> None:
    """Only a selector compares what the steps of a body made; the reference is on the error."""
    with pytest.raises(Unresolved, match=r"IterationOutput\.Body\.auc has no value here\.") as caught:
        resolve(express({"Get": "IterationOutput.Body.auc"}), known)
    assert caught.value.node == IterationReference("IterationOutput", ("Body", "auc"))


def test_constants_are_neither_copied_nor_changed(express: Express, known: Scope) -> None:
    """A value without functions is the same object; beside a hole, only the containers around the hole are new."""
    constant: Json = {"a": [1, {"b": 2}]}
    assert express(constant) is constant
    assert resolve(express(constant), known) is constant
    written: Any = {"keep": {"x": [1]}, "fill": {"y": {"Get": "Parameters.Epochs"}, "z": {"Get": "Parameters.Rate"}}}
    filled: Any = resolve(express(written), known)
    assert filled["keep"] is written["keep"]
    assert filled["fill"] == {"y": 3, "z": 0.5}
    assert written["fill"] == {"y": {"Get": "Parameters.Epochs"}, "z": {"Get": "Parameters.Rate"}}


def test_every_reference_is_found(express: Express) -> None:
    """Every reference is yielded, wherever it hides; those nearer to the top come first."""
    value: Json = {
        "a": {"Std:Join": {"Values": [{"Get": "Parameters.A"}, "x", {"Get": "Execution.PipelineName"}]}},
        "b": [{"c": {"Get": "Steps.S.p[0]"}}, {"Std:JsonGet": {"PropertyFile": REPORT, "Path": "x"}}],
        "d": {"Std:JsonGet": {"S3Uri": {"Get": "Parameters.D"}, "Path": "x"}},
        "e": {"Std:JsonGet": {"S3Uri": "s3://b/k", "Path": "x"}},
    }
    assert list(references(express(value))) == [
        ParameterReference("A"),
        ExecutionReference("PipelineName"),
        ParameterReference("D"),
        PropertyFileReference("Eval", "Report"),
        StepReference("S", ("p", 0)),
    ]
    assert list(references("constant")) == []


_SCALARS = st.one_of(st.text("abc", max_size=3), st.integers(-9, 9), st.booleans())
_GETS = st.sampled_from(["Parameters.Bucket", "Parameters.Epochs", "Parameters.Debug"]).map(lambda text: {"Get": text})
_FUNCTIONS = st.recursive(
    st.one_of(_SCALARS, _GETS),
    lambda inner: st.builds(
        lambda on, values: {"Std:Join": {"On": on, "Values": values}}, st.sampled_from(["", "/"]), st.lists(inner, max_size=3)
    ),
    max_leaves=8,
)
_EXPRESSIONS = st.recursive(
    st.one_of(st.none(), _FUNCTIONS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abcd"), inner, max_size=3)),
    max_leaves=12,
)


def _naive(value: Any) -> Any:
    if isinstance(value, list):
        return [_naive(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "Get" in value:
        return {"Parameters.Bucket": "b", "Parameters.Epochs": 3, "Parameters.Debug": True}[value["Get"]]
    if "Std:Join" in value:
        texts = [str(item).lower() if isinstance(item, bool) else str(item) for item in map(_naive, value["Std:Join"]["Values"])]
        return value["Std:Join"]["On"].join(texts)
    return {key: _naive(item) for key, item in value.items()}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=_EXPRESSIONS)
def test_resolving_equals_the_plain_recursive_reading(express: Express, known: Scope, value: Json) -> None:
    """However functions and structures are nested, the value is what reading them from the inside out gives."""
    expression = express(value)
    assert resolve(expression, known) == _naive(value)
    assert all(render_reference(reference).startswith("Parameters.") for reference in references(expression))
