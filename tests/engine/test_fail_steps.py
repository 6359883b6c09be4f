"""Fail steps: the message they end an execution with."""

from collections.abc import Callable
from typing import Any

import pytest

from pytest_smpipeline import Execution, succeed
from pytest_smpipeline.values import Json, JsonObject

Step = Callable[..., JsonObject]
Run = Callable[..., Execution]
Listed = Callable[[Execution], list[dict[str, Any]]]


@pytest.mark.fidelity("RUN-020")
def test_a_fail_step_fails_with_exactly_its_message(run: Run, step: Step, listed: Listed) -> None:
    """The FailureReason is the rendered ErrorMessage without a prefix, and Metadata repeats it."""
    message: Json = {"Std:Join": {"On": ": ", "Values": ["Too bad", {"Get": "Parameters.Auc"}]}}
    declared = [{"Name": "Auc", "Type": "Float", "DefaultValue": 0.5}]

    execution = run(step("Stop", kind="Fail", arguments={"ErrorMessage": message}), declared=declared)

    (item,) = listed(execution)
    assert (item["StepStatus"], item["FailureReason"]) == ("Failed", "Too bad: 0.5")
    assert item["Metadata"] == {"Fail": {"ErrorMessage": "Too bad: 0.5"}}
    assert execution.status == "Failed"


@pytest.mark.fidelity("RUN-021")
@pytest.mark.parametrize("arguments", [{}, {"ErrorMessage": ""}], ids=["missing", "empty"])
def test_a_fail_step_without_a_message_has_no_reason(run: Run, step: Step, arguments: JsonObject, listed: Listed) -> None:
    """FailureReason is absent, and the message in Metadata is empty."""
    execution = run(step("Stop", kind="Fail", arguments=arguments))

    (item,) = listed(execution)
    assert "FailureReason" not in item
    assert item["Metadata"] == {"Fail": {"ErrorMessage": ""}}


@pytest.mark.fidelity("RUN-022")
def test_a_message_that_is_a_number_is_written_out(run: Run, step: Step) -> None:
    """An Integer parameter as the whole message reads as Std:Join would write it."""
    stop = step("Stop", kind="Fail", arguments={"ErrorMessage": {"Get": "Parameters.Code"}})

    assert run(stop, declared=[{"Name": "Code", "Type": "Integer", "DefaultValue": 7}]).steps["Stop"].reason == "7"


@pytest.mark.fidelity("RUN-023")
def test_a_fail_step_waits_for_what_runs_beside_it(run: Run, step: Step) -> None:
    """The pipeline does not end until all concurrent steps are completed."""
    execution = run(step("Stop", kind="Fail"), step("Long"), script={"Long": succeed(duration=600)})

    assert execution.steps["Long"].status == "Succeeded"
    assert execution.ended == execution.steps["Long"].ended
