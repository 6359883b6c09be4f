"""The layout of a graph in layers."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from pytest_smpipeline.graph_layout import GAP_X, GAP_Y, Box, Layout, lay_out

SIZE = (100.0, 40.0)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[tuple[float, float]], list[tuple[int, int]]]:
    """Draw boxes, and arrows that all go from an earlier to a later one."""
    sides = st.integers(10, 200).map(float)
    sizes = draw(st.lists(st.tuples(sides, sides), max_size=12))
    pairs = list(combinations(range(len(sizes)), 2))
    return sizes, draw(st.lists(st.sampled_from(pairs), unique=True) if pairs else st.just([]))


def overlap(one: Box, other: Box) -> bool:
    """Return whether two boxes have something in common."""
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


def middles(layout: Layout) -> list[float]:
    """Return the middle of each box, from left to right."""
    return [box.x + box.width / 2 for box in layout.boxes]


def test_nothing_has_no_size() -> None:
    """An empty pipeline is an empty picture."""
    assert lay_out([], []) == Layout(0.0, 0.0, (), ())


def test_a_chain_is_a_column() -> None:
    """Each box stands under the one before it, with a gap, and the arrows go straight down."""
    layout = lay_out([SIZE] * 3, [(0, 1), (1, 2)])

    assert [(box.x, box.y) for box in layout.boxes] == [(0.0, 0.0), (0.0, 40 + GAP_Y), (0.0, 80 + 2 * GAP_Y)]
    assert layout.ways[0] == ((50.0, 40.0), (50.0, 40 + GAP_Y))
    assert (layout.width, layout.height) == (100.0, 120 + 2 * GAP_Y)


def test_steps_without_dependencies_stand_side_by_side() -> None:
    """They are one layer, in their order."""
    layout = lay_out([SIZE] * 2, [])

    assert [(box.x, box.y) for box in layout.boxes] == [(0.0, 0.0), (100 + GAP_X, 0.0)]


def test_a_diamond_is_symmetrical() -> None:
    """Where ways part and meet again, both ends stand in the middle."""
    first, left, right, last = middles(lay_out([SIZE] * 4, [(0, 1), (0, 2), (1, 3), (2, 3)]))

    assert first == last == (left + right) / 2


def test_arrows_that_need_not_cross_do_not() -> None:
    """The order within a layer follows the layer above."""
    layout = lay_out([SIZE] * 4, [(0, 3), (1, 2)])

    assert middles(layout)[3] < middles(layout)[2]


def test_where_arrows_have_to_cross_the_boxes_keep_their_order() -> None:
    """Two steps that two others need both: no order of theirs is better than the definition's."""
    first, second, third, fourth = middles(lay_out([SIZE] * 4, [(0, 2), (0, 3), (1, 2), (1, 3)]))

    assert (first, second) == (third, fourth)
    assert first < second


def test_a_long_arrow_goes_around_what_stands_between() -> None:
    """It keeps clear of the boxes of every layer that it passes."""
    layout = lay_out([SIZE] * 4, [(0, 1), (1, 2), (2, 3), (0, 3)])

    inner = [x for x, y in layout.ways[3] if layout.boxes[1].y <= y <= layout.boxes[2].y + 40]
    assert inner
    assert all(not box.x < x < box.x + box.width for x in inner for box in layout.boxes[1:3])


def test_an_arrow_leaves_a_low_box_straight_down() -> None:
    """Beside a higher box of its layer it only turns below both."""
    layout = lay_out([SIZE, (100.0, 200.0), SIZE], [(0, 2), (1, 2)])

    assert layout.ways[0][0] == (50.0, 40.0)
    assert layout.ways[0][1] == (50.0, 200.0)


@given(graphs())
def test_any_graph_can_be_read(graph: tuple[list[tuple[float, float]], list[tuple[int, int]]]) -> None:
    """No box covers another, every arrow goes down from the one to the other, all is within the picture, and it repeats."""
    sizes, edges = graph

    layout = lay_out(sizes, edges)

    assert layout == lay_out(sizes, edges)
    assert [(box.width, box.height) for box in layout.boxes] == sizes
    assert not any(overlap(one, other) for one, other in combinations(layout.boxes, 2))
    assert all(box.x >= -0.001 and box.x + box.width <= layout.width + 0.001 for box in layout.boxes)
    assert all(box.y >= 0 and box.y + box.height <= layout.height + 0.001 for box in layout.boxes)
    for (source, target), way in zip(edges, layout.ways, strict=True):
        assert way[0] == (middles(layout)[source], layout.boxes[source].y + layout.boxes[source].height)
        assert way[-1] == (middles(layout)[target], layout.boxes[target].y)
        assert all(upper <= lower for (_, upper), (_, lower) in pairwise(way))


def test_a_large_graph_is_laid_out_as_well() -> None:
    """Beyond a size the order is improved in fewer rounds, so that no picture takes long."""
    count = 300
    edges = [(place, place + step) for place in range(count) for step in (1, 12) if place + step < count]

    layout = lay_out([SIZE] * count, edges)

    assert len(layout.boxes) == count
    assert not any(overlap(one, other) for one, other in pairwise(layout.boxes))
