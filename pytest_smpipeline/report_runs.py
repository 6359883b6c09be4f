"""What the HTML report shows of one test: each execution with its graph, its steps on the virtual clock and its parameters; calls, events.

Everything stands in ``details`` elements, so a browser draws only what is open, finds what is closed, and needs no script.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Final

from pytest_smpipeline.durations import in_words
from pytest_smpipeline.flowcharts import MARKS, standing_of
from pytest_smpipeline.markup import Markup, element, joined
from pytest_smpipeline.snapshots import CallSnapshot, EventSnapshot, ExecutionSnapshot, StepSnapshot, TestSnapshot
from pytest_smpipeline.svg_graph import render_svg, shortened
from pytest_smpipeline.timeline import Timeline
from pytest_smpipeline.values import Instant, Json, to_datetime

MOST: Final = 500
"""How many executions and how many calls are shown of one test."""

MOST_EVENTS: Final = 200
"""How many events are shown of one test: each is long, and an execution has several."""

_MOST_GIVEN: Final = 4
_MOST_REASONS: Final = 5
_LATE: Final = 85
"""From which percent of a timeline on the words of a tick stand to its left."""


def render_runs(test: TestSnapshot) -> Markup:
    """Return what a test did as markup without any id, to stand anywhere in the page."""
    parts = [_run(execution, opened=len(test.executions) == 1) for execution in test.executions[:MOST]]
    parts += _rest(len(test.executions) - MOST, "executions")
    if test.undelivered:
        lines = [element("li", line) for line in test.undelivered]
        parts.append(_details("Not delivered", element("ul", *lines, class_="reason"), class_="part", opened=True))
    parts += _list("API call", [_call(call) for call in test.calls[:MOST]], len(test.calls))
    parts += _list("event", [_event(event) for event in test.events[:MOST_EVENTS]], len(test.events))
    return joined(parts) if parts else element("p", "Nothing was started and nothing was called.", class_="none")


def _list(noun: str, items: Sequence[Markup], count: int) -> list[Markup]:
    if not count:
        return []
    shown = element("ol", *items, class_="calls")
    return [_details(_counted(count, noun), joined([shown, *_rest(count - len(items), f"{noun}s")]), class_="part")]


def _run(run: ExecutionSnapshot, *, opened: bool) -> Markup:
    standing = standing_of(run.status)
    given = [f"{name}={shortened(_word(run.parameters[name]), 24)}" for name in run.overrides[:_MOST_GIVEN]]
    more = [f"and {len(run.overrides) - _MOST_GIVEN} more"] if len(run.overrides) > _MOST_GIVEN else []
    facts = [_counted(len(run.steps), "step"), in_words(run.until - run.started), *given, *more]
    head = [_status(run.status), element("b", run.pipeline), element("code", run.id), element("span", " · ".join(facts), class_="facts")]
    graph = element("div", render_svg(run.chart), class_="graph", role="group", aria_label=f"Graph of {run.pipeline}", tabindex=0)
    body = [*_reasons(run), element("div", graph, _steps(run), class_="views"), _facts(run)]
    return _details(joined(_spaced(head)), element("div", *body, class_="body"), class_=f"run {standing}", opened=opened)


def _reasons(run: ExecutionSnapshot) -> list[Markup]:
    """Return why an execution failed, and why its first failed steps did: nobody should have to open them to learn it."""
    reasons = [run.reason] if run.reason else []
    failed = [f"{step.name}: {step.reason}" for step in run.steps if step.status == "Failed" and step.reason]
    more = [f"{_counted(len(failed) - _MOST_REASONS, 'more step')} failed."] if len(failed) > _MOST_REASONS else []
    return [element("p", text, class_="reason") for text in [*reasons, *failed[:_MOST_REASONS], *more]]


def _steps(run: ExecutionSnapshot) -> Markup:
    line = Timeline(run.started, run.until)
    ticks = [element("span", tick.words, style=f"left:{tick.left}%", class_="late" if tick.left > _LATE else None) for tick in line.ticks()]
    axis = element("div", element("div", *ticks, class_="axis"), class_="scale", aria_hidden="true")
    rows = [element("li", _step(step, line), data_step=step.name) for step in run.steps]
    listed = element("ol", *rows, aria_label=f"Steps of {run.pipeline}") if rows else element("p", "No step was started.", class_="none")
    return element("div", axis, listed, class_="steps")


def _step(step: StepSnapshot, line: Timeline) -> Markup:
    bar = line.bar(step.started, step.ended)
    drawn = element("span", element("span", style=f"left:{bar.left}%;width:{bar.width}%"), class_="bar", aria_hidden="true")
    took = "still running" if step.ended is None else in_words(step.ended - step.started)
    begun = element("span", f" after {in_words(step.started - line.start)}", class_="unseen")
    attempts = [f"{step.attempts} attempts"] if step.attempts > 1 else []
    more = " · ".join(["", step.type, took, *attempts, *(["reused"] if step.origin else [])])
    head = [element("b", step.name), element("span", _status(step.status), more, begun, class_="facts"), drawn]
    facts = [
        ("Reason", step.reason),
        ("Started", _moment(step.started)),
        ("Ended", None if step.ended is None else _moment(step.ended)),
        ("Result", step.origin),
    ]
    values = [("Resolved arguments", step.arguments), ("Outputs", step.outputs or None), ("Metadata", step.metadata or None)]
    body = element("div", _listed(facts), *_values(values), class_="body")
    return _details(joined(_spaced(head)), body, class_=f"step {standing_of(step.status)}")


def _facts(run: ExecutionSnapshot) -> Markup:
    facts = [
        ("ARN", run.arn),
        ("Display name", run.display_name),
        ("Pipeline version", str(run.version)),
        ("Started", _moment(run.started)),
        ("Ended", "not yet" if run.ended is None else _moment(run.ended)),
        ("Selected steps", ", ".join(run.selected) or None),
        ("Source", run.source),
    ]
    parts = [_listed(facts)]
    if run.parameters:
        head = element("tr", *[element("th", word, scope="col") for word in ("Parameter", "Value", "From")])
        rows = [
            element("tr", element("th", name, scope="row"), element("td", _word(value)), element("td", _origin(name, run)))
            for name, value in run.parameters.items()
        ]
        parts.append(element("table", element("thead", head), element("tbody", *rows)))
    return element("div", *parts, class_="about")


def _origin(name: str, run: ExecutionSnapshot) -> str:
    return "start" if name in run.overrides else "default"


def _call(call: CallSnapshot) -> Markup:
    said = element("span", call.error or "answered", class_="refused" if call.error else "facts")
    time = element("span", call.time.strftime("%H:%M:%S"), class_="facts")
    body = element("div", *_values([("Request", call.request), ("Response", call.response)]), class_="body")
    return element("li", _details(joined(_spaced([time, element("b", call.operation), said])), body, class_="call"))


def _event(event: EventSnapshot) -> Markup:
    time = element("span", event.time.strftime("%H:%M:%S"), class_="facts")
    body = element("div", *_values([("Event", event.event)]), class_="body")
    head = _spaced([time, element("b", event.subject), element("span", event.change, class_="facts")])
    return element("li", _details(joined(head), body, class_="event"))


def _status(status: str) -> Markup:
    standing = standing_of(status)
    mark = element("span", MARKS[standing], class_="mark", aria_hidden="true")
    return element("span", mark, f" {status}", class_=f"status {standing}")


def _values(values: Iterable[tuple[str, Json]]) -> list[Markup]:
    shown = []
    for title, value in values:
        if value is not None:
            text = json.dumps(value, indent=2, ensure_ascii=False)
            shown.append(element("figure", element("figcaption", title), element("pre", text, tabindex=0, role="group", aria_label=title)))
    return shown


def _listed(facts: Iterable[tuple[str, str | None]]) -> Markup:
    given = [(element("dt", name), element("dd", value)) for name, value in facts if value]
    return element("dl", *(part for pair in given for part in pair))


def _details(summary: str, body: Markup, *, class_: str, opened: bool = False) -> Markup:
    return element("details", element("summary", summary), body, class_=class_, open="" if opened else None)


def _rest(count: int, what: str) -> list[Markup]:
    return [element("p", f"{count} more {what} are not shown.", class_="none")] if count > 0 else []


def _spaced(parts: list[Markup]) -> list[Markup]:
    """Put spaces between inline elements, for those who hear the page or copy from it."""
    return [Markup(f"{part} ") for part in parts]


def _word(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _moment(instant: Instant) -> str:
    return to_datetime(instant).isoformat(sep=" ", timespec="milliseconds").removesuffix("+00:00") + " UTC"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
