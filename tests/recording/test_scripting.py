"""Scripting steps: one outcome, a list, or a callable, and what is refused."""

import json
from datetime import UTC, datetime
from typing import cast

import pytest

from pytest_smpipeline import Pipeline, SMPipelineMock, StepContext, UsageError, cache_hit, fail, hold, reject, stopped, succeed
from pytest_smpipeline.outcomes import CacheHit, Fail, Hold, Outcome, Reject, Stopped, Succeed
from pytest_smpipeline.step_scripts import Script
from pytest_smpipeline.values import JsonObject

pytestmark = pytest.mark.usefixtures("churn")


@pytest.fixture
def definition(definition: JsonObject) -> JsonObject:
    """Return the definition with a gate that asks for a parameter: whatever Train comes to, nothing is missing."""
    text = json.dumps(definition)
    return cast("JsonObject", json.loads(text.replace("Steps.Train.FinalMetricDataList['auc'].Value", "Parameters.Epochs")))


def statuses(smp: SMPipelineMock, times: int) -> list[str]:
    """Start the pipeline so many times and return how its Train step ended each time."""
    return [smp.start("churn", {"Date": "d"}).steps["Train"].status for _ in range(times)]


def test_a_step_without_a_script_succeeds(smpipeline: SMPipelineMock) -> None:
    """Nothing needs to be scripted for a pipeline to run."""
    assert statuses(smpipeline, 1) == ["Succeeded"]


def test_one_outcome_serves_every_attempt(smpipeline: SMPipelineMock) -> None:
    """As a mock's ``return_value`` would."""
    smpipeline.script("churn", Train=fail("boom"))

    assert statuses(smpipeline, 3) == ["Failed", "Failed", "Failed"]


@pytest.mark.parametrize("outcomes", [[fail("a"), fail("b")], (fail("a"), fail("b"))], ids=["list", "tuple"])
def test_a_list_serves_one_attempt_each_and_then_the_step_succeeds(smpipeline: SMPipelineMock, outcomes: Script) -> None:
    """As a mock's ``side_effect`` would, over all executions of the pipeline."""
    smpipeline.script("churn", Train=outcomes)

    assert statuses(smpipeline, 3) == ["Failed", "Failed", "Succeeded"]


def test_an_empty_list_scripts_nothing(smpipeline: SMPipelineMock) -> None:
    """The step succeeds from the first attempt on."""
    smpipeline.script("churn", Train=[])

    assert statuses(smpipeline, 1) == ["Succeeded"]


def test_a_callable_decides_each_attempt(smpipeline: SMPipelineMock) -> None:
    """It may answer differently by what it sees."""
    smpipeline.script("churn", Train=lambda context: fail("bad day") if "'bad'" in str(context.arguments) else succeed())

    runs = [smpipeline.start("churn", {"Date": date}) for date in ("good", "bad")]

    assert [run.steps["Train"].status for run in runs] == ["Succeeded", "Failed"]


def test_a_later_script_replaces_an_earlier_one(smpipeline: SMPipelineMock) -> None:
    """The rest of an earlier list is gone; scripts of other steps stay."""
    smpipeline.script("churn", Train=[fail("a"), fail("b")], Prep=[succeed(), succeed(), fail("c")])
    first = statuses(smpipeline, 1)

    smpipeline.script("churn", Train=succeed())

    assert first + statuses(smpipeline, 1) == ["Failed", "Succeeded"]
    assert smpipeline.start("churn", {"Date": "d"}).failed_steps == ["Prep"]


def test_names_that_are_no_identifiers_go_into_a_mapping(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """A mapping and keywords may be given together; steps may be called like the method's own parameters."""
    steps: list[JsonObject] = [{"Name": name, "Type": "Training", "Arguments": {}} for name in ("a-b", "pipeline", "steps", "self")]
    smpipeline.add("odd", one_step | {"Steps": [*steps]})

    smpipeline.script("odd", {"a-b": fail("1")}, pipeline=fail("2"), steps=fail("3"), self=fail("4"))

    assert smpipeline.start("odd").failed_steps == ["a-b", "pipeline", "steps", "self"]


def test_a_script_belongs_to_one_pipeline(smpipeline: SMPipelineMock, definition: JsonObject) -> None:
    """A step of the same name elsewhere is not touched."""
    smpipeline.add("other", definition)
    smpipeline.script("other", Train=fail("boom", optional=True))

    assert statuses(smpipeline, 1) == ["Succeeded"]


def test_a_script_holds_for_later_versions(smpipeline: SMPipelineMock, churn: Pipeline, one_step: JsonObject) -> None:
    """It is kept by the pipeline and the step's name."""
    smpipeline.script("churn", Train=fail("boom"))
    smpipeline.add("churn", one_step)

    assert (smpipeline.start("churn").steps["Train"].status, churn.version) == ("Failed", 1)


@pytest.mark.parametrize(
    ("pipeline", "steps", "message"),
    [
        (
            "chrun",
            {"Train": succeed()},
            "There is no pipeline 'chrun'. Did you mean 'churn'? Existing: 'churn'. add() it first.",
        ),
        (
            "churn",
            {"Trian": succeed()},
            "Pipeline 'churn' has no step 'Trian'. Did you mean 'Train'? Its steps: 'Gate', 'Prep', 'Report', 'Stop', 'Train'.",
        ),
        (
            "churn",
            {"steps": {"Train": succeed()}},  # what script("churn", steps={...}) comes to
            (
                "Pipeline 'churn' has no step 'steps'. Did you mean 'Stop'? Its steps: 'Gate', 'Prep', 'Report', 'Stop', 'Train'. "
                "A mapping goes second, without a keyword: script('churn', {...})."
            ),
        ),
        ("churn", {3: succeed()}, "Pipeline 'churn' has no step 3. Its steps: 'Gate', 'Prep', 'Report', 'Stop', 'Train'."),
        (
            "churn",
            {"Gate": succeed()},
            (
                "Step 'Gate' of pipeline 'churn' is a Condition step: it decides by itself how it comes out. "
                "Script the steps or give the parameters that it depends on."
            ),
        ),
        (
            "churn",
            {"Stop": fail("boom")},
            (
                "Step 'Stop' of pipeline 'churn' is a Fail step: it decides by itself how it comes out. "
                "Script the steps or give the parameters that it depends on."
            ),
        ),
        ("churn", "Train", "script() takes a mapping from steps to outcomes, not 'Train'. Write script('churn', Train=fail('boom'))."),
    ],
    ids=["pipeline", "step", "keyword", "number", "Condition", "Fail", "no mapping"],
)
def test_a_script_for_what_is_not_there_is_refused(smpipeline: SMPipelineMock, pipeline: str, steps: object, message: str) -> None:
    """At once, with the closest name, and not when the step would have run."""
    with pytest.raises(UsageError) as caught:
        smpipeline.script(pipeline, steps)  # type: ignore[arg-type]  # the point of the test

    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("script", "what"),
    [
        ("Failed", "is 'Failed'"),
        (b"Failed", "is b'Failed'"),
        (5, "is 5"),
        (None, "is None"),
        ([succeed(), "Failed"], "holds 'Failed'"),
    ],
    ids=repr,
)
def test_what_is_no_outcome_is_refused_when_it_is_scripted(smpipeline: SMPipelineMock, script: Script, what: str) -> None:
    """The message shows what was given and what may be."""
    with pytest.raises(UsageError) as caught:
        smpipeline.script("churn", Train=script)

    assert str(caught.value) == (
        f"The script of step 'Train' {what}, which is no outcome. "
        "Write succeed(...), fail(reason), reject(code, message), stopped(), hold() or cache_hit(), "
        "a list with one of them for each attempt, or a callable that returns one."
    )


@pytest.mark.parametrize(
    "function",
    [succeed, fail, reject, stopped, hold, cache_hit, Succeed, Fail, Reject, Stopped, Hold, CacheHit],
    ids=lambda it: it.__name__,
)
def test_forgotten_parentheses_are_refused(smpipeline: SMPipelineMock, function: Script) -> None:
    """``succeed`` is callable, and would be taken for a function that decides."""
    with pytest.raises(UsageError) as caught:
        smpipeline.script("churn", Train=function)

    assert str(caught.value) == (
        "The script of step 'Train' is the function itself, not what it returns. Write succeed() or fail('reason')."
    )


def test_a_refused_script_changes_nothing(smpipeline: SMPipelineMock) -> None:
    """Neither the wrong part nor the right ones beside it are taken."""
    smpipeline.script("churn", Train=fail("boom"))

    with pytest.raises(UsageError):
        smpipeline.script("churn", Train=succeed(), Trian=succeed())

    assert statuses(smpipeline, 1) == ["Failed"]


@pytest.fixture
def loop(smpipeline: SMPipelineMock) -> Pipeline:
    """Add the pipeline ``loop``: a ForEach step over three days with two steps in its body, and a step of its own."""
    body: list[JsonObject] = [
        {"Name": "Body", "Type": "Training", "Arguments": {}},
        {"Name": "Call", "Type": "Lambda", "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f"},
    ]
    arguments: JsonObject = {"IterableItems": ["mon", "tue", "wed"], "MaxConcurrency": 1, "ForEachBody": [*body]}
    steps: list[JsonObject] = [
        {"Name": "Each", "Type": "ForEach", "Arguments": arguments},
        {"Name": "Train", "Type": "Training", "Arguments": {}},
    ]
    return smpipeline.add("loop", {"Version": "2020-12-01", "Steps": [*steps]})


def played(smp: SMPipelineMock, pipeline: str, step: str, kind: str = "Training") -> Outcome | None:
    """Return what the next attempt of a step comes to, as whoever runs it is told."""
    arn = f"arn:aws:sagemaker:us-east-1:123456789012:pipeline/{pipeline}"
    now = datetime(2026, 11, 22, tzinfo=UTC)
    context = StepContext(pipeline=pipeline, execution=f"{arn}/execution/a", step=step, type=kind, attempt=1, arguments={}, now=now)
    return smp._scripts.play(arn, step, lambda: context)


@pytest.mark.parametrize(
    "outcome", [succeed(), fail("boom"), reject("Code", "no"), stopped(), hold(), cache_hit()], ids=lambda it: type(it).__name__
)
def test_all_six_outcomes_can_be_scripted(smpipeline: SMPipelineMock, outcome: Outcome) -> None:
    """Alone, in a list, and returned by a callable."""
    for script in (outcome, [outcome], lambda _context: outcome):
        smpipeline.script("churn", Train=script)

        assert played(smpipeline, "churn", "Train") is outcome


def test_whoever_runs_a_step_learns_that_nobody_scripted_it(smpipeline: SMPipelineMock) -> None:
    """A step without a script is told from one whose list has ended, which succeeds."""
    smpipeline.script("churn", Train=[fail("boom")])

    assert [played(smpipeline, "churn", "Train") for _ in range(2)] == [fail("boom"), succeed()]
    assert played(smpipeline, "churn", "Prep") is None


def test_an_empty_list_takes_a_script_away(smpipeline: SMPipelineMock) -> None:
    """The step is then one that nobody scripted."""
    smpipeline.script("churn", Train=fail("boom"))
    smpipeline.script("churn", Train=[])

    assert played(smpipeline, "churn", "Train") is None


@pytest.mark.usefixtures("loop")
def test_a_step_in_a_body_scripts_all_children(smpipeline: SMPipelineMock) -> None:
    """A list is shared by them, in the order of their attempts."""
    smpipeline.script("loop", Body=[fail("first"), fail("second")])

    assert [played(smpipeline, "loop", name) for name in ("Body-2", "Body-0", "Body-10")] == [fail("first"), fail("second"), succeed()]


@pytest.mark.usefixtures("loop")
def test_the_script_of_a_child_comes_before_that_of_the_body(smpipeline: SMPipelineMock) -> None:
    """What is said of one counts more than what is said of all, also when its list has ended."""
    smpipeline.script("loop", {"Body-1": [fail("one")]}, Body=fail("all"))

    names = ("Body-0", "Body-1", "Body-1", "Body-2")
    assert [played(smpipeline, "loop", name) for name in names] == [fail("all"), fail("one"), succeed(), fail("all")]


@pytest.mark.usefixtures("loop")
def test_a_script_reaches_children_of_its_own_body_only(smpipeline: SMPipelineMock) -> None:
    """A step of the pipeline has no children, whatever others are called, and an unscripted body none that are scripted."""
    smpipeline.script("loop", Train=fail("boom"))

    assert [played(smpipeline, "loop", name) for name in ("Train", "Train-1", "Body-1")] == [fail("boom"), None, None]


@pytest.mark.usefixtures("loop")
def test_a_for_each_step_comes_out_as_its_children_do(smpipeline: SMPipelineMock) -> None:
    """A script of its own would go nowhere; the message names what to script in its place."""
    with pytest.raises(UsageError) as caught:
        smpipeline.script("loop", Each=fail("boom"))

    assert str(caught.value) == (
        "Step 'Each' of pipeline 'loop' is a ForEach step: it comes out as its children do. Script the steps of its body, "
        "'Body', 'Call', which stand for all their children, or one child, such as 'Body-0'."
    )


@pytest.mark.usefixtures("loop")
@pytest.mark.parametrize("name", ["Body-00", "Body-", "Body-x", "Train-1", "Bdy"])
def test_a_name_that_no_child_can_have_is_refused(smpipeline: SMPipelineMock, name: str) -> None:
    """Children are called by the body's step and their number; the steps of bodies are among the names to choose from."""
    with pytest.raises(UsageError, match=rf"^Pipeline 'loop' has no step '{name}'\..* Its steps: 'Body', 'Call', 'Each', 'Train'\.$"):
        smpipeline.script("loop", {name: succeed()})


@pytest.mark.usefixtures("loop")
def test_the_script_of_a_child_fits_the_step_of_the_body(smpipeline: SMPipelineMock) -> None:
    """A child is a step of the type that stands in the body."""
    smpipeline.script("loop", {"Call-0": succeed(outputs={"n": 1}, optional=True)})

    with pytest.raises(UsageError, match=r"^Step 'Body-0', a Training step, can't come out as succeed\(outputs=\{'n': 1\}\)"):
        smpipeline.script("loop", {"Body-0": succeed(outputs={"n": 1})})
