"""An execution as a tree of text: what it shows, how it folds, and that it stays within 80 columns."""

from collections.abc import Callable
from itertools import count

import pytest

from pytest_smpipeline import Execution, SMPipelineMock, cache_hit, fail, hold, stopped, succeed
from pytest_smpipeline.durations import in_words
from pytest_smpipeline.run_tree import ASCII_MARKS, MARKS, listed, run_tree
from pytest_smpipeline.values import JsonObject

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"


@pytest.fixture(autouse=True)
def plain_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count executions instead of giving them random ids."""
    numbers = count(1)
    monkeypatch.setattr("pytest_smpipeline._state.ids.IdSource.execution_id", lambda _self: f"execution{next(numbers):03}")


@pytest.fixture
def tree(smpipeline: SMPipelineMock) -> Callable[[Execution], str]:
    """Return the function that draws an execution."""

    def draw(run: Execution) -> str:
        return "\n".join(run_tree(run._state, run.waiting, MARKS))

    return draw


def definition_of(*steps: JsonObject) -> JsonObject:
    """Return a definition of these steps."""
    return {"Version": "2020-12-01", "Parameters": [{"Name": "Date", "Type": "String", "DefaultValue": "d"}], "Steps": [*steps]}


def step(name: str, kind: str = "Training", *after: str, **members: object) -> JsonObject:
    """Return a step."""
    return {"Name": name, "Type": kind, "Arguments": {}, "DependsOn": [*after], **members}  # type: ignore[dict-item]  # plain JSON


def gate(name: str, *after: str, then: list[JsonObject], other: list[JsonObject]) -> JsonObject:
    """Return a Condition step that takes the if branch when the date is ``d``."""
    condition: JsonObject = {"Type": "Equals", "LeftValue": {"Get": "Parameters.Date"}, "RightValue": "d"}
    return step(name, "Condition", *after) | {"Arguments": {"Conditions": [condition], "IfSteps": [*then], "ElseSteps": [*other]}}


@pytest.fixture
def churn(smpipeline: SMPipelineMock) -> JsonObject:
    """Add the pipeline ``churn`` with two branches and a step behind them, and return its definition."""
    definition = definition_of(
        step("Prep", "Processing"),
        step("Train", "Training", "Prep"),
        gate("Gate", "Train", then=[step("Register", "RegisterModel")], other=[step("Reject", "Fail")]),
        step("Notify", "Lambda", "Gate", FunctionArn=FUNCTION),
    )
    smpipeline.add("churn", definition)
    return definition


@pytest.mark.usefixtures("churn")
def test_a_run_is_a_tree_of_its_steps(smpipeline: SMPipelineMock, tree: Callable[[Execution], str]) -> None:
    """Each with its mark, type, status, duration and reason; steps in a branch stand below their Condition step."""
    reason = "the function could not reach the queue that it reports to, and gave up after three attempts of its own"
    smpipeline.script("churn", Notify=fail(reason))

    assert tree(smpipeline.start("churn", {"Date": "d"})) == (
        "churn/execution001  Failed  8 min 5 s\n"
        "  started with {'Date': 'd'}\n"
        "  ✓ Prep    Processing  Succeeded  3 min\n"
        "  ✓ Train   Training    Succeeded  5 min\n"
        "  ✓ Gate    Condition   Succeeded  500 ms  took if\n"
        "    ✓ Register  RegisterModel  Succeeded  1 s\n"
        "  ✗ Notify  Lambda      Failed     1 s\n"
        "      ClientError: the function could not reach the queue that it reports to,\n"
        "          and gave up after three attempts of its own"
    )


@pytest.mark.usefixtures("churn")
def test_attempts_are_counted_and_what_was_never_reached_is_named(smpipeline: SMPipelineMock, tree: Callable[[Execution], str]) -> None:
    """The steps of a branch are not named: nobody knows whether they would have been taken."""
    smpipeline.script("churn", Train=[fail("no capacity"), succeed()])

    run = smpipeline.start("churn")
    before = tree(run)
    run.retry()

    assert before == (
        "churn/execution001  Failed  8 min 2 s\n"
        "  ✓ Prep   Processing  Succeeded  3 min\n"
        "  ✗ Train  Training    Failed     5 min\n"
        "      ClientError: no capacity\n"
        "  not started: Gate, Notify"
    )
    assert "  ✓ Train   Training    Succeeded  5 min  2 attempts\n" in tree(run)


def test_a_step_in_a_branch_that_was_taken_can_be_left(smpipeline: SMPipelineMock, tree: Callable[[Execution], str]) -> None:
    """It is named beside the others that did not start; those of the other branch are not."""
    branches = gate("Gate", then=[step("Register"), step("Deploy", "Model", "Register")], other=[step("Reject", "Fail")])
    smpipeline.add("churn", definition_of(branches, step("Notify", "Model", "Deploy")))
    smpipeline.script("churn", Register=fail("no"))

    assert tree(smpipeline.start("churn")).splitlines()[1:] == [
        "  ✓ Gate  Condition  Succeeded  500 ms  took if",
        "    ✗ Register  Training  Failed  5 min",
        "        ClientError: no",
        "  not started: Deploy, Notify",
    ]


def test_a_failure_that_no_step_explains_is_told(smpipeline: SMPipelineMock, churn: JsonObject, tree: Callable[[Execution], str]) -> None:
    """A version is named when there are several."""
    smpipeline.add("churn", churn | {"Metadata": {"again": True}})
    smpipeline.script("churn", Train=stopped())

    assert tree(smpipeline.start("churn")) == (
        "churn/execution001  version 2  Failed  8 min 2 s\n"
        "  Step failure: One or multiple steps failed.\n"
        "  ✓ Prep   Processing  Succeeded  3 min\n"
        "  ■ Train  Training    Stopped    5 min\n"
        "  not started: Gate, Notify"
    )


@pytest.mark.usefixtures("churn")
def test_reused_steps_name_where_they_come_from(smpipeline: SMPipelineMock, tree: Callable[[Execution], str]) -> None:
    """Those of the cache and those of a selective execution."""
    smpipeline.script("churn", Train=[succeed(), cache_hit()])
    first, second = smpipeline.start("churn"), smpipeline.start("churn")

    assert "  ↺ Train   Training    Succeeded  cached from execution001\n" in tree(second)
    assert tree(smpipeline.start("churn", only=["Register"], source=first)) == (
        "churn/execution003  Succeeded  2 s\n"
        "  selected: Register from execution001\n"
        "  ↺ Gate  Condition  Succeeded  from execution001  took if\n"
        "    ✓ Register  RegisterModel  Succeeded  1 s"
    )


def test_a_selection_may_stand_for_itself(smpipeline: SMPipelineMock, tree: Callable[[Execution], str]) -> None:
    """Without a source there is none to name."""
    smpipeline.add("two", definition_of(step("One"), step("Two")))

    assert tree(smpipeline.start("two", only=["Two"])) == (
        "two/execution001  Succeeded  5 min 1 s\n  selected: Two\n  ✓ Two  Training  Succeeded  5 min"
    )


def test_of_many_children_those_that_succeeded_are_folded(smpipeline: SMPipelineMock, tree: Callable[[Execution], str]) -> None:
    """What went wrong is shown."""
    arguments: JsonObject = {"IterableItems": list("abcdefghij"), "MaxConcurrency": 1, "ForEachBody": [step("Body")]}
    smpipeline.add("loop", definition_of(step("Each", "ForEach") | {"Arguments": arguments}))
    smpipeline.script("loop", {"Body-7": fail("bad item")})

    assert tree(smpipeline.start("loop")) == (
        "loop/execution001  Failed  50 min 10 s\n"
        "  ✗ Each  ForEach  Failed  50 min 9 s\n"
        "      ClientError: 1 of 10 steps did not succeed.\n"
        "    ✓ Body-0  Training  Succeeded  5 min\n"
        "    ✓ Body-1  Training  Succeeded  5 min\n"
        "    ✓ Body-2  Training  Succeeded  5 min\n"
        "    ✓ Body-3  Training  Succeeded  5 min\n"
        "    ✓ Body-4  Training  Succeeded  5 min\n"
        "    ✗ Body-7  Training  Failed     5 min\n"
        "        ClientError: bad item\n"
        "    and 4 more: 4 Succeeded"
    )


def test_what_waits_says_for_what(smpipeline: SMPipelineMock, tree: Callable[[Execution], str]) -> None:
    """A Callback step for its answer, any other for its release."""
    queue = "https://sqs.us-east-1.amazonaws.com/123456789012/approvals"
    smpipeline.add("wait", definition_of(step("Approve", "Callback", SqsQueueUrl=queue), step("Train"), step("After", "Model", "Train")))
    smpipeline.script("wait", Train=hold())

    run = smpipeline.start("wait")
    before = tree(run)
    run.stop()

    assert before == (
        "wait/execution001  Executing\n"
        "  … Approve  Callback  Executing  waits for an answer\n"
        "  … Train    Training  Executing  held\n"
        "  not started yet: After"
    )
    assert tree(run).endswith("  ■ Train    Training  Stopped   1 s\n  not started: After")


def test_many_steps_and_long_reasons_are_cut(smpipeline: SMPipelineMock, tree: Callable[[Execution], str]) -> None:
    """A tree of a large pipeline still fits a screen or two."""
    smpipeline.add(
        "wide", definition_of(*(step(f"S{number}") for number in range(60)), *(step(f"T{number}", "Model", "S50") for number in range(12)))
    )
    smpipeline.script("wide", {"S50": fail("line\n" * 10)})

    lines = tree(smpipeline.start("wide")).splitlines()

    assert lines[-9:] == [
        "      ClientError: line",
        *["      line"] * 5,
        "      ...",
        "  and 35 more: 35 Succeeded",
        "  not started: T0, T1, T2, T3, T4, T5, T6, T7, T8, T9 and 2 more",
    ]
    assert len(lines) == 1 + 25 + 9


def test_every_line_fits_80_columns(smpipeline: SMPipelineMock, tree: Callable[[Execution], str]) -> None:
    """However deep branches are nested and however long names are; only a word is never cut."""
    inner = step("Deepest")
    for depth in range(30):
        condition: JsonObject = {"Type": "Equals", "LeftValue": 1, "RightValue": 1}
        inner = step(f"A-gate-with-a-long-name-{depth:02}", "Condition") | {"Arguments": {"Conditions": [condition], "IfSteps": [inner]}}
    smpipeline.add("deep", definition_of(inner))

    lines = tree(smpipeline.start("deep", {"Date": "word " * 60})).splitlines()

    assert len(lines) > 31
    assert max(map(len, lines)) <= 80


def test_the_marks_have_a_form_in_ascii() -> None:
    """For terminals that know nothing else."""
    assert ASCII_MARKS.keys() == MARKS.keys()
    assert "".join(ASCII_MARKS.values()).isascii()


def test_a_list_has_a_heading() -> None:
    """Its items are wrapped."""
    assert listed("not used:", ["one", "two " * 30]) == ["not used:", "  one", "  " + "two " * 18 + "two", "      " + "two " * 10 + "two"]


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [(0, "0 s"), (1, "1 ms"), (1_000, "1 s"), (61_500, "1 min 1 s"), (3_600_000, "1 h"), (90_061_000, "1 d 1 h"), (604_800_000, "7 d")],
)
def test_durations_are_told_in_two_units(milliseconds: int, words: str) -> None:
    """What is smaller is left out."""
    assert in_words(milliseconds) == words
