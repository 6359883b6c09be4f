"""Scripting steps: one outcome, a list, or a callable, and what is refused."""

import pytest

from pytest_smpipeline import Pipeline, SMPipelineMock, UsageError, fail, succeed
from pytest_smpipeline.outcomes import Fail, Succeed
from pytest_smpipeline.scripts import Script
from pytest_smpipeline.values import JsonObject

pytestmark = pytest.mark.usefixtures("churn")


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
    smpipeline.script("other", Train=fail("boom"))

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
    ids=["pipeline", "step", "number", "Condition", "Fail", "no mapping"],
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
        "Write succeed(...) or fail(reason), a list with one of them for each attempt, or a callable that returns one."
    )


@pytest.mark.parametrize("function", [succeed, fail, Succeed, Fail])
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
