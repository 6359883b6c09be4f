"""What executions exercise of a definition."""

from collections.abc import Callable

import pytest

from pytest_smpipeline import SMPipelineMock, cache_hit, fail, succeed
from pytest_smpipeline.coverage_points import Collector
from pytest_smpipeline.coverage_words import missing, remarks
from pytest_smpipeline.pipeline_coverage import Coverage, PipelineCoverage
from pytest_smpipeline.values import Json, JsonObject

Collected = Callable[[], Coverage]


@pytest.fixture
def collected(smpipeline: SMPipelineMock) -> Collected:
    """Return a function that returns the coverage of all executions so far."""

    def collect() -> Coverage:
        collector = Collector()
        store = smpipeline._service.store
        collector.collect(store.started, store.names(), "")
        return collector.coverage

    return collect


@pytest.fixture
def only(collected: Collected) -> Callable[[], PipelineCoverage]:
    """Return a function that returns the coverage of the one definition that was started."""

    def collect() -> PipelineCoverage:
        (found,) = collected().pipelines.values()
        return found

    return collect


Only = Callable[[], PipelineCoverage]


def step(name: str, kind: str = "Training", **members: Json) -> JsonObject:
    """Return a step without arguments."""
    return {"Name": name, "Type": kind, "Arguments": {}, **members}


def of(*steps: JsonObject, **members: Json) -> JsonObject:
    """Return a definition."""
    return {"Version": "2020-12-01", **members, "Steps": list(steps)}


def test_what_ran_and_the_branch_taken_are_exercised(smpipeline: SMPipelineMock, definition: JsonObject, only: Only) -> None:
    """Steps of the other branch and the way to it are missing; a Fail step is told by its type."""
    smpipeline.add("churn", definition)
    smpipeline.script("churn", Train=succeed(metrics={"auc": 0.9}))
    smpipeline.start("churn", parameters={"Date": "today"})

    assert missing(only()) == ["Gate->else", "Stop (Fail)"]


def test_both_branches_make_it_complete(smpipeline: SMPipelineMock, definition: JsonObject, only: Only) -> None:
    """Over two executions; that the Fail step fails its execution takes nothing away."""
    smpipeline.add("churn", definition)
    smpipeline.script("churn", Train=[succeed(metrics={"auc": 0.9}), succeed(metrics={"auc": 0.1})])
    for _ in range(2):
        smpipeline.start("churn", parameters={"Date": "today"})

    assert (missing(only()), only().executions, only().figures.shown_percent) == ([], 2, "100%")


def test_branches_of_a_condition_that_never_ran_go_without_saying(smpipeline: SMPipelineMock, definition: JsonObject, only: Only) -> None:
    """They count, and the condition's own name tells of them; a step that failed has run."""
    smpipeline.add("churn", definition)
    smpipeline.script("churn", Train=fail("no capacity"))
    smpipeline.start("churn", parameters={"Date": "today"})

    assert missing(only()) == ["Gate", "Report", "Stop (Fail)"]
    assert only().figures.missed_branches == 2
    assert remarks(only())[0] == ("never failed", ["Prep"])


@pytest.mark.smpipeline(strict=False)
def test_a_condition_that_failed_took_no_branch(smpipeline: SMPipelineMock, definition: JsonObject, only: Only) -> None:
    """It ran, and could not decide."""
    smpipeline.add("churn", definition)
    smpipeline.start("churn", parameters={"Date": "today"})

    assert missing(only()) == ["Gate->if", "Gate->else", "Report", "Stop (Fail)"]


def test_nested_conditions_are_conditions(smpipeline: SMPipelineMock, only: Only) -> None:
    """Branches within branches count like any other."""
    always: JsonObject = {"Type": "Equals", "LeftValue": 1, "RightValue": 1}
    inner: JsonObject = {"Name": "Inner", "Type": "Condition", "Arguments": {"Conditions": [always], "IfSteps": [step("Deep")]}}
    outer: JsonObject = {"Name": "Outer", "Type": "Condition", "Arguments": {"Conditions": [always], "IfSteps": [inner]}}
    smpipeline.add("churn", of(outer))
    smpipeline.start("churn")

    assert missing(only()) == ["Outer->else", "Inner->else"]


def test_a_retry_by_policy_exercises_the_policy_that_names_the_exception(smpipeline: SMPipelineMock, only: Only) -> None:
    """And the step's failure, even though the step has succeeded in the end; the other policy is told."""
    policies: list[Json] = [
        {"ExceptionType": ["SageMaker.CAPACITY_ERROR"]},
        {"ExceptionType": ["Step.THROTTLING", "Step.SERVICE_FAULT"]},
        {"ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"], "MaxAttempts": 0},
    ]
    smpipeline.add("churn", of(step("Train", RetryPolicies=policies)))
    smpipeline.script("churn", Train=[fail("full", exception_type="SageMaker.CAPACITY_ERROR"), succeed()])
    smpipeline.start("churn").assert_succeeded()

    assert remarks(only()) == [("never retried", ["Train on Step.THROTTLING or Step.SERVICE_FAULT"])]


def test_a_retry_that_no_policy_asks_for_exercises_none(smpipeline: SMPipelineMock, only: Only) -> None:
    """The service repeats throttled steps by itself."""
    smpipeline.add("churn", of(step("Train", RetryPolicies=[{"ExceptionType": ["SageMaker.CAPACITY_ERROR"]}])))
    smpipeline.script("churn", Train=[fail("slow down", exception_type="Step.THROTTLING"), succeed()])
    smpipeline.start("churn").assert_succeeded()

    assert remarks(only()) == [("never retried", ["Train on SageMaker.CAPACITY_ERROR"])]


def test_a_failure_before_a_retry_of_the_execution_is_not_forgotten(smpipeline: SMPipelineMock, only: Only, one_step: JsonObject) -> None:
    """The step has succeeded since."""
    smpipeline.add("churn", one_step)
    smpipeline.script("churn", Train=[fail("no capacity"), succeed()])
    run = smpipeline.start("churn")
    assert remarks(only()) == []
    run.retry()
    run.assert_succeeded()

    assert remarks(only()) == []


def test_a_cache_hit_is_told_apart_from_a_run(smpipeline: SMPipelineMock, collected: Collected) -> None:
    """The step that found its result in the cache of an earlier version did not run in this one."""
    train = step("Train", CacheConfig={"Enabled": True, "ExpireAfter": "P1D"})
    smpipeline.add("churn", of(train))
    smpipeline.start("churn")
    smpipeline.add("churn", of(train, step("Later", DependsOn=["Train"])))
    assert smpipeline.start("churn").steps["Train"].cache_source is not None

    first, second = (each for _, each in reversed(collected().labelled()))

    assert (missing(first), remarks(first)) == ([], [("never failed", ["Train"]), ("cache never hit", ["Train"])])
    assert (missing(second), remarks(second)) == (["Train"], [("never failed", ["Later"])])


def test_a_run_and_then_a_cache_hit_are_both_exercised(smpipeline: SMPipelineMock, only: Only) -> None:
    """A first attempt failed, and the next one reused what an earlier execution made."""
    smpipeline.add("churn", of(step("Train", CacheConfig={"Enabled": False}), step("Later", DependsOn=["Train"])))
    smpipeline.script("churn", Train=[succeed(), fail("no capacity"), cache_hit()])
    smpipeline.start("churn")
    run = smpipeline.start("churn")
    run.retry()

    assert run.steps["Train"].cache_source is not None
    assert only().hits[only().points[0]] == 2


def test_reused_steps_of_a_selective_execution_did_not_run(
    smpipeline: SMPipelineMock, definition: JsonObject, collected: Collected
) -> None:
    """Neither did a condition whose decision it builds on."""
    smpipeline.add("churn", definition)
    smpipeline.script("churn", Train=succeed(metrics={"auc": 0.9}))
    first = smpipeline.start("churn", parameters={"Date": "today"})
    before = collected().total
    smpipeline.add("churn", {**definition, "Parameters": [{"Name": "Date", "Type": "String"}]})
    smpipeline.start("churn", parameters={"Date": "today"}, only=["Report"], source=first)

    _, second = (each for _, each in collected().labelled())

    assert before.missed_steps == 1
    assert missing(second) == ["Prep", "Train", "Gate", "Stop (Fail)"]


def test_steps_of_a_body_are_steps(smpipeline: SMPipelineMock, only: Only) -> None:
    """Under their names in the definition; whether there were no items or several is told where it is not fixed."""
    body: list[Json] = [step("Score"), step("Publish", DependsOn=["Score"])]
    names: JsonObject = {"Get": "Parameters.Names"}
    each: JsonObject = {
        "Name": "Each",
        "Type": "ForEach",
        "Arguments": {"IterableItems": names, "MaxConcurrency": 1, "ForEachBody": body},
    }
    smpipeline.add("churn", of(each, Parameters=[{"Name": "Names", "Type": "String"}]))
    smpipeline.script("churn", Score=fail("no disk"))
    smpipeline.start("churn", parameters={"Names": '["a"]'})
    assert missing(only()) == ["Publish"]
    assert remarks(only()) == [("never without items", ["Each"]), ("never with several", ["Each"])]

    smpipeline.start("churn", parameters={"Names": '["a", "b"]'})
    assert remarks(only()) == [("never without items", ["Each"])]
    smpipeline.start("churn", parameters={"Names": "[]"})
    assert remarks(only()) == []


def test_a_written_list_has_no_other_length(smpipeline: SMPipelineMock, only: Only) -> None:
    """Nothing is told of numbers of items that no execution can have."""
    for_each: JsonObject = {
        "Name": "Each",
        "Type": "ForEach",
        "Arguments": {"IterableItems": ["a", {"Get": "Execution.PipelineName"}], "MaxConcurrency": 1, "ForEachBody": [step("Score")]},
    }
    smpipeline.add("churn", of(for_each))
    smpipeline.start("churn")

    assert (missing(only()), remarks(only())) == ([], [("never failed", ["Score"])])


def test_parameters_go_by_value(smpipeline: SMPipelineMock, only: Only) -> None:
    """The default given by hand is the default; an enum tells the values that no execution had."""
    parameters: list[Json] = [
        {"Name": "Epochs", "Type": "Integer", "DefaultValue": 10},
        {"Name": "Train", "Type": "String", "DefaultValue": "small", "EnumValues": ["small", "medium", "large"]},
        {"Name": "Date", "Type": "String"},
    ]
    smpipeline.add("churn", of(step("Train"), step("Other"), Parameters=parameters))
    smpipeline.script("churn", Train=fail("no"), Other=fail("no"))
    smpipeline.start("churn", parameters={"Epochs": 10, "Train": "large", "Date": "today"})

    assert remarks(only()) == [
        ("only its default", ["Epochs"]),
        ("never its default", ["Train"]),
        ("value never used", ["Train=small", "Train=medium"]),
    ]


def test_arguments_of_jobs_make_no_other_definition(smpipeline: SMPipelineMock, collected: Collected) -> None:
    """The SDK names another place in S3 each time that it writes a definition."""
    for value in ("s3://bucket/1", "s3://bucket/2"):
        smpipeline.add("churn", of({"Name": "Train", "Type": "Training", "Arguments": {"Environment": {"CODE": value}}}))
        smpipeline.start("churn")

    assert [(label, each.executions) for label, each in collected().labelled()] == [("churn", 2)]


def test_other_thresholds_types_and_orders_make_another_definition(smpipeline: SMPipelineMock, collected: Collected) -> None:
    """What decides which steps run, and how, is part of what is exercised."""
    gate: JsonObject = {"Type": "Equals", "LeftValue": 1, "RightValue": 1}
    other: JsonObject = {"Type": "Equals", "LeftValue": 1, "RightValue": 2}
    definitions = [
        of({"Name": "A", "Type": "Condition", "Arguments": {"Conditions": [gate]}}),
        of({"Name": "A", "Type": "Condition", "Arguments": {"Conditions": [other]}}),
        of(step("A"), step("B")),
        of(step("A"), step("B", DependsOn=["A"])),
        of(step("A"), step("B", "Processing")),
    ]
    for each in definitions:
        smpipeline.add("churn", each)
        smpipeline.start("churn")

    assert len(collected().pipelines) == len(definitions)


@pytest.mark.smpipeline(progress="manual")
def test_what_still_runs_counts(smpipeline: SMPipelineMock, only: Only, one_step: JsonObject) -> None:
    """A step was exercised from its start on; nothing waits for its end."""
    smpipeline.add("churn", one_step)
    run = smpipeline.start("churn")
    assert missing(only()) == ["Train"]
    smpipeline.advance(2)

    assert (run.steps["Train"].status, missing(only())) == ("Executing", [])


def test_pipelines_that_nobody_starts_are_known_by_name(smpipeline: SMPipelineMock, collected: Collected, one_step: JsonObject) -> None:
    """They have no figures."""
    smpipeline.add("churn", one_step)
    smpipeline.add("idle", one_step)
    smpipeline.start("churn")

    assert (collected().never_started, len(collected().pipelines)) == (["idle"], 1)


def test_the_order_within_a_body_tells_definitions_apart(smpipeline: SMPipelineMock, collected: Collected) -> None:
    """As the order of all other steps does: each is drawn as it is."""
    bodies: list[Json] = [[step("A"), step("B")], [step("A"), step("B", DependsOn=["A"])]]
    for body in bodies:
        arguments: JsonObject = {"IterableItems": ["x"], "MaxConcurrency": 1, "ForEachBody": body}
        smpipeline.add("churn", of(step("Each", "ForEach") | {"Arguments": arguments}))
        smpipeline.start("churn")

    assert [len(each.chart.edges) for _, each in collected().labelled()] in ([0, 1], [1, 0])
