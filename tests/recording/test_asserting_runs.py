"""The assertions of an execution: when they pass, and every word when they do not."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from pytest_smpipeline import Execution, SMPipelineMock, UsageError, cache_hit, fail, hold, succeed
from pytest_smpipeline.condition_words import condition_words
from pytest_smpipeline.values import Json, JsonObject

Complaint = Callable[[Callable[[], object]], str]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GOOD = succeed(metrics={"auc": 0.9})
DATE = {"Date": "d"}
STEPS = "'Gate', 'Prep', 'Report', 'Stop', 'Train'"
EXPECT = "To do: script the steps that decide about it, or expect what really happened."
FAILED = "it is Failed: Step failure: One or multiple steps failed."


@pytest.fixture
def loop(smpipeline: SMPipelineMock, one_step: JsonObject) -> Callable[..., Execution]:
    """Return the function that runs a pipeline whose ForEach step has two steps in its body, after a step and before another."""

    def job(name: str, *after: str) -> JsonObject:
        return {"Name": name, "Type": "Training", "Arguments": {}, "DependsOn": [*after]}

    def run(items: int = 2, **script: Any) -> Execution:
        body: list[Json] = [job("Fetch"), job("Fit", "Fetch")]
        arguments: JsonObject = {"IterableItems": [*range(items)], "MaxConcurrency": 2, "ForEachBody": body}
        each: JsonObject = {"Name": "Each", "Type": "ForEach", "Arguments": arguments, "DependsOn": ["First"]}
        smpipeline.add("loop", one_step | {"Steps": [job("First"), each, job("Last", "Each")]})
        smpipeline.script("loop", **script)
        return smpipeline.start("loop")

    return run


@pytest.mark.usefixtures("churn")
def test_assert_succeeded_passes_for_an_execution_that_succeeded(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """And for no other: a failed one is told with the steps that failed and why, line by line."""
    smpipeline.script("churn", Train=[GOOD, fail("AlgorithmError:\nno memory")])
    good, bad = (smpipeline.start("churn", {"Date": "d"}) for _ in range(2))

    good.assert_succeeded()
    assert complaint(bad.assert_succeeded) == (
        f"Expected: execution churn/{bad.id} to be Succeeded.\n"
        "Happened: it is Failed: Step failure: One or multiple steps failed.\n"
        "Steps:\n"
        "  step Train (Training) Failed\n"
        "    ClientError: AlgorithmError:\n"
        "    no memory\n"
        "To do: look at the failed steps, or script them with succeed(); one outcome serves every attempt, a list one attempt each."
    )


@pytest.mark.usefixtures("churn")
@time_machine.travel(NOON, tick=False)
@pytest.mark.smpipeline(progress="manual")
@pytest.mark.parametrize(("assertion", "expected"), [("assert_succeeded", "Succeeded"), ("assert_failed", "Failed")])
def test_an_execution_that_has_not_ended_is_told_to_move_time(
    smpipeline: SMPipelineMock, complaint: Complaint, assertion: str, expected: str
) -> None:
    """Nothing is wrong with it yet; the steps that run are shown."""
    run = smpipeline.start("churn", {"Date": "d"})
    smpipeline.advance(seconds=2)

    assert complaint(getattr(run, assertion)) == (
        f"Expected: execution churn/{run.id} to be {expected}.\n"
        "Happened: it is Executing.\n"
        "Steps:\n"
        "  step Prep (Processing) Executing\n"
        "To do: move time with smpipeline.run_until_idle() or smpipeline.advance(): it has not ended."
    )


@pytest.mark.usefixtures("churn")
@pytest.mark.parametrize(
    "expected", [{}, {"step": "Train"}, {"reason": "memory"}, {"step": "Train", "reason": "ClientError: no"}], ids=repr
)
def test_assert_failed_passes_for_the_failure_that_happened(smpipeline: SMPipelineMock, expected: dict[str, str]) -> None:
    """The step and a part of its reason may be named."""
    smpipeline.script("churn", Train=fail("no memory"))

    smpipeline.start("churn", {"Date": "d"}).assert_failed(**expected)


@pytest.mark.usefixtures("churn")
@pytest.mark.parametrize(
    ("expected", "words"),
    [
        ({"step": "Prep"}, "Failed at step 'Prep'"),
        ({"reason": "disk"}, "Failed with 'disk' in its reason"),
        ({"step": "Train", "reason": "disk"}, "Failed at step 'Train' with 'disk' in its reason"),
        ({"step": "Prep", "reason": "memory"}, "Failed at step 'Prep' with 'memory' in its reason"),
    ],
    ids=repr,
)
def test_assert_failed_tells_another_failure(
    smpipeline: SMPipelineMock, complaint: Complaint, expected: dict[str, str], words: str
) -> None:
    """The steps that failed, and why, are shown."""
    smpipeline.script("churn", Train=fail("no memory"))
    run = smpipeline.start("churn", {"Date": "d"})
    at_prep = "  step Prep (Processing) Succeeded\n" if expected.get("step") == "Prep" else ""

    assert complaint(lambda: run.assert_failed(**expected)) == (
        f"Expected: execution churn/{run.id} to be {words}.\n"
        "Happened: it is Failed: Step failure: One or multiple steps failed.\n"
        "Steps:\n"
        f"{at_prep}"
        "  step Train (Training) Failed\n"
        "    ClientError: no memory\n"
        "To do: script the step with fail(reason), or expect what really happened."
    )


def test_assert_failed_tells_a_success(smpipeline: SMPipelineMock, one_step: JsonObject, complaint: Complaint) -> None:
    """There is no step to show."""
    smpipeline.add("churn", one_step)
    run = smpipeline.start("churn")

    assert complaint(run.assert_failed) == (
        f"Expected: execution churn/{run.id} to be Failed.\n"
        "Happened: it is Succeeded.\n"
        "To do: script the step with fail(reason), or expect what really happened."
    )


@pytest.mark.usefixtures("churn")
def test_assert_failed_with_a_step_that_does_not_exist_names_the_closest(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """A slip in the name is told as what it is."""
    smpipeline.script("churn", Train=fail("no memory"))
    run = smpipeline.start("churn", {"Date": "d"})

    assert complaint(lambda: run.assert_failed(step="Trian")) == (
        f"Expected: execution churn/{run.id} to be Failed at step 'Trian'.\n"
        "Happened: there is no step 'Trian'.\n"
        f"To do: correct the name: pipeline 'churn' has no step 'Trian'. Did you mean 'Train'? Its steps: {STEPS}."
    )


def test_a_step_without_a_reason_fails_too(smpipeline: SMPipelineMock, one_step: JsonObject, complaint: Complaint) -> None:
    """A Fail step without a message has no reason to search."""
    smpipeline.add("churn", one_step | {"Steps": [{"Name": "Stop", "Type": "Fail", "Arguments": {}}]})
    run = smpipeline.start("churn")

    run.assert_failed(step="Stop")
    assert "  step Stop (Fail) Failed\nTo do" in complaint(lambda: run.assert_failed(reason="any"))


@pytest.mark.usefixtures("churn")
def test_assert_failed_knows_the_reason_of_the_execution_too(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """Unless a step is named; when only the case differs, the message says so."""
    smpipeline.script("churn", Train=fail("no Memory"))
    run = smpipeline.start("churn", DATE)

    run.assert_failed(reason="multiple steps failed")
    told = complaint(lambda: run.assert_failed(step="Train", reason="multiple steps failed"))
    assert told.endswith("To do: script the step with fail(reason), or expect what really happened.")
    told = complaint(lambda: run.assert_failed(reason="no memory"))
    assert told.endswith("To do: script the step with fail(reason), or expect what really happened; only the case differs.")


@pytest.mark.usefixtures("churn")
def test_a_step_that_did_not_come_to_fail_is_told_with_why(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """It comes first, then those that did fail."""
    smpipeline.script("churn", Train=fail("no memory"))
    run = smpipeline.start("churn", DATE)

    assert complaint(lambda: run.assert_failed(step="Report")) == (
        f"Expected: execution churn/{run.id} to be Failed at step 'Report'.\n"
        f"Happened: {FAILED}\n"
        "Steps:\n"
        "  step Report did not run\n"
        "    it comes after 'Gate', which did not run: it waits for 'Train' to succeed, which is Failed\n"
        "  step Train (Training) Failed\n"
        "    ClientError: no memory\n"
        "To do: script the step with fail(reason), or expect what really happened."
    )


def test_what_waits_is_to_be_released(smpipeline: SMPipelineMock, one_step: JsonObject, complaint: Complaint) -> None:
    """Time alone would not help an execution that is held."""
    smpipeline.add("churn", one_step)
    smpipeline.script("churn", Train=hold())
    run = smpipeline.start("churn")

    assert complaint(run.assert_succeeded) == (
        f"Expected: execution churn/{run.id} to be Succeeded.\n"
        "Happened: it is Executing.\n"
        "Steps:\n"
        "  step Train (Training) Executing\n"
        "To do: answer or release what waits: 'Train', as with run.release('Train', succeed())."
    )


@pytest.mark.smpipeline(strict=False)
@pytest.mark.usefixtures("churn")
def test_assert_stopped_passes_for_a_stopped_execution(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """And for no other: one that runs has to be stopped, and one that is about to stop needs time."""
    smpipeline.script("churn", Train=[])  # as if nothing were scripted
    run = smpipeline.start("churn", DATE)
    stop = "stop it while it is Executing: under progress='poll' or 'manual', with run.stop() or the code under test."

    assert complaint(run.assert_stopped).splitlines()[1:] == [
        f"Happened: {FAILED}",
        "Steps:",
        "  step Gate (Condition) Failed",
        f"    {run.steps['Gate'].reason}",
        f"To do: {stop}",
    ]


@pytest.mark.usefixtures("churn")
@time_machine.travel(NOON, tick=False)
@pytest.mark.smpipeline(progress="manual")
def test_an_execution_that_is_about_to_stop_needs_time(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """One that was not told to stop has to be."""
    run = smpipeline.start("churn", DATE)
    smpipeline.advance(2)
    running = complaint(run.assert_stopped).splitlines()
    run.stop()
    stopping = complaint(run.assert_stopped).splitlines()
    smpipeline.run_until_idle()

    run.assert_stopped()
    assert (running[1], running[-1].partition(":")[2][:31]) == ("Happened: it is Executing.", " stop it while it is Executing:")
    assert (stopping[1], stopping[-1]) == (
        "Happened: it is Stopping.",
        "To do: move time with smpipeline.run_until_idle() or smpipeline.advance(): it has not ended.",
    )


@pytest.mark.usefixtures("churn")
def test_assert_ran_passes_for_steps_that_were_started(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """Whatever they came to, in any order; one that did not run is told with why."""
    run = smpipeline.start("churn", DATE)
    smpipeline.script("churn", Train=GOOD)
    good = smpipeline.start("churn", DATE)

    run.assert_ran("Gate", "Train")
    assert complaint(lambda: good.assert_ran("Prep", "Stop")) == (
        f"Expected: execution churn/{good.id} to have run 'Prep', 'Stop'.\n"
        "Happened: 'Stop' did not run; what ran: 'Prep', 'Train', 'Gate', 'Report'; it is Succeeded.\n"
        "Steps:\n"
        "  step Stop did not run\n"
        "    it is in the branch 'else' of 'Gate', which took the other one\n"
        f"{EXPECT}"
    )


@pytest.mark.usefixtures("churn")
def test_assert_not_ran_passes_for_steps_that_were_not_started(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """One that was is told with what it came to."""
    smpipeline.script("churn", Train=[fail("no memory"), GOOD])
    run = smpipeline.start("churn", DATE)

    run.assert_not_ran("Gate", "Report")
    assert complaint(lambda: run.assert_not_ran("Report", "Train", "Prep")) == (
        f"Expected: execution churn/{run.id} not to have run 'Report', 'Train', 'Prep'.\n"
        f"Happened: 'Train', 'Prep' ran; {FAILED}\n"
        "Steps:\n"
        "  step Train (Training) Failed\n"
        "    ClientError: no memory\n"
        "  step Prep (Processing) Succeeded\n"
        f"{EXPECT}"
    )
    run.retry()
    assert "  step Train (Training) Succeeded, 2 attempts\n" in complaint(lambda: run.assert_not_ran("Train"))


@pytest.mark.usefixtures("churn")
@pytest.mark.parametrize(
    ("assertion", "steps", "expected"),
    [
        ("assert_ran", ("Prep", "Trian"), "to have run 'Prep', 'Trian'"),
        ("assert_not_ran", ("Trian",), "not to have run 'Trian'"),
        ("assert_order", ("Prep", "Trian"), "to have started 'Prep', 'Trian' in this order"),
        ("assert_branch", ("Trian", "if"), "to have taken the branch 'if' of 'Trian'"),
    ],
)
def test_a_slip_in_a_name_never_passes(
    smpipeline: SMPipelineMock, complaint: Complaint, assertion: str, steps: tuple[str, ...], expected: str
) -> None:
    """Also where nothing with this name having run is what the test hopes for."""
    run = smpipeline.start("churn", DATE)

    assert complaint(lambda: getattr(run, assertion)(*steps)) == (
        f"Expected: execution churn/{run.id} {expected}.\n"
        "Happened: there is no step 'Trian'.\n"
        f"To do: correct the name: pipeline 'churn' has no step 'Trian'. Did you mean 'Train'? Its steps: {STEPS}."
    )


@pytest.mark.usefixtures("churn")
@pytest.mark.parametrize(
    ("assertion", "steps", "words"),
    [
        ("assert_ran", (), "1 at least, not nothing. Write assert_ran('Prep', 'Train')."),
        ("assert_not_ran", (), "1 at least, not nothing. Write assert_not_ran('Register')."),
        ("assert_ran", (["Prep", "Train"],), "1 at least, not ['Prep', 'Train']. Write assert_ran('Prep', 'Train')."),
        ("assert_order", ("Prep",), "2 at least, not 'Prep'. Write assert_order('Prep', 'Register')."),
    ],
)
def test_names_are_given_one_by_one(smpipeline: SMPipelineMock, assertion: str, steps: tuple[object, ...], words: str) -> None:
    """None at all would pass whatever happened."""
    run = smpipeline.start("churn", DATE)

    with pytest.raises(UsageError) as caught:
        getattr(run, assertion)(*steps)

    assert str(caught.value) == f"{assertion}() takes the names of steps, {words}"


@pytest.mark.usefixtures("churn")
def test_assert_order_passes_for_steps_that_were_started_one_after_the_other(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """Others may lie between; another order is told with the times of all."""
    smpipeline.script("churn", Train=GOOD)
    run = smpipeline.start("churn", DATE)
    at = {name: (step.started - run.started).total_seconds() for name, step in run.steps.items()}

    run.assert_order("Prep", "Train", "Gate", "Report")
    run.assert_order("Prep", "Report")
    assert complaint(lambda: run.assert_order("Report", "Prep")) == (
        f"Expected: execution churn/{run.id} to have started 'Report', 'Prep' in this order.\n"
        "Happened: 'Prep' was not started after 'Report'.\n"
        "Steps:\n"
        f"  step Prep (Processing) Succeeded, started after {at['Prep']:g} s\n"
        f"  step Report (Model) Succeeded, started after {at['Report']:g} s\n"
        "To do: correct what the steps wait for in the definition, or the expectation; run.order has all starts."
    )


@pytest.mark.smpipeline(strict=False)
@pytest.mark.usefixtures("churn")
def test_an_order_needs_steps_that_ran(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """One that did not is told as such."""
    smpipeline.script("churn", Train=[])  # as if nothing were scripted
    run = smpipeline.start("churn", DATE)

    assert complaint(lambda: run.assert_order("Prep", "Report")) == (
        f"Expected: execution churn/{run.id} to have started 'Prep', 'Report' in this order.\n"
        f"Happened: 'Report' did not run; what ran: 'Prep', 'Train', 'Gate'; {FAILED}\n"
        "Steps:\n"
        "  step Report did not run\n"
        "    it waits for 'Gate' to succeed, which is Failed\n"
        f"{EXPECT}"
    )


def test_steps_that_start_together_have_no_order(smpipeline: SMPipelineMock, one_step: JsonObject, complaint: Complaint) -> None:
    """Neither waits for the other, so the service may start either first; a test that names an order would pass here by chance."""
    both: list[Json] = [{"Name": name, "Type": "Training", "Arguments": {}} for name in ("Left", "Right")]
    smpipeline.add("churn", one_step | {"Steps": both})
    run = smpipeline.start("churn")

    assert run.order == ["Left", "Right"]
    assert complaint(lambda: run.assert_order("Left", "Right")).splitlines()[1] == (
        "Happened: 'Left' and 'Right' were started at the same time, and neither waits for the other."
    )


def test_a_step_that_takes_no_time_comes_before_those_that_wait_for_it(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """Although they start at the same instant."""
    names = ("A", "B", "C")
    jobs: list[Json] = [
        {"Name": name, "Type": "Training", "Arguments": {}, "DependsOn": [*names[:place][-1:]]} for place, name in enumerate(names)
    ]
    smpipeline.add("churn", one_step | {"Steps": jobs})
    smpipeline.script("churn", {name: succeed(duration=0) for name in names})
    run = smpipeline.start("churn")

    run.assert_order("A", "B", "C")
    run.assert_order("A", "C")


def test_a_step_of_a_loop_stands_for_its_children(loop: Callable[..., Execution], complaint: Complaint) -> None:
    """Any of them; one child is named by its own name."""
    run = loop(Fit=fail("no memory"))

    run.assert_ran("Each", "Fetch", "Fetch-1", "Fit-0")
    run.assert_order("First", "Each", "Fetch", "Fit")
    run.assert_order("Fetch-0", "Fit-0")
    run.assert_failed(step="Fit", reason="memory")
    run.assert_failed(step="Fit-1")
    run.assert_not_ran("Last")
    assert complaint(lambda: run.assert_not_ran("Fetch")).splitlines()[1].startswith("Happened: 'Fetch-0', 'Fetch-1' ran; ")


def test_a_step_of_a_loop_is_listed_by_its_children(loop: Callable[..., Execution]) -> None:
    """Its own name shows which they are; one beyond the items does not exist."""
    run = loop(items=1)

    assert (run.ran("Fetch"), run.ran("Fetch-0"), run.steps["Fetch-0"].name) == (True, True, "Fetch-0")
    with pytest.raises(KeyError) as by_body:
        run.steps["Fetch"]
    with pytest.raises(KeyError) as beyond:
        run.ran("Fetch-1")
    assert str(by_body.value) == "step 'Fetch' is listed once for each item of its ForEach step; started: 'Fetch-0'"
    assert str(beyond.value) == (
        "pipeline 'loop' has no step 'Fetch-1'. Did you mean 'Fetch-0'? Its steps: 'Each', 'Fetch', 'First', 'Fit', 'Last'"
    )


def test_children_of_different_iterations_have_no_order(loop: Callable[..., Execution], complaint: Complaint) -> None:
    """Those of one iteration have the order of the body, even when they take no time."""
    run = loop(First=succeed(duration=0), Fetch=succeed(duration=0), Fit=succeed(duration=0))

    run.assert_order("First", "Each", "Fetch-0", "Fit-0")
    run.assert_order("First", "Fetch-1")
    assert "'Fetch-0' and 'Fetch-1' were started at the same time" in complaint(lambda: run.assert_order("Fetch-0", "Fetch-1"))


def test_a_child_that_did_not_run_is_told_with_its_loop(loop: Callable[..., Execution], complaint: Complaint) -> None:
    """The loop went on without it, or never began."""
    failed = loop(Fetch=fail("no disk"))
    never = loop(First=fail("no disk"))

    assert "    its ForEach step 'Each' is Failed and has not come to it\n" in complaint(lambda: failed.assert_ran("Fit"))
    assert "    its ForEach step 'Each' is Failed and has not come to it\n" in complaint(lambda: failed.assert_ran("Fit-1"))
    assert "    it comes after 'Each', which did not run: it waits for 'First' to succeed, which is Failed\n" in complaint(
        lambda: never.assert_ran("Fit")
    )


@pytest.mark.usefixtures("churn")
def test_a_reused_step_did_not_run(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """Nor did one that was not selected."""
    source = smpipeline.start("churn", DATE)
    run = smpipeline.start("churn", DATE, only=["Train"], source=source)

    run.assert_ran("Train")
    run.assert_not_ran("Prep", "Report")
    assert complaint(lambda: run.assert_ran("Prep", "Gate")).splitlines()[2:-1] == [
        "Steps:",
        "  step Prep did not run",
        f"    it was reused from {source.arn}",
        "  step Gate did not run",
        "    it was not selected",
    ]


def test_a_cached_step_ran(smpipeline: SMPipelineMock, one_step: JsonObject, complaint: Complaint) -> None:
    """It was started, and found its result; the message says so."""
    smpipeline.add("churn", one_step)
    smpipeline.script("churn", Train=[succeed(), cache_hit()])
    smpipeline.start("churn")
    run = smpipeline.start("churn")

    run.assert_ran("Train")
    assert "  step Train (Training) Succeeded, from the cache\n" in complaint(lambda: run.assert_not_ran("Train"))


@pytest.mark.usefixtures("churn")
@time_machine.travel(NOON, tick=False)
@pytest.mark.smpipeline(progress="manual")
def test_a_step_may_still_run(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """While the execution has not ended, nothing is lost; when it was stopped before, it is."""
    run = smpipeline.start("churn", DATE)
    early = complaint(lambda: run.assert_ran("Prep")).splitlines()
    run.stop()
    smpipeline.run_until_idle()
    late = complaint(lambda: run.assert_ran("Prep")).splitlines()

    assert early[1:] == [
        "Happened: 'Prep' did not run; what ran: nothing; it is Executing.",
        "Steps:",
        "  step Prep did not run",
        "    the execution is Executing",
        "To do: move time with smpipeline.run_until_idle() or smpipeline.advance(): it has not ended.",
    ]
    assert late[4:] == ["    the execution was Stopped before", EXPECT]


@pytest.mark.usefixtures("churn")
def test_assert_branch_passes_for_the_branch_that_was_taken(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """And tells the other one."""
    smpipeline.script("churn", Train=[GOOD, succeed(metrics={"auc": 0.5})])
    good, bad = (smpipeline.start("churn", DATE) for _ in range(2))

    good.assert_branch("Gate", "if")
    bad.assert_branch("Gate", "else")
    assert complaint(lambda: good.assert_branch("Gate", "else")) == (
        f"Expected: execution churn/{good.id} to have taken the branch 'else' of 'Gate'.\n"
        "Happened: 'Gate' took 'if'.\n"
        "Steps:\n"
        "  step Gate (Condition) Succeeded\n"
        "    0.9 > 0.8 holds\n"
        "To do: script what the conditions compare, or expect the other branch."
    )
    told = complaint(lambda: bad.assert_branch("Gate", "if"))
    assert "Happened: 'Gate' took 'else'.\nSteps:\n  step Gate (Condition) Succeeded\n    0.5 > 0.8 does not hold\n" in told


def test_a_branch_is_told_with_all_that_was_compared(smpipeline: SMPipelineMock, one_step: JsonObject, complaint: Complaint) -> None:
    """A line for each condition, with the values it had."""
    epochs: JsonObject = {"Get": "Parameters.Epochs"}
    few: JsonObject = {"Type": "LessThanOrEqualTo", "LeftValue": epochs, "RightValue": 3}
    known: JsonObject = {"Type": "In", "QueryValue": {"Get": "Parameters.Mode"}, "Values": ["fast", "slow"]}
    either: JsonObject = {"Type": "Or", "Conditions": [few, {"Type": "Equals", "LeftValue": epochs, "RightValue": 20}]}
    gate: JsonObject = {"Conditions": [known, {"Type": "Not", "Condition": few}, either], "IfSteps": [], "ElseSteps": []}
    parameters: list[Json] = [{"Name": "Epochs", "Type": "Integer", "DefaultValue": 5}, {"Name": "Mode", "Type": "String"}]
    smpipeline.add("churn", one_step | {"Parameters": parameters, "Steps": [{"Name": "Gate", "Type": "Condition", "Arguments": gate}]})
    run = smpipeline.start("churn", {"Mode": "fast"})

    assert complaint(lambda: run.assert_branch("Gate", "if")).splitlines()[3:-1] == [
        "  step Gate (Condition) Succeeded",
        "    'fast' in ['fast', 'slow'] holds",
        "    not (5 <= 3) holds",
        "    (5 <= 3) or (5 == 20) does not hold",
    ]


@pytest.mark.smpipeline(strict=False)
@pytest.mark.usefixtures("churn")
def test_a_value_that_nothing_tells_any_more_is_left_out(smpipeline: SMPipelineMock) -> None:
    """The condition is shown without its verdict."""
    smpipeline.script("churn", Train=[])  # as if nothing were scripted
    run = smpipeline.start("churn", DATE)

    assert condition_words(run._state, run._state.steps["Gate"]) == ("... > 0.8",)


@pytest.mark.smpipeline(strict=False)
def test_a_value_in_s3_is_not_read_for_a_message(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """The mock may have ended by then, and the bucket be a real one."""
    score: JsonObject = {"Std:JsonGet": {"S3Uri": "s3://bucket/scores.json", "Path": "auc"}}
    enough: JsonObject = {"Type": "GreaterThan", "LeftValue": score, "RightValue": 0.8}
    gate: JsonObject = {"Name": "Gate", "Type": "Condition", "Arguments": {"Conditions": [enough], "IfSteps": [], "ElseSteps": []}}
    smpipeline.add("churn", one_step | {"Steps": [gate]})
    run = smpipeline.start("churn")

    assert condition_words(run._state, run._state.steps["Gate"]) == ("... > 0.8",)


@pytest.mark.smpipeline(strict=False)
@pytest.mark.usefixtures("churn")
def test_a_gate_that_took_no_branch_is_told_with_why(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """It failed, or did not run."""
    smpipeline.script("churn", Train=[succeed(), fail("no memory")])
    failed, never = (smpipeline.start("churn", DATE) for _ in range(2))

    assert complaint(lambda: failed.assert_branch("Gate", "if")).splitlines()[1:4] == [
        f"Happened: 'Gate' took no branch; {FAILED}",
        "Steps:",
        "  step Gate (Condition) Failed",
    ]
    assert complaint(lambda: never.assert_branch("Gate", "if")).splitlines()[1:] == [
        f"Happened: 'Gate' took no branch; {FAILED}",
        "Steps:",
        "  step Gate did not run",
        "    it waits for 'Train' to succeed, which is Failed",
        EXPECT,
    ]


@pytest.mark.usefixtures("churn")
@pytest.mark.parametrize(
    ("step", "branch", "happened", "to_do"),
    [
        ("Gate", "Else", "there is no such branch.", "expect 'if' or 'else'. Did you mean 'else'?"),
        ("Gate", "then", "there is no such branch.", "expect 'if' or 'else'."),
        ("Gate", True, "there is no such branch.", "expect 'if' or 'else'."),
        ("Train", "if", "'Train' is no Condition step.", "name a Condition step of it: 'Gate'."),
    ],
)
def test_a_branch_that_does_not_exist_never_passes(
    smpipeline: SMPipelineMock, complaint: Complaint, step: str, branch: Any, happened: str, to_do: str
) -> None:
    """There are two, and only Condition steps have them."""
    run = smpipeline.start("churn", DATE)

    assert complaint(lambda: run.assert_branch(step, branch)).splitlines()[1:] == [f"Happened: {happened}", f"To do: {to_do}"]
