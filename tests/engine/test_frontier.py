"""The frontier: which steps may start, given what has ended."""

import json

import pytest

from pytest_smpipeline._definition.parser import parse_definition
from pytest_smpipeline._engine.frontier import Frontier


def frontier(**waits_for: list[object]) -> Frontier:
    """Return the frontier of steps that wait for others, by name."""
    steps = [{"Name": name, "Type": "Training", "Arguments": {}, "DependsOn": after} for name, after in waits_for.items()]
    return Frontier(parse_definition(json.dumps({"Version": "2020-12-01", "Steps": steps})))


def taken(edge: Frontier) -> list[str]:
    """Take all ready steps out."""
    names = []
    while edge.ready:
        names.append(edge.first)
        edge.pop()
    return names


def test_at_first_the_steps_that_wait_for_nothing_are_ready() -> None:
    """They come in the order of the definition."""
    assert taken(frontier(C=["A"], B=[], A=[])) == ["B", "A"]


def test_a_step_is_ready_when_the_last_of_its_dependencies_has_ended() -> None:
    """Each end counts once."""
    edge = frontier(A=[], B=[], C=["A", "B"])
    taken(edge)

    edge.end("A", "Succeeded")
    assert taken(edge) == []

    edge.end("B", "Succeeded")
    assert taken(edge) == ["C"]


@pytest.mark.parametrize("order", ["AB", "BA"])
def test_a_step_that_was_left_out_never_becomes_ready(order: str) -> None:
    """One end that is not as required is final, whatever comes after it."""
    edge = frontier(A=[], B=[], C=["A", "B"], D=[{"Step": "C", "Trigger": "Any"}])
    taken(edge)

    for name in order:
        edge.end(name, {"A": "Failed", "B": "Succeeded"}[name])

    assert taken(edge) == []


def test_a_branch_not_taken_is_left_out_with_all_that_waits_for_it() -> None:
    """The caller names the steps of the branch; what depends on them follows."""
    edge = frontier(Gate=[], Yes=["Gate"], After=["Yes"], No=["Gate"])
    taken(edge)

    edge.end("Gate", "Succeeded", not_taken=["Yes"])

    assert taken(edge) == ["No"]
