"""The picture of a flowchart."""

import re
from xml.etree import ElementTree as ET

import pytest

from pytest_smpipeline.flowcharts import MARKS, Edge, Flowchart, Node, Standing
from pytest_smpipeline.svg_graph import LONGEST, render_svg, shortened


def drawn(*nodes: Node, edges: tuple[Edge, ...] = ()) -> ET.Element:
    """Return the picture of nodes and arrows, read as XML."""
    return ET.fromstring(render_svg(Flowchart("churn/abc Failed", nodes, edges)))  # noqa: S314 - our own text


def texts_of(picture: ET.Element) -> list[str]:
    """Return the texts that are seen, in their order."""
    return [text.text or "" for text in picture.iter("text")]


def test_a_picture_is_known_by_a_name() -> None:
    """Whoever does not see it hears what it shows, and how many steps there are."""
    assert drawn(Node("A", "Training")).attrib["aria-label"] == "Graph of churn/abc Failed: 1 step"
    assert drawn(Node("A", "Training"), Node("B", "Model")).attrib["aria-label"] == "Graph of churn/abc Failed: 2 steps"
    assert drawn().attrib["role"] == "img"


@pytest.mark.parametrize("standing", MARKS)
def test_a_box_says_how_its_step_stands(standing: Standing) -> None:
    """By a mark and in words, and by a class for the colours."""
    picture = drawn(Node("Train", "Training", standing, "in words"))

    assert texts_of(picture) == [f"{MARKS[standing]} Train".strip(), "Training: in words"]
    assert picture.find(f".//g[@class='node {standing}']/title") is not None


def test_a_condition_has_its_own_outline() -> None:
    """It is told from a step without reading."""
    picture = drawn(Node("Gate", "Condition"), Node("Train", "Training"))

    assert len(list(picture.iter("polygon"))) == len(list(picture.iter("rect"))) == 1


def test_arrows_point_down_and_say_what_they_mean() -> None:
    """An arrow that was not taken is another class; a label stands beside it."""
    nodes = Node("A", "Condition"), Node("B", "Model"), Node("C", "Model", "idle")
    picture = drawn(*nodes, edges=(Edge(0, 1, "if"), Edge(0, 2, "else", taken=False), Edge(1, 2, taken=False)))

    assert [path.attrib["class"] for path in picture.iter("path")] == ["edge", "edge untaken", "edge untaken"]
    assert texts_of(picture)[-2:] == ["if", "else"]


def test_a_body_stands_inside_of_its_foreach_step() -> None:
    """The steps of the body are within the rectangle of the loop, below its name, and what follows stands below all of it."""
    nodes = Node("Each", "ForEach"), Node("One", "Model", within=0), Node("Two", "Model", within=0), Node("After", "Model")
    picture = drawn(*nodes, edges=(Edge(1, 2), Edge(0, 3)))

    sides = [[float(rect.attrib[name]) for name in ("x", "y", "width", "height")] for rect in picture.iter("rect")]
    loop, one, two, after = ((x, y, x + width, y + height) for x, y, width, height in sides)
    for inner in (one, two):
        assert (loop[0] < inner[0], loop[1] < inner[1], inner[2] < loop[2], inner[3] < loop[3]) == (True,) * 4
    assert one[3] < two[1] < loop[3] < after[1]


def test_a_step_that_ran_leads_to_its_row() -> None:
    """The page opens the row of the step that is clicked; what did not run, and what ran several times, has none of its name."""
    nodes = (
        Node("A", "Model", "succeeded"),
        Node("B", "Model", "idle"),
        Node("C", "ForEach", "failed"),
        Node("D", "Model", "failed", within=2),
    )

    assert [group.attrib.get("data-step") for group in drawn(*nodes).iter("g")] == [None, "A", None, "C", None]


def test_a_long_name_loses_its_middle() -> None:
    """What tells names apart is often at their end; the whole name is in the title."""
    name = "Train-the-model-of-every-customer-in-region-eu-west-1"
    picture = drawn(Node(name, "Training", "idle", "not run"))

    assert texts_of(picture)[0] == f"○ {shortened(name)}"
    assert len(shortened(name)) == LONGEST
    assert shortened(name).startswith("Train-the-model")
    assert shortened(name).endswith("eu-west-1")
    assert picture.findtext(".//title") == f"{name} (Training) not run"
    assert shortened("short") == "short"


def test_a_box_is_as_wide_as_its_words() -> None:
    """Capitals and letters of wide scripts need more room."""
    widths = [float(drawn(Node(letter * 30, "Model")).attrib["width"]) for letter in ("a", "A", "漢")]

    assert widths[0] < widths[1] == widths[2]


def test_hostile_names_stay_text() -> None:
    """A name can't end its element, and no picture brings an id of its own into the page."""
    name = "</text><script>alert(1)</script>\x00"
    text = render_svg(Flowchart(name, (Node(name, name, "failed", name),), ()))

    assert "<script" not in text
    assert not re.search(r"\sid=", text)
    assert ET.fromstring(text).findtext(".//title") == f"{name[:-1]}␀ ({name[:-1]}␀) {name[:-1]}␀"  # noqa: S314 - our own text
