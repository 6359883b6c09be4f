"""A flowchart as an SVG picture, to stand in an HTML page whose style sheet colours it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pytest_smpipeline.flowcharts import MARKS, Edge, Flowchart, Node
from pytest_smpipeline.graph_layout import Box, Point, lay_out
from pytest_smpipeline.markup import Markup, element

LONGEST: Final = 36
"""How many characters of a name are shown; the whole name is in the title that the pointer shows."""

_HEIGHT: Final = 46.0
_LEAST_WIDTH: Final = 116.0
_PADDING: Final = 14.0
_HEADING: Final = 54.0
_MARGIN: Final = 12.0
_BEND: Final = 20.0
_LETTER: Final = 7.4
_WIDE: Final = 9.8
_SMALL: Final = 6.4


@dataclass(frozen=True, slots=True)
class _Drawn:
    size: tuple[float, float]
    boxes: dict[int, Box]
    ways: dict[int, tuple[Point, ...]]


def render_svg(chart: Flowchart) -> Markup:
    """Return the picture; equal flowcharts give equal texts.

    It needs a marker with the id ``arrow`` somewhere in the page, and has no other id, so there may be many in one page.
    """
    drawn = _draw(chart, None)
    width, height = (_number(side + 2 * _MARGIN) for side in drawn.size)
    arrows = [_arrow(chart.edges[place], way) for place, way in sorted(drawn.ways.items())]
    boxes = [_box(chart.nodes[place], box) for place, box in sorted(drawn.boxes.items())]
    labels = [_label(chart.edges[place], way) for place, way in sorted(drawn.ways.items()) if chart.edges[place].label]
    inner = element("g", *boxes, *arrows, *labels, transform=f"translate({_number(_MARGIN)} {_number(_MARGIN)})")
    steps = "1 step" if len(chart.nodes) == 1 else f"{len(chart.nodes)} steps"
    name = f"Graph of {chart.title}: {steps}"
    return element("svg", inner, role="img", aria_label=name, width=width, height=height, viewBox=f"0 0 {width} {height}")


def shortened(name: str, longest: int = LONGEST) -> str:
    """Return a name with its middle left out where it is longer: what tells names apart is often at the end."""
    if len(name) <= longest:
        return name
    head = (longest - 1) // 2
    return f"{name[:head]}…{name[head + 1 - longest :]}"


def _draw(chart: Flowchart, within: int | None) -> _Drawn:
    """Lay out the nodes of the pipeline or of one body, the bodies of its ForEach steps first: they are boxes in it."""
    places = [place for place, node in enumerate(chart.nodes) if node.within == within]
    bodies = {place: _draw(chart, place) for place in places if chart.nodes[place].type == "ForEach"}
    sizes = [_size(chart.nodes[place], bodies.get(place)) for place in places]
    order = {place: number for number, place in enumerate(places)}
    own = [number for number, edge in enumerate(chart.edges) if edge.source in order]
    ends = [(order[chart.edges[number].source], order[chart.edges[number].target]) for number in own]
    layout = lay_out(sizes, ends)
    boxes = dict(zip(places, layout.boxes, strict=True))
    ways = dict(zip(own, layout.ways, strict=True))
    for place, body in bodies.items():
        x = boxes[place].x + (boxes[place].width - body.size[0]) / 2
        y = boxes[place].y + _HEADING
        boxes.update({inner: Box(x + box.x, y + box.y, box.width, box.height) for inner, box in body.boxes.items()})
        ways.update({number: tuple((x + left, y + top) for left, top in way) for number, way in body.ways.items()})
    return _Drawn((layout.width, layout.height), boxes, ways)


def _size(node: Node, body: _Drawn | None) -> tuple[float, float]:
    first, second = _texts(node)
    sides = 2 * _PADDING + (_BEND if node.type == "Condition" else 0.0)
    width = max(_LEAST_WIDTH, _extent(first, _LETTER) + sides, _extent(second, _SMALL) + sides)
    if body is None:
        return width, _HEIGHT
    return max(width, body.size[0] + 2 * _PADDING), body.size[1] + _HEADING + _PADDING


def _extent(text: str, letter: float) -> float:
    return sum(letter if ord(character) < 0x300 and not character.isupper() else letter * _WIDE / _LETTER for character in text)  # noqa: PLR2004 - Latin


def _texts(node: Node) -> tuple[str, str]:
    name = shortened(node.name)
    mark = MARKS[node.standing]
    return f"{mark} {name}" if mark else name, f"{node.type}: {node.words}" if node.words else node.type


def _box(node: Node, box: Box) -> Markup:
    first, second = _texts(node)
    title = element("title", f"{node.name} ({node.type}) {node.words}".rstrip())
    top = box.y + (4.0 if node.type == "ForEach" else (box.height - _HEIGHT) / 2)
    middle = _number(box.x + box.width / 2)
    lines = [
        element("text", first, class_="name", x=middle, y=_number(top + 19.5)),
        element("text", second, x=middle, y=_number(top + 35.5)),
    ]
    kind = " loop" if node.type == "ForEach" else ""
    own_row = node.name if node.within is None and node.standing not in {"defined", "idle"} else None
    return element("g", title, _outline(node, box), *lines, class_=f"node {node.standing}{kind}", data_step=own_row)


def _outline(node: Node, box: Box) -> Markup:
    if node.type != "Condition":
        return element("rect", x=_number(box.x), y=_number(box.y), width=_number(box.width), height=_number(box.height), rx=5)
    right, bottom, middle = box.x + box.width, box.y + box.height, box.y + box.height / 2
    bend = _BEND * 0.7
    corners = [
        (box.x, middle),
        (box.x + bend, box.y),
        (right - bend, box.y),
        (right, middle),
        (right - bend, bottom),
        (box.x + bend, bottom),
    ]
    return element("polygon", points=" ".join(f"{_number(x)},{_number(y)}" for x, y in corners))


def _arrow(edge: Edge, way: Sequence[Point]) -> Markup:
    x, y = way[0]
    path = [f"M{_number(x)} {_number(y)}"]
    for left, top in way[1:]:
        half = _number((y + top) / 2)
        path.append(f"C{_number(x)} {half} {_number(left)} {half} {_number(left)} {_number(top)}")
        x, y = left, top
    return element("path", d="".join(path), class_="edge" if edge.taken else "edge untaken", marker_end="url(#arrow)")


def _label(edge: Edge, way: Sequence[Point]) -> Markup:
    (x, y), (left, top) = way[-2:]
    at = {"x": _number(x + (left - x) * 0.5), "y": _number(y + (top - y) * 0.5 + 3)}
    return element("text", edge.label, class_="label" if edge.taken else "label untaken", **at)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
