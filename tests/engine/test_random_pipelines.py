"""Random pipelines with random outcomes under random limits: the rules that hold for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from pytest_smpipeline import Execution, SMPipelineMock, StepRun, fail, mock_smpipeline, succeed
from pytest_smpipeline._engine.frontier import MEETS
from pytest_smpipeline._engine.step_runner import GAP
from pytest_smpipeline._state.transitions import ACTIVE, EXECUTION, STEP
from pytest_smpipeline.outcomes import Outcome
from pytest_smpipeline.values import Json, JsonObject, to_instant

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

TRIGGERS = ("Completed", "Failed", "Stopped", "Any")


@dataclass
class Node:
    """A step of a random pipeline: what it waits for, how it ends, and the two steps in its branches when it is a condition."""

    name: str
    waits_for: dict[str, str]
    fails: bool
    seconds: float
    outcome: bool | None = None

    @property
    def branches(self) -> dict[str, bool]:
        """The steps of the branches, with the outcome at which each runs."""
        return {} if self.outcome is None else {f"{self.name}-yes": True, f"{self.name}-no": False}

    def written(self) -> JsonObject:
        """Return the step as a definition has it."""
        after: list[Json] = [{"Step": name, "Trigger": trigger} for name, trigger in self.waits_for.items()]
        if self.outcome is None:
            return {"Name": self.name, "Type": "Training", "Arguments": {}, "DependsOn": after}
        left: Json = "not a number" if self.fails else int(self.outcome)
        taken, other = self.branches
        arguments: JsonObject = {
            "Conditions": [{"Type": "Equals", "LeftValue": left, "RightValue": 1}],
            "IfSteps": [{"Name": taken, "Type": "Model", "Arguments": {}}],
            "ElseSteps": [{"Name": other, "Type": "Model", "Arguments": {}}],
        }
        return {"Name": self.name, "Type": "Condition", "Arguments": arguments, "DependsOn": after}

    def scripted(self) -> Outcome:
        """Return how the test lets the step come out."""
        if self.fails:
            return fail("boom", duration=self.seconds, optional=True)
        return succeed(duration=self.seconds, optional=True)


@dataclass
class Plan:
    """A random pipeline and its limit of parallel steps."""

    nodes: list[Node]
    limit: int | None

    def ends(self) -> dict[str, str]:
        """Return the steps that must run, with the status that each must end in: the rules once more, read step by step."""
        ends: dict[str, str] = {}
        for node in self.nodes:
            if all(ends.get(name) in MEETS[trigger] for name, trigger in node.waits_for.items()):
                ends[node.name] = "Failed" if node.fails else "Succeeded"
                if not node.fails:
                    ends |= {name: "Succeeded" for name, outcome in node.branches.items() if outcome is node.outcome}
        return ends


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Draw a pipeline in which steps wait for earlier ones, those in branches included."""
    nodes: list[Node] = []
    names: list[str] = []
    for number in range(draw(st.integers(min_value=0, max_value=8))):
        after = draw(st.dictionaries(st.sampled_from(names), st.sampled_from(TRIGGERS), max_size=3)) if names else {}
        outcome = draw(st.sampled_from([None, None, True, False]))
        seconds = draw(st.sampled_from([0, 0.4, 1, 60, 300]))
        nodes.append(Node(f"S{number}", after, draw(st.booleans()), seconds, outcome))
        names += [nodes[-1].name, *nodes[-1].branches]
    return Plan(nodes, draw(st.one_of(st.none(), st.integers(min_value=1, max_value=3))))


def run(smp: SMPipelineMock, plan: Plan) -> Execution:
    """Make the pipeline of a plan, script it and start it."""
    smp.add("random", {"Version": "2020-12-01", "Steps": [node.written() for node in plan.nodes]}, parallelism=plan.limit)
    smp.script("random", {node.name: node.scripted() for node in plan.nodes if node.outcome is None})
    return smp.start("random")


def looks_at(client: "SageMakerClient", execution: Execution) -> list[dict[str, str]]:
    """Poll an execution to its end, and return the statuses of its steps that each look shows."""
    looks: list[dict[str, str]] = []
    while execution.status in ACTIVE:
        items = client.list_pipeline_execution_steps(PipelineExecutionArn=execution.arn, MaxResults=100)["PipelineExecutionSteps"]
        looks.append({item["StepName"]: item["StepStatus"] for item in items})
    return looks


def end_of(step: StepRun) -> datetime:
    """Return when a step ended; it has."""
    assert step.ended is not None
    return step.ended


@given(plans())
def test_exactly_the_steps_run_whose_dependencies_ended_as_required(plan: Plan) -> None:
    """No step is forgotten and none runs that must not, and each ends as it was told."""
    with mock_smpipeline(seed=0) as smp:
        execution = run(smp, plan)

    assert {one.name: one.status for one in execution.steps.values()} == plan.ends()


@given(plans())
def test_no_step_starts_before_its_dependencies_have_ended(plan: Plan) -> None:
    """And without a limit it starts within one gap of the last of these ends."""
    with mock_smpipeline(seed=0) as smp:
        steps = run(smp, plan).steps

    for node in plan.nodes:
        waits = {node.name: list(node.waits_for)} | {inside: [node.name] for inside in node.branches}
        for name in waits.keys() & steps.keys():
            ready = max((end_of(steps[other]) for other in waits[name]), default=None)
            assert ready is None or ready <= steps[name].started
            assert ready is None or plan.limit or steps[name].started <= ready + timedelta(milliseconds=GAP)


@given(plans())
def test_never_more_steps_run_at_once_than_the_limit(plan: Plan) -> None:
    """At every instant at which a step starts, those that run and those that start are within the limit."""
    with mock_smpipeline(seed=0) as smp:
        steps = list(run(smp, plan).steps.values())

    for instant in {one.started for one in steps}:
        running = [one for one in steps if one.started == instant or one.started < instant < end_of(one)]
        assert plan.limit is None or len(running) <= plan.limit


@given(plans())
def test_statuses_move_only_along_the_table(client: "SageMakerClient", plan: Plan) -> None:
    """What pollers see of a step is a path through the table of transitions that ends; it never vanishes again."""
    with mock_smpipeline(seed=0, progress="poll") as smp:
        looks = looks_at(client, run(smp, plan))

    for earlier, later in pairwise(looks):
        assert earlier.keys() <= later.keys()
        for name, status in later.items():
            before = earlier.get(name, "Starting")
            assert status == before or status in STEP[before] or (before == "Starting" and status in {"Succeeded", "Failed"})


@given(plans())
def test_every_execution_ends_with_the_status_that_its_steps_call_for(plan: Plan) -> None:
    """Succeeded without failures, CompletedWithFailures when something ran on one, Failed otherwise."""
    with mock_smpipeline(seed=0) as smp:
        execution = run(smp, plan)

    ends = plan.ends()
    failed = {name for name, status in ends.items() if status == "Failed"}
    handled = any(
        name in failed and trigger in {"Failed", "Any"}
        for node in plan.nodes
        if node.name in ends
        for name, trigger in node.waits_for.items()
    )
    assert execution.status not in ACTIVE
    assert execution.status == ("Succeeded" if not failed else "CompletedWithFailures" if handled else "Failed")
    assert execution.ended is not None
    assert all(end_of(one) <= execution.ended for one in execution.steps.values())


@given(plans())
def test_the_api_lists_what_the_records_show(client: "SageMakerClient", plan: Plan) -> None:
    """Names, statuses, times, reasons and metadata are the same on both sides, over pages of any size."""
    with mock_smpipeline(seed=0) as smp:
        execution = run(smp, plan)
        pages = client.get_paginator("list_pipeline_execution_steps").paginate(
            PipelineExecutionArn=execution.arn, SortOrder="Ascending", PaginationConfig={"PageSize": 2}
        )  # fmt: skip
        listed = [item for page in pages for item in page["PipelineExecutionSteps"]]

    assert [
        (item["StepName"], item["StepStatus"], item["StartTime"], item["EndTime"], item.get("FailureReason"), item["Metadata"])
        for item in listed
    ] == [(one.name, one.status, one.started, one.ended, one.reason, one.metadata) for one in execution.steps.values()]
    assert [item["StepName"] for item in listed] == execution.order


Moves = list[tuple[str, float]]

MOVES = st.lists(st.tuples(st.sampled_from(["stop", "retry"]), st.sampled_from([0, 0.5, 1, 2, 61, 400])), max_size=8)


def reaches(table: Mapping[str, frozenset[str]], status: str) -> set[str]:
    """Return all that a status can become, over however many changes, and the status itself."""
    found, pending = {status}, [status]
    while pending:
        new = table[pending.pop()] - found
        found |= new
        pending += new
    return found


@dataclass(frozen=True)
class Look:
    """An execution at one instant: its status, and what its steps show."""

    status: str
    steps: Mapping[str, tuple[str, int, datetime, datetime | None, object]]

    @property
    def attempts(self) -> dict[str, int]:
        """The attempts by step."""
        return {name: attempts for name, (_, attempts, *_) in self.steps.items()}

    @property
    def running(self) -> int:
        """How many steps run."""
        return sum(status in {"Executing", "Stopping"} for status, *_ in self.steps.values())


def look_at(execution: Execution) -> Look:
    """Return how an execution stands."""
    steps = {one.name: (one.status, one.attempts, one.started, one.ended, one.metadata) for one in execution.steps.values()}
    return Look(execution.status, steps)


def life_of(plan: Plan, moves: Moves) -> list[Look]:
    """Run a plan in which failures happen once, stop and retry it whenever it lets itself, and look at it after each change."""
    with mock_smpipeline(seed=0, progress="manual") as smp:
        execution = run(smp, plan)
        smp.script("random", {node.name: [node.scripted()] for node in plan.nodes if node.fails and node.outcome is None})
        runner = smp._service.runner
        looks = [look_at(execution)]
        for move, seconds in [*moves, ("wait", 30 * 24 * 3600.0)]:
            until = to_instant(smp.now) + round(seconds * 1000)
            while (due := runner.next_due(execution._state)) is not None and due <= until:
                runner.run_until(due)
                looks.append(look_at(execution))
            runner.run_until(until)
            if execution.status in {"stop": ["Executing"], "retry": ["Failed", "Stopped"]}.get(move, []):
                getattr(execution, move)()
                looks.append(look_at(execution))
    return looks


@given(plans(), MOVES)
def test_stops_and_retries_move_statuses_only_along_the_table(plan: Plan, moves: Moves) -> None:
    """Those of the execution and those of its steps, which never vanish from the list."""
    for earlier, later in pairwise(life_of(plan, moves)):
        assert later.status in reaches(EXECUTION, earlier.status)
        assert earlier.steps.keys() <= later.steps.keys()
        for name, (status, *_) in later.steps.items():
            assert status in reaches(STEP, earlier.steps[name][0] if name in earlier.steps else "Starting")


@given(plans(), MOVES)
def test_what_has_succeeded_never_runs_again(plan: Plan, moves: Moves) -> None:
    """It keeps its attempt, its times and its job through every stop and retry."""
    for earlier, later in pairwise(life_of(plan, moves)):
        for name, shown in earlier.steps.items():
            assert shown[0] != "Succeeded" or later.steps[name] == shown


@given(plans(), MOVES)
def test_every_execution_ends_however_it_was_stopped_and_retried(plan: Plan, moves: Moves) -> None:
    """And then nothing of it runs, and every step has an end."""
    last = life_of(plan, moves)[-1]

    assert last.status not in ACTIVE
    assert last.running == 0
    assert all(ended is not None for *_, ended, _ in last.steps.values())


@given(plans(), MOVES)
def test_nothing_starts_while_an_execution_is_being_stopped_or_has_ended(plan: Plan, moves: Moves) -> None:
    """Only an execution that executes makes new attempts, within its limit of parallel steps."""
    for earlier, later in pairwise(life_of(plan, moves)):
        assert earlier.status == "Executing" or later.attempts == earlier.attempts
        assert plan.limit is None or later.running <= plan.limit


@given(plans(), MOVES)
def test_retried_to_its_end_an_execution_runs_what_it_would_have_run_without_failures(plan: Plan, moves: Moves) -> None:
    """Failures that happen once leave no trace, whatever was stopped meanwhile; only steps that wait for a failure tell of them."""
    for node in plan.nodes:
        node.waits_for = dict.fromkeys(node.waits_for, "Completed")
        node.fails = node.fails and node.outcome is None
    retries: Moves = [("retry", 24 * 3600.0)] * (len(plan.nodes) + 1)

    last = life_of(plan, moves + retries)[-1]

    for node in plan.nodes:
        node.fails = False
    assert last.status == "Succeeded"
    assert {name: status for name, (status, *_) in last.steps.items()} == plan.ends()
