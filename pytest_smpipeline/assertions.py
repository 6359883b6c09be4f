"""What a test expects of the executions that were started, and why an execution does not meet it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pytest_smpipeline.failures import Candidate, counted, differs, message, shown, title
from pytest_smpipeline.records import Execution
from pytest_smpipeline.suggestions import choices, did_you_mean


@dataclass(frozen=True, slots=True)
class Expectation:
    """An execution as a test describes it; what is None or absent may be anything.

    ``parameters`` are compared with the effective values, typed; with ``exactly`` the execution must have been given these
    and no others. ``fields`` are compared with the execution's attributes of the same name.
    """

    pipeline: str
    parameters: Mapping[str, object] | None = None
    exactly: bool = False
    fields: Mapping[str, object] = field(default_factory=dict)

    def reasons(self, execution: Execution) -> tuple[str, ...]:
        """Return why an execution does not meet this; nothing when it does."""
        reasons: list[str] = []
        if execution.pipeline != self.pipeline:
            reasons.append(differs("pipeline", self.pipeline, execution.pipeline))
        if self.parameters is not None:
            reasons.extend(_parameter_reasons(self.parameters, execution, exactly=self.exactly))
        found = (_field_reason(name, expected, execution) for name, expected in self.fields.items())
        return (*reasons, *(reason for reason in found if reason is not None))

    def __str__(self) -> str:
        """Describe what is expected in one line."""
        words = [f"pipeline {self.pipeline!r} to have been started"]
        if self.parameters is not None:
            words.append(f"with {'exactly ' if self.exactly else ''}the parameters {shown(dict(self.parameters))}")
        if self.fields:
            words.append(f"with {', '.join(f'{name}={shown(value)}' for name, value in self.fields.items())}")
        return " ".join(words)


def started_complaint(
    expectation: Expectation,
    times: int | None,
    executions: Sequence[Execution],
    known: Iterable[str],
) -> str | None:
    """Return why these executions do not meet an expectation ``times`` times, or at least once; None when they do."""
    names = set(known)
    differences = [expectation.reasons(execution) for execution in executions]
    matching = sum(not reasons for reasons in differences)
    if expectation.pipeline in names and (matching == times or (times is None and matching)):
        return None
    often = "at least once" if times is None else f"exactly {counted(times, 'time')}"
    happened = "nothing was started."
    if executions:
        verb = "match" if matching > 1 else "matches"
        happened = f"of {counted(len(executions), 'started execution')}, {matching or 'none'} {verb}."
    nearest = [
        Candidate(title(run) + ("" if reasons else ": matches"), reasons) for run, reasons in zip(executions, differences, strict=True)
    ]
    return message(f"{expectation} {often}.", happened, nearest, _to_do(expectation.pipeline, executions, names))


def not_started_complaint(pipeline: str | None, executions: Sequence[Execution], known: Iterable[str]) -> str | None:
    """Return why it is not so that nothing, or nothing of one pipeline, was started; None when it is so."""
    if pipeline is not None and pipeline not in (names := set(known)):
        return message(
            f"pipeline {pipeline!r} not to have been started.",
            "there is no pipeline of this name.",
            [],
            f"name one that exists: {choices(names)}.{did_you_mean(pipeline, names)}",
        )
    unwanted = [run for run in executions if pipeline in {None, run.pipeline}]
    if not unwanted:
        return None
    what = "no pipeline" if pipeline is None else f"pipeline {pipeline!r} not"
    return message(
        f"{what} to have been started.",
        f"{counted(len(unwanted), 'execution')} {'was' if len(unwanted) == 1 else 'were'} started.",
        [Candidate(title(run), ()) for run in unwanted],
        "find the caller in smp.calls.of('StartPipelineExecution').",
        heading="Started",
    )


def _to_do(pipeline: str, executions: Sequence[Execution], names: set[str]) -> str:
    if pipeline not in names:
        return f"there is no pipeline {pipeline!r}; name one that exists: {choices(names)}.{did_you_mean(pipeline, names)}"
    if not executions:
        return "check that the code under test ran and calls start_pipeline_execution; smp.calls shows every call it made."
    return "correct the code under test, or the expectation; parameters that are left out may have any value."


def _field_reason(name: str, expected: object, execution: Execution) -> str | None:
    if name == "alias":
        aliases = execution.aliases
        listed = f"alias: expected {shown(expected)}, the aliases of version {execution.version}: {choices(aliases)}"
        return None if expected in aliases else listed
    actual = getattr(execution, name)
    if name == "selected" and isinstance(expected, list):
        return _selection_reason(expected, actual)
    return None if _same(expected, actual) else differs(name, expected, actual)


def _selection_reason(expected: list[str], actual: list[str]) -> str | None:
    if sorted(expected) == sorted(actual):
        return None
    if not actual:
        return f"selected: expected {shown(expected)}, but the whole pipeline was started"
    if not expected:
        return f"selected: expected the whole pipeline, got {shown(actual)}"
    hints = "".join(did_you_mean(name, actual) for name in expected if name not in actual)
    return differs("selected", expected, actual) + (f".{hints}" if hints else "")


def _parameter_reasons(expected: Mapping[str, object], execution: Execution, *, exactly: bool) -> list[str]:
    effective = execution.parameters
    reasons: list[str] = []
    for name, value in expected.items():
        if name not in effective:
            reasons.append(f"parameters[{name!r}]: the pipeline has no such parameter.{did_you_mean(name, effective)}")
        elif not _same(value, effective[name]):
            reasons.append(differs(f"parameters[{name!r}]", value, effective[name]))
        elif exactly and name not in execution.overrides:
            reasons.append(f"parameters[{name!r}]: was not given at the start; {shown(effective[name])} is the default")
    if exactly:
        reasons.extend(
            f"parameters[{name!r}]: was given at the start ({shown(value)}) and is not expected"
            for name, value in execution.overrides.items()
            if name not in expected
        )
    return reasons


def _same(expected: object, actual: object) -> bool:
    # True equals 1 in Python, but a Boolean parameter is no Integer.
    if isinstance(expected, bool | int | float) and isinstance(actual, bool | int | float):
        return expected == actual and isinstance(expected, bool) == isinstance(actual, bool)
    return bool(expected == actual)
