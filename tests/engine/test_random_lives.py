"""Random pipelines whose steps are refused, stopped, held, repeated and asked for, under random stops, retries and answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import time_machine
from hypothesis import given
from hypothesis import strategies as st

from pytest_smpipeline import Execution, fail, hold, mock_smpipeline, reject, stopped, succeed
from pytest_smpipeline._engine.frontier import MEETS
from pytest_smpipeline._state.transitions import ACTIVE, EXECUTION, STEP
from pytest_smpipeline.outcomes import Outcome
from pytest_smpipeline.values import Json, JsonObject, to_instant

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = 24 * 3600.0

COMMON: dict[str, Outcome] = {
    "succeeds": succeed(duration=60),
    "takes long": succeed(duration=700),
    "fails": fail("boom", duration=5),
    "lacks capacity": fail("CapacityError: none", duration=5),
    "is over a limit": reject("ResourceLimitExceeded", "is 0 Instances"),
    "is throttled": reject("ThrottlingException", "Rate exceeded"),
    "is held": hold(),
}
JOB_OUTCOMES = COMMON | {"is stopped": stopped(duration=30)}

MEMBERS: dict[str, JsonObject] = {
    "Training": {},
    "Lambda": {"FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f"},
    "Callback": {"SqsQueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/approvals"},
}
POLICY: list[Json] = [
    {
        "ExceptionType": ["SageMaker.CAPACITY_ERROR", "SageMaker.RESOURCE_LIMIT"],
        "IntervalSeconds": 3,
        "BackoffRate": 2,
        "MaxAttempts": 2,
    },
]

MOVES = st.lists(
    st.tuples(
        st.sampled_from(["stop", "retry", "release", "fail", "answer"]),
        st.sampled_from([0, 0.5, 1, 2, 7, 61, 400]),
    ),
    max_size=8,
)
Moves = list[tuple[str, float]]


@dataclass(frozen=True)
class Node:
    """A step of a random pipeline; ``attempts`` are the names of what its attempts come to, after which it succeeds."""

    name: str
    kind: str
    waits_for: Mapping[str, str]
    attempts: tuple[str, ...]
    repeated: bool

    def written(self) -> JsonObject:
        """Return the step as a definition has it."""
        after: list[Json] = [{"Step": name, "Trigger": trigger} for name, trigger in self.waits_for.items()]
        policies: JsonObject = {"RetryPolicies": POLICY} if self.repeated and self.kind == "Training" else {}
        return {"Name": self.name, "Type": self.kind, "Arguments": {}, "DependsOn": after, **MEMBERS[self.kind], **policies}


@dataclass(frozen=True)
class Plan:
    """A random pipeline and its limit of parallel steps."""

    nodes: tuple[Node, ...]
    limit: int | None


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Draw a pipeline in which steps wait for earlier ones; a Callback step without outcomes waits for its answer."""
    nodes: list[Node] = []
    for number in range(draw(st.integers(min_value=1, max_value=6))):
        kind = draw(st.sampled_from(["Training", "Training", "Lambda", "Callback"]))
        earlier = [node.name for node in nodes]
        after = draw(st.dictionaries(st.sampled_from(earlier), st.sampled_from(sorted(MEETS)), max_size=2)) if earlier else {}
        outcomes = sorted(JOB_OUTCOMES if kind == "Training" else COMMON)
        attempts = draw(st.lists(st.sampled_from(outcomes), max_size=4))
        nodes.append(Node(f"S{number}", kind, after, tuple(attempts), draw(st.booleans())))
    return Plan(tuple(nodes), draw(st.one_of(st.none(), st.integers(min_value=1, max_value=3))))


@dataclass(frozen=True)
class Look:
    """An execution at one instant: its status, who waits, and status, attempts, start and end of each step."""

    status: str
    waiting: tuple[str, ...]
    steps: Mapping[str, tuple[str, int, datetime, datetime | None]]

    @property
    def running(self) -> set[str]:
        """The steps that run."""
        return {name for name, (status, *_) in self.steps.items() if status in {"Executing", "Stopping"}}


@dataclass(frozen=True)
class Life:
    """What was seen of an execution: after each change, when nothing was left but to wait, and after everybody was answered."""

    looks: list[Look]
    standstill: Look
    end: Look
    listed: list[dict[str, Any]]
    recorded: list[dict[str, Any]]
    history: str


def look_at(execution: Execution) -> Look:
    """Return how an execution stands."""
    steps = {one.name: (one.status, one.attempts, one.started, one.ended) for one in execution.steps.values()}
    return Look(execution.status, tuple(execution.waiting), steps)


def act(execution: Execution, move: str) -> None:
    """Do to an execution what it lets be done."""
    waiting = execution.waiting
    asked = [name for name in waiting if execution.steps[name].type == "Callback"]
    if execution.status in {"stop": ["Executing"], "retry": ["Failed", "Stopped"]}.get(move, []):
        getattr(execution, move)()
    elif move == "release" and waiting:
        execution.release(waiting[0], succeed(duration=3))
    elif move == "fail" and waiting:
        execution.release(waiting[-1], fail("CapacityError: none"))
    elif move == "answer" and asked:
        execution.steps[asked[0]].callback.succeed()


def records_of(execution: Execution) -> list[dict[str, Any]]:
    """Return the steps as the listing should show them, oldest first."""
    members = [
        {
            "StepName": one.name,
            "StepStatus": one.status,
            "StartTime": one.started,
            "EndTime": one.ended,
            "FailureReason": one.reason,
            "AttemptCount": one.attempts,
            "Metadata": one.metadata,
        }
        for one in execution.steps.values()
    ]
    return [{name: value for name, value in step.items() if value is not None} for step in members]


def life_of(client: "SageMakerClient", plan: Plan, moves: Moves) -> Life:
    """Run a plan on a clock that only these moves move, look at it after each change, and answer in the end whoever waits."""
    with time_machine.travel(NOON, tick=False), mock_smpipeline(seed=0, strict=False, progress="manual") as smp:
        smp.add("random", {"Version": "2020-12-01", "Steps": [node.written() for node in plan.nodes]}, parallelism=plan.limit)
        smp.script("random", {node.name: [JOB_OUTCOMES[one] for one in node.attempts] for node in plan.nodes})
        execution, runner = smp.start("random"), smp._service.runner
        looks = [look_at(execution)]
        for move, seconds in [*moves, ("wait", DAY)]:
            until = to_instant(smp.now) + round(seconds * 1000)
            while (due := runner.next_due(execution._state)) is not None and due <= until:
                runner.run_until(due)
                looks.append(look_at(execution))
            runner.run_until(until)
            looks.append(look_at(execution))
            act(execution, move)
            looks.append(look_at(execution))
        described = client.describe_pipeline_execution(PipelineExecutionArn=execution.arn)
        listing = client.list_pipeline_execution_steps(PipelineExecutionArn=execution.arn, SortOrder="Ascending", MaxResults=100)
        listed, recorded = [dict(step) for step in listing["PipelineExecutionSteps"]], records_of(execution)
        for _ in range(40):
            for name in execution.waiting:
                execution.release(name, succeed())
            smp.run_until_idle()
        end = look_at(execution)
    shown = [{name: value for name, value in answer.items() if name != "ResponseMetadata"} for answer in (described, listing)]
    return Life(looks, looks[-1], end, listed, recorded, json.dumps(shown, default=str))


def reaches(table: Mapping[str, frozenset[str]], status: str) -> set[str]:
    """Return all that a status can become, over however many changes, and the status itself."""
    found, pending = {status}, [status]
    while pending:
        new = table[pending.pop()] - found
        found |= new
        pending += new
    return found


@given(plans(), MOVES)
def test_no_attempt_begins_before_what_it_waits_for_has_ended_as_required(client: "SageMakerClient", plan: Plan, moves: Moves) -> None:
    """Neither a first one nor one after a failure, a stop or a retry."""
    for earlier, later in pairwise(life_of(client, plan, moves).looks):
        for node in plan.nodes:
            if node.name in later.steps and later.steps[node.name][1] > earlier.steps.get(node.name, ("", 0))[1]:
                for name, trigger in node.waits_for.items():
                    status, _, _, ended = later.steps[name]
                    assert status in MEETS[trigger]
                    assert ended is not None
                    assert ended <= later.steps[node.name][2]


@given(plans(), MOVES)
def test_never_more_steps_run_or_wait_for_an_attempt_than_the_limit(client: "SageMakerClient", plan: Plan, moves: Moves) -> None:
    """Those held and those asked count too."""
    for look in life_of(client, plan, moves).looks:
        assert plan.limit is None or len(look.running) <= plan.limit


@given(plans(), MOVES)
def test_whatever_happens_statuses_move_only_along_the_table(client: "SageMakerClient", plan: Plan, moves: Moves) -> None:
    """Attempts only grow, and only in an execution that executes; what has succeeded stays as it is."""
    for earlier, later in pairwise(life_of(client, plan, moves).looks):
        assert later.status in reaches(EXECUTION, earlier.status)
        for name, (status, attempts, *times) in earlier.steps.items():
            assert later.steps[name][0] in reaches(STEP, status)
            assert later.steps[name][1] >= attempts
            assert earlier.status == "Executing" or later.steps[name][1] == attempts
            assert status != "Succeeded" or later.steps[name] == (status, attempts, *times)


@given(plans(), MOVES)
def test_an_execution_ends_unless_something_waits(client: "SageMakerClient", plan: Plan, moves: Moves) -> None:
    """``waiting`` names it; once all are answered, each time that they ask, nothing is left to run."""
    life = life_of(client, plan, moves)

    assert (life.standstill.status in ACTIVE) is bool(life.standstill.waiting)
    assert life.standstill.running == set(life.standstill.waiting)
    assert (life.end.status in ACTIVE, life.end.waiting, life.end.running) == (False, (), set())


@given(plans(), MOVES)
def test_the_same_seed_gives_the_same_life_to_the_byte(client: "SageMakerClient", plan: Plan, moves: Moves) -> None:
    """Describe and list answer the same, ids, tokens and times included."""
    assert life_of(client, plan, moves).history == life_of(client, plan, moves).history


@given(plans(), MOVES)
def test_the_api_lists_what_the_records_show_of_any_life(client: "SageMakerClient", plan: Plan, moves: Moves) -> None:
    """Absent members are None on the other side."""
    life = life_of(client, plan, moves)

    assert life.listed == life.recorded
