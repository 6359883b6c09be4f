"""Why a comparison of records failed, as pytest shows it below an assertion."""

from collections.abc import Iterator, Mapping
from typing import Final

from pytest_smpipeline._state.transitions import EXECUTION, STEP
from pytest_smpipeline._wire.recorder import Call
from pytest_smpipeline.callback_records import Callback
from pytest_smpipeline.failures import shown
from pytest_smpipeline.records import Execution
from pytest_smpipeline.seeding import Pipeline
from pytest_smpipeline.step_records import StepRun, StepRuns

_FIELDS: Final[Mapping[type, tuple[str, ...]]] = {
    Execution: ("pipeline", "id", "version", "status", "failure_reason", "parameters", "selected", "order", "branches"),
    StepRun: ("name", "type", "status", "attempts", "reason", "duration", "arguments", "outputs"),
    Call: ("operation", "request", "response", "error_code", "error_message", "region", "account_id"),
    Callback: ("token", "queue_url", "message"),
    Pipeline: ("name", "arn", "version", "parameters", "definition"),
}
_EQUAL_BY: Final[Mapping[type, str]] = {
    Execution: "Executions are equal when they are the same one; compare their fields, such as .status or .parameters.",
    StepRun: "Steps are equal when they are the same one of the same execution; compare their fields, such as .status or .outputs.",
    Call: "Calls are equal when all fields but the time are.",
    Callback: "Callbacks are equal when they are those of the same step of the same execution; compare their fields, such as .message.",
    Pipeline: "Pipelines are equal when ARN and version are; compare their fields, such as .definition.",
}


def explained(op: str, left: object, right: object) -> list[str] | None:
    """Return the lines that explain a failed ``left op right``; None when there is nothing to add to what pytest says."""
    lines: list[str] = []
    match op, left, right:
        case "==", Execution() | StepRun() | Call() | Callback() | Pipeline(), _ if type(left) is type(right):
            lines = [*_differences(left, right), _EQUAL_BY[type(left)]]
        case "==", (Execution() | StepRun()) as record, str(text):
            lines = [_with_text(record, text)]
        case "==", str(text), (Execution() | StepRun()) as record:
            lines = [_with_text(record, text)]
        case "in", str(name), StepRuns() as steps:
            lines = [steps.why_not(name)]
        case _:
            pass
    return [f"{shown(left)} {op} {shown(right)}", *lines] if lines else None


def _differences(left: object, right: object) -> Iterator[str]:
    for field in _FIELDS[type(left)]:
        yield from _difference(field, getattr(left, field), getattr(right, field))


def _difference(path: str, left: object, right: object) -> Iterator[str]:
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        for key in {**left, **right}:
            if key not in right:
                yield f"{path}[{key!r}]: {shown(left[key])} on the left only"
            elif key not in left:
                yield f"{path}[{key!r}]: {shown(right[key])} on the right only"
            else:
                yield from _difference(f"{path}[{key!r}]", left[key], right[key])
    elif left != right or type(left) is not type(right):
        yield f"{path}: {shown(left)} != {shown(right)}"


def _with_text(record: Execution | StepRun, text: str) -> str:
    kind = "An execution" if isinstance(record, Execution) else "A step"
    if text in EXECUTION or text in STEP:
        return f"{kind} is no text; its status is .status, which is {record.status!r}."
    return f"{kind} is no text; compare one of its fields."
