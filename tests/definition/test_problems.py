"""How problems are collected and worded."""

import pytest

from pytest_smpipeline._definition.problems import DefinitionError, Problem, Problems


def test_a_problem_in_our_words_names_its_place() -> None:
    """Words that are ours end with the path; the service's own words stand alone, and the report adds the path to both."""
    ours, theirs = Problem("wrong", "$.Steps"), Problem("Wrong.", "$.Steps", verbatim=True)
    assert (ours.answer(), theirs.answer()) == ("wrong @ $.Steps", "Wrong.")
    assert DefinitionError([ours, theirs]).report() == "wrong @ $.Steps\nWrong. @ $.Steps"


def test_the_answer_joins_all_problems() -> None:
    """Several problems are one answer, the prefix stands once before them."""
    error = DefinitionError([Problem("a", "$.x"), Problem("B.", "$", verbatim=True)], prefix="Unable to parse pipeline definition. ")
    assert error.code == "ValidationException"
    assert error.message == "Unable to parse pipeline definition. a @ $.x; B."


@pytest.mark.fidelity("DEF-003")
def test_the_answer_counts_problems_after_the_twentieth() -> None:
    """An answer spells out twenty problems; the error itself carries every one."""
    error = DefinitionError([Problem(f"p{number}", "$") for number in range(23)])
    assert error.message.endswith("p19 @ $; and 3 more")
    assert len(error.problems) == 23


def test_hints_are_made_only_for_problems_that_are_spelt_out() -> None:
    """The closest valid name follows the message, up to the twentieth problem."""
    problems = Problems()
    for _ in range(21):
        problems.add("$", "'Trian' is unknown.", near=("Trian", ["Train"]))
    messages = [problem.message for problem in problems]
    assert len(problems) == 21
    assert messages[19] == "'Trian' is unknown. Did you mean 'Train'?"
    assert messages[20] == "'Trian' is unknown."


def test_nothing_found_raises_nothing() -> None:
    """Raising is for when something was found."""
    problems = Problems()
    problems.raise_found()
    problems.expecting_object("$")
    with pytest.raises(DefinitionError, match="Expecting start of Json Object"):
        problems.raise_found()
