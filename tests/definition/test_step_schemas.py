"""The step types there are."""

from collections.abc import Callable

import pytest

from pytest_smpipeline._definition.nodes import Definition
from pytest_smpipeline._definition.problems import DefinitionError
from pytest_smpipeline._definition.step_schemas import STEP_SCHEMAS
from pytest_smpipeline.values import JsonObject

NEEDED: dict[str, JsonObject] = {
    "Lambda": {"FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f"},
    "Callback": {"SqsQueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/q"},
    "QualityCheck": {"CheckType": "DATA_QUALITY"},
    "ClarifyCheck": {"CheckType": "MODEL_BIAS"},
    "Condition": {"Arguments": {"Conditions": []}},
    "ForEach": {
        "Arguments": {"IterableItems": [1], "MaxConcurrency": 1, "ForEachBody": [{"Name": "B", "Type": "Training", "Arguments": {}}]}
    },
}

JOBS = {
    "Processing",
    "Training",
    "Tuning",
    "AutoML",
    "Transform",
    "QualityCheck",
    "ClarifyCheck",
    "EMR",
    "EMRServerless",
    "Job",
    "EndpointConfig",
}
CACHED = JOBS | {"Lambda", "Callback", "Endpoint"}
RETRIED = JOBS | {"Model", "RegisterModel"}
OPEN = {
    "Athena",
    "HubContent",
    "BedrockCustomModel",
    "BedrockCustomModelDeployment",
    "BedrockModelImport",
    "BedrockProvisionedModelThroughput",
}


@pytest.mark.fidelity("DEF-010")
@pytest.mark.parametrize("kind", STEP_SCHEMAS)
def test_each_type_is_read_with_what_it_needs(define: Callable[..., Definition], kind: str) -> None:
    """A step has a name, a type, its arguments, and what its type needs beside them."""
    step = define({"Name": "S", "Type": kind, "Arguments": {}, **NEEDED.get(kind, {})}).steps["S"]
    assert (step.name, step.type) == ("S", kind)


@pytest.mark.fidelity("DEF-011")
@pytest.mark.parametrize(
    ("kind", "member"),
    [
        ("Lambda", "FunctionArn"),
        ("Callback", "SqsQueueUrl"),
        ("QualityCheck", "CheckType"),
        ("Training", "Arguments"),
        ("Lineage", "Arguments"),
    ],
)
def test_what_a_type_needs_is_required(refusal: Callable[..., DefinitionError], kind: str, member: str) -> None:
    """Arguments are required except for Lambda and Callback steps; null is as good as absent."""
    step = {"Name": "S", "Type": kind, "Arguments": {}, **NEEDED.get(kind, {}), member: None}
    assert refusal(step).message == f"Unable to parse pipeline definition. '{member}' is required. @ $.Steps[0]"


@pytest.mark.fidelity("DEF-108")
@pytest.mark.parametrize("kind", sorted(CACHED))
def test_some_types_are_cached(define: Callable[..., Definition], kind: str) -> None:
    """The types of the developer guide's caching page, Lambda and Callback, and those that SDK 3 added."""
    cache = {"Enabled": True, "ExpireAfter": "P30D"}
    step = define({"Name": "S", "Type": kind, "Arguments": {}, **NEEDED.get(kind, {}), "CacheConfig": cache}).steps["S"]
    assert step.cache is not None


@pytest.mark.fidelity("DEF-109")
@pytest.mark.parametrize("kind", sorted(RETRIED))
def test_some_types_are_retried(define: Callable[..., Definition], kind: str) -> None:
    """The types of the developer guide's page on retry policies, the checks, and those that SDK 3 added."""
    policies = [{"ExceptionType": ["Step.THROTTLING"], "MaxAttempts": 2}]
    step = define({"Name": "S", "Type": kind, "Arguments": {}, **NEEDED.get(kind, {}), "RetryPolicies": policies}).steps["S"]
    assert len(step.retry_policies) == 1


@pytest.mark.fidelity("DEF-012")
@pytest.mark.parametrize(
    ("kind", "member"),
    [
        *((kind, "CacheConfig") for kind in sorted(STEP_SCHEMAS.keys() - CACHED - OPEN)),
        *((kind, "RetryPolicies") for kind in sorted(STEP_SCHEMAS.keys() - RETRIED - OPEN)),
        *((kind, "PropertyFiles") for kind in sorted(STEP_SCHEMAS.keys() - {"Processing"} - OPEN)),
        *((kind, "OutputParameters") for kind in sorted(STEP_SCHEMAS.keys() - {"Lambda", "Callback"} - OPEN)),
        ("Training", "FunctionArn"),
        ("Processing", "Foo"),
    ],
)
def test_members_that_a_type_does_not_have_are_refused(refusal: Callable[..., DefinitionError], kind: str, member: str) -> None:
    """The service's words for an unknown member, also for one that belongs to another type."""
    step = {"Name": "S", "Type": kind, "Arguments": {}, **NEEDED.get(kind, {}), member: None}
    assert refusal(step).message == f"Unable to parse pipeline definition. Cannot parse object, unknown property '{member}'."


@pytest.mark.fidelity("DEF-013")
def test_newer_types_take_any_member(define: Callable[..., Definition]) -> None:
    """Where nothing is known of a type's members, none is refused."""
    step = define({"Name": "S", "Type": "HubContent", "Arguments": {}, "Anything": [1]}).steps["S"]
    assert step.settings == {"Anything": [1]}


@pytest.mark.fidelity("DEF-014")
def test_check_types_are_checked(refusal: Callable[..., DefinitionError]) -> None:
    """A quality check knows no bias."""
    error = refusal({"Name": "S", "Type": "QualityCheck", "Arguments": {}, "CheckType": "MODEL_BIAS"})
    assert error.message == (
        "Unable to parse pipeline definition. 'CheckType' takes 'DATA_QUALITY', 'MODEL_QUALITY', not 'MODEL_BIAS'."
        " Did you mean 'MODEL_QUALITY'? @ $.Steps[0].CheckType"
    )


@pytest.mark.fidelity("DEF-010")
@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("Procesing", "'Procesing' is not a type of step. Did you mean 'Processing'? @ $.Steps[0].Type"),
        (1, "Expecting a string but found 1. @ $.Steps[0].Type"),
        (None, "'Type' is required. @ $.Steps[0]"),
    ],
)
def test_other_types_are_refused(refusal: Callable[..., DefinitionError], kind: object, message: str) -> None:
    """A type that does not exist is named with the nearest one that does."""
    assert refusal({"Name": "S", "Type": kind, "Arguments": {}}).message == f"Unable to parse pipeline definition. {message}"


@pytest.mark.fidelity("DEF-110")
@pytest.mark.parametrize("kind", ["Procesing", None])
def test_a_wrong_type_hides_nothing_else(refusal: Callable[..., DefinitionError], kind: str | None) -> None:
    """What every step has is read all the same; members that only some types have are not held against it."""
    step = {
        "Name": "a.b",
        "Type": kind,
        "Arguments": {"X": {"Get": "Parameter.X"}},
        "DependsOn": "B",
        "CacheConfig": {"Enabled": True},
        "FunctionArn": "arn",
    }
    assert [problem.path for problem in refusal(step).problems] == [
        "$.Steps[0].Type" if kind else "$.Steps[0]",
        "$.Steps[0].Name",
        "$.Steps[0].Arguments.X.Get",
        "$.Steps[0].DependsOn",
        "$.Steps[0].CacheConfig",
    ]
