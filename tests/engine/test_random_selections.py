"""Random pipelines and random selections of their steps: the rules of selective execution once more, in other words."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from hypothesis import event, given
from hypothesis import strategies as st

from pytest_smpipeline import Execution, mock_smpipeline

if TYPE_CHECKING:
    from pytest_smpipeline.values import Json

Path = tuple[str, ...]


@dataclass
class Choice:
    """A random pipeline, by what each step waits for, and steps picked from it; ``sourced`` says whether there is a source."""

    waits_for: dict[str, list[str]]
    picked: list[str]
    sourced: bool

    def paths(self, end: str) -> Iterable[Path]:
        """Return every way through the pipeline that leads to a step."""
        yield (end,)
        for name in self.waits_for[end]:
            yield from ((*path, end) for path in self.paths(name))

    @property
    def has_a_gap(self) -> bool:
        """Whether a path between two picked steps has one on it that is not picked."""
        paths = (path for end in self.picked for path in self.paths(end) if path[0] in self.picked)
        return any(not set(path) <= set(self.picked) for path in paths)

    @property
    def falls_apart(self) -> bool:
        """Whether the picked steps are more than one piece: pieces grow together as long as an arrow joins two of them."""
        pieces = [{name} for name in self.picked]
        while joined := next((pair for pair in combinations(pieces, 2) if self._touch(*pair)), None):
            pieces = [piece for piece in pieces if piece not in joined] + [set.union(*joined)]
        return len(pieces) > 1

    def _touch(self, one: set[str], other: set[str]) -> bool:
        return any(set(self.waits_for[name]) & there for here, there in ((one, other), (other, one)) for name in here)

    @property
    def needed(self) -> set[str]:
        """What the picked steps wait for that is not picked."""
        return {name for step in self.picked for name in self.waits_for[step]} - set(self.picked)

    @property
    def refusal(self) -> str | None:
        """What the refusal of this choice says; None when it is accepted."""
        if self.has_a_gap:
            return "All steps in all paths between"
        if self.falls_apart:
            return "must be connected"
        return "null. The selected steps" if self.needed and not self.sourced else None


@st.composite
def choices(draw: st.DrawFn) -> Choice:
    """Draw a pipeline in which steps wait for earlier ones, and at least one of its steps, in any order."""
    waits_for: dict[str, list[str]] = {}
    for number in range(draw(st.integers(min_value=1, max_value=7))):
        earlier = st.lists(st.sampled_from(sorted(waits_for)), unique=True, max_size=3) if waits_for else st.just([])
        waits_for[f"S{number}"] = draw(earlier)
    return Choice(waits_for, draw(st.lists(st.sampled_from(sorted(waits_for)), unique=True, min_size=1)), draw(st.booleans()))


def run(choice: Choice) -> tuple[Execution | None, Execution | str]:
    """Run the pipeline of a choice as the source, if there is one, then what was picked; return that execution or the refusal."""
    steps: list[Json] = [
        {"Name": name, "Type": "Training", "Arguments": {}, "DependsOn": [*after]} for name, after in choice.waits_for.items()
    ]
    with mock_smpipeline(seed=0) as smp:
        smp.add("random", {"Version": "2020-12-01", "Steps": steps})
        source = smp.start("random") if choice.sourced else None
        try:
            return source, smp.start("random", only=choice.picked, source=source)
        except ClientError as refused:
            return source, str(refused)


@given(choices())
def test_exactly_the_selections_are_accepted_that_the_rules_allow(choice: Choice) -> None:
    """No gaps, one piece, and a source for whatever is needed from outside."""
    _, result = run(choice)

    event(choice.refusal or "accepted")
    if choice.refusal is None:
        assert isinstance(result, Execution), result
    else:
        assert isinstance(result, str), result
        assert "(ValidationException)" in result
        assert choice.refusal in result


@given(choices().filter(lambda choice: choice.refusal is None))
def test_what_was_picked_runs_and_what_it_needs_is_reused(choice: Choice) -> None:
    """Nothing else is listed, and nothing runs before what it waits for."""
    source, result = run(choice)

    assert isinstance(result, Execution)
    assert result.status == "Succeeded"
    assert set(result.order) == set(choice.picked)
    reused = {name: run.selective_source for name, run in result.steps.items() if name not in choice.picked}
    assert reused == dict.fromkeys(choice.needed, source.arn if source else None)
    places = {name: place for place, name in enumerate(result.order)}
    assert all(places.get(before, -1) < places[name] for name in result.order for before in choice.waits_for[name])
    assert source is None or all(result.steps[name].metadata == source.steps[name].metadata for name in choice.needed)
