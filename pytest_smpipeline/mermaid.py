"""The text of a Mermaid flowchart, as GitHub, GitLab and many editors draw it."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from pytest_smpipeline.flowcharts import MARKS, Edge, Flowchart, Node, Standing

# Each box brings its own background and text colour, so it reads the same on a light and on a dark page.
STYLES: Final[Mapping[Standing, str]] = {
    "defined": "fill:#eef1f5,stroke:#5c6773,color:#1c2024",
    "succeeded": "fill:#dcf2e1,stroke:#1a7f37,color:#0b3316",
    "failed": "fill:#fde3e1,stroke:#c62828,color:#5c0d0d",
    "stopped": "fill:#fdeccd,stroke:#9a6700,color:#432d00",
    "running": "fill:#dcebfd,stroke:#0b62c4,color:#062c57",
    "idle": "fill:#f4f4f4,stroke:#8a8a8a,color:#595959,stroke-dasharray:4 3",
}

# What could mean something to Mermaid or to HTML is written as the number of its character.
_SPECIAL: Final = re.compile(r"[^\w .,:()/✓✗■►○-]")
_OWN_FILL: Final = re.compile(r"fill:#\w+")
_OWN_TEXT: Final = re.compile(r",color:#\w+")
_INDENT: Final = "    "


def render_mermaid(chart: Flowchart) -> str:
    """Return a flowchart as Mermaid text; equal flowcharts give equal texts.

    A Condition step is a rhombus, a ForEach step a subgraph of its body; what was not started is dashed, and so are the arrows to it.
    """
    lines = ["flowchart TD", f"{_INDENT}accTitle: {_line(chart.title)}"]
    lines += _boxes(chart, None, _INDENT)
    lines += [_INDENT + _arrow(edge) for edge in chart.edges]
    for standing, style in STYLES.items():
        lines += _styled(chart, standing, style, frames=False)
        lines += _styled(chart, standing, style, frames=True)
    return "\n".join(lines) + "\n"


def _styled(chart: Flowchart, standing: Standing, style: str, *, frames: bool) -> list[str]:
    places = [f"n{place}" for place, node in enumerate(chart.nodes) if node.standing == standing and (node.type == "ForEach") == frames]
    if not places:
        return []
    # A frame has the background of the page, on which the arrows inside of it are drawn, and its text the colour that goes with it.
    look = _OWN_TEXT.sub("", _OWN_FILL.sub("fill:none", style)) if frames else style
    name = f"{standing}Frame" if frames else standing
    return [f"{_INDENT}classDef {name} {look}", f"{_INDENT}class {','.join(places)} {name}"]


def _boxes(chart: Flowchart, within: int | None, indent: str) -> Iterator[str]:
    for place, node in enumerate(chart.nodes):
        if node.within != within:
            continue
        if node.type == "ForEach":
            # One line: Mermaid leaves no room for a second one.
            yield f'{indent}subgraph n{place}["{_text(node).replace("<br/>", ", ")}"]'
            yield f"{indent}{_INDENT}direction TB"
            yield from _boxes(chart, place, indent + _INDENT)
            yield f"{indent}end"
        else:
            opening, closing = ("{", "}") if node.type == "Condition" else ("[", "]")
            yield f'{indent}n{place}{opening}"{_text(node)}"{closing}'


def _text(node: Node) -> str:
    mark = MARKS[node.standing]
    first = f"{mark} {node.name}" if mark else node.name
    second = f"{node.type}: {node.words}" if node.words else node.type
    return f"{_escaped(first)}<br/>{_escaped(second)}"


def _arrow(edge: Edge) -> str:
    line = "-->" if edge.taken else "-.->"
    label = f'|"{_escaped(edge.label)}"|' if edge.label else ""
    return f"n{edge.source} {line}{label} n{edge.target}"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: f"#{ord(match[0])};", text)


def _line(text: str) -> str:
    return " ".join(_SPECIAL.sub(" ", text).split())
