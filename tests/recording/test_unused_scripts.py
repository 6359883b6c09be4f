"""What is told of scripted outcomes that nobody used."""

from functools import partial

import pytest

from pytest_smpipeline import SMPipelineMock, StepContext, fail, succeed
from pytest_smpipeline.outcomes import Outcome
from pytest_smpipeline.step_scripts import Script

pytestmark = [pytest.mark.usefixtures("churn"), pytest.mark.smpipeline(strict=False)]

LET_IT_RUN = "Let the step run, take the script out, or write optional=True into it."
TAKE_OUT = "Let it make more, take out what is too much, or write optional=True into what may stay unused."


def decide(_context: StepContext) -> Outcome:
    """Return a success."""
    return succeed()


def raise_once(_context: StepContext) -> Outcome:
    """Fail as a callable with a slip does."""
    raise LookupError


def unused(smp: SMPipelineMock, script: Script, starts: int = 0) -> list[str]:
    """Script the step ``Train``, start the pipeline so many times, and return what is then told."""
    smp.script("churn", Train=script)
    for _ in range(starts):
        smp.start("churn", {"Date": "d"})
    return smp._scripts.unused()


def test_a_single_outcome_is_used_by_one_attempt(smpipeline: SMPipelineMock) -> None:
    """It may serve many, and one is enough."""
    assert unused(smpipeline, fail("boom")) == [f"script('churn', Train=fail('boom')): no attempt used it. {LET_IT_RUN}"]
    assert unused(smpipeline, fail("boom"), starts=1) == []


def test_the_rest_of_a_list_is_unused(smpipeline: SMPipelineMock) -> None:
    """The line shows the list, what of it is left, and how many attempts there were."""
    assert unused(smpipeline, [succeed(), fail("x")], starts=1) == [
        f"script('churn', Train=[succeed(), fail('x')]): 1 of 2 outcomes was not used, fail('x'); the step made 1 attempt. {TAKE_OUT}"
    ]
    assert unused(smpipeline, [succeed(), fail("x")]) == [
        (
            "script('churn', Train=[succeed(), fail('x')]): 2 of 2 outcomes were not used, succeed(), fail('x'); "
            f"the step made no attempt. {TAKE_OUT}"
        )
    ]


@pytest.mark.parametrize("starts", [2, 3])
def test_a_list_that_was_used_up_is_used(smpipeline: SMPipelineMock, starts: int) -> None:
    """Also when the step was attempted more often."""
    assert unused(smpipeline, [succeed(), fail("x")], starts) == []


def test_optional_outcomes_may_stay_unused(smpipeline: SMPipelineMock) -> None:
    """In a list each for itself."""
    assert unused(smpipeline, fail("x", optional=True)) == []
    assert unused(smpipeline, [succeed(optional=True), fail("x", optional=True)]) == []
    assert unused(smpipeline, [succeed(), fail("x"), fail("y", optional=True)], starts=1) == [
        (
            "script('churn', Train=[succeed(), fail('x'), fail('y', optional=True)]): 1 of 3 outcomes was not used, fail('x'); "
            f"the step made 1 attempt. {TAKE_OUT}"
        )
    ]


def test_a_callable_is_used_by_one_call(smpipeline: SMPipelineMock) -> None:
    """It is shown by its name, or as it prints when it has none."""
    never = "the function was never called. Let the step run, or take the script out."

    assert unused(smpipeline, decide) == [f"script('churn', Train=decide): {never}"]
    assert unused(smpipeline, partial(decide))[0].startswith("script('churn', Train=functools.partial(<function decide at ")
    assert unused(smpipeline, decide, starts=1) == []


def test_a_callable_that_raised_was_called(smpipeline: SMPipelineMock) -> None:
    """Its error is what the test must look at."""
    with pytest.raises(LookupError):
        unused(smpipeline, raise_once, starts=1)

    assert smpipeline._scripts.unused() == []


def test_a_replaced_script_is_forgotten(smpipeline: SMPipelineMock) -> None:
    """With everything of it that was not used."""
    unused(smpipeline, [fail("a"), fail("b")])

    assert unused(smpipeline, succeed(), starts=1) == []


def test_lines_come_in_the_order_in_which_scripts_were_written(smpipeline: SMPipelineMock) -> None:
    """A script that replaces another is written anew."""
    smpipeline.script("churn", Train=fail("a"), Prep=fail("b"))
    smpipeline.script("churn", Train=fail("c"))

    assert [line.partition(": no")[0] for line in smpipeline._scripts.unused()] == [
        "script('churn', Prep=fail('b'))",
        "script('churn', Train=fail('c'))",
    ]


def test_a_long_script_is_shortened(smpipeline: SMPipelineMock) -> None:
    """The line stays readable."""
    (line,) = unused(smpipeline, [fail("x" * 50)] * 100)

    assert len(line) < 500


@pytest.mark.parametrize("name", ["a-b", "case", "class"])
def test_a_name_that_is_no_keyword_is_shown_in_a_mapping(smpipeline: SMPipelineMock, name: str) -> None:
    """As the test must have written it."""
    smpipeline.add("odd", {"Version": "2020-12-01", "Steps": [{"Name": name, "Type": "Training", "Arguments": {}}]})
    smpipeline.script("odd", {name: succeed()})

    assert smpipeline._scripts.unused() == [f"script('odd', {{'{name}': succeed()}}): no attempt used it. {LET_IT_RUN}"]
