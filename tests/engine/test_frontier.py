"""The frontier: which steps may start, given what has ended."""

import json

import pytest

from pytest_smpipeline._definition.nodes import Graph
from pytest_smpipeline._definition.parser import parse_definition
from pytest_smpipeline._engine.frontier import Frontier


def graph(**waits_for: list[object]) -> Graph:
    """Return the graph of steps that wait for others, by name."""
    steps = [{"Name": name, "Type": "Training", "Arguments": {}, "DependsOn": after} for name, after in waits_for.items()]
    return parse_definition(json.dumps({"Version": "2020-12-01", "Steps": steps})).graph


def frontier(**waits_for: list[object]) -> Frontier:
    """Return the frontier of steps that wait for others, by name."""
    return Frontier(graph(**waits_for))


def taken(edge: Frontier) -> list[str]:
    """Take all ready steps out."""
    names = []
    while edge.ready:
        names.append(edge.pop())
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


def test_a_step_that_is_put_back_is_ready_again_at_its_place() -> None:
    """As if it had never been taken out."""
    edge = frontier(A=[], B=[])
    assert edge.pop() == "A"

    edge.put_back("A")

    assert taken(edge) == ["A", "B"]


def test_kept_steps_count_as_ended_from_the_beginning() -> None:
    """What waits for them is ready, they themselves are not."""
    edge = Frontier(graph(A=[], B=["A"], C=["B"], D=[]), {"A": (), "B": ()})

    assert taken(edge) == ["C", "D"]


def test_the_branch_that_a_kept_condition_passed_over_stays_left_out() -> None:
    """With all that waits for it."""
    edge = Frontier(graph(Gate=[], Yes=["Gate"], After=["Yes"], No=["Gate"]), {"Gate": ("Yes",)})

    assert taken(edge) == ["No"]


def test_a_kept_step_and_what_follows_it_stay_whatever_its_dependency_comes_to_now() -> None:
    """It ran on a failure that does not happen again."""
    edge = Frontier(graph(A=[], B=[{"Step": "A", "Trigger": "Failed"}], C=["B"], D=["C"]), {"B": ()})
    assert taken(edge) == ["A", "C"]

    edge.end("A", "Succeeded")
    edge.end("C", "Succeeded")

    assert taken(edge) == ["D"]


def test_steps_that_take_no_part_never_become_ready() -> None:
    """Neither those that wait for nothing nor those that wait for a step that does take part."""
    edge = Frontier(graph(A=[], B=[], C=["A"], D=["A"]), out=["B", "D"])
    assert taken(edge) == ["A"]

    edge.end("A", "Succeeded")

    assert taken(edge) == ["C"]
