"""Where the boxes of a graph go, and the ways of the arrows between them: in layers, from the top to the bottom.

Four steps: each box goes into the layer below the last one that it follows; an arrow over several layers gets a place in each
between; the places of a layer are put in an order with few crossings; and each is moved to where its neighbours are, as far as there
is room. Everything is worked out from the arguments alone, so the same graph always looks the same.
"""

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

Point: TypeAlias = tuple[float, float]

GAP_X: Final = 28.0
"""Between neighbouring boxes; half of it beside an arrow."""

GAP_Y: Final = 44.0
_ROUNDS: Final = 8
_FEW: Final = 1500
"""How many places are improved in all rounds; a graph that has more gets two."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its left upper corner and its size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Boxes and ways in the order of the sizes and edges that they were made for; a way ends between two layers."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    ways: tuple[tuple[Point, ...], ...]


def lay_out(sizes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int]]) -> Layout:
    """Return the layout of a graph without cycles, given the width and height of each box and the arrows between their places."""
    layers_of = _layers(len(sizes), edges)
    widths = [width for width, _ in sizes]
    chains = _chains(layers_of, widths, edges)
    rows: list[list[int]] = [[] for _ in range(max(layers_of, default=-1) + 1)]
    for place, layer in enumerate(layers_of):
        rows[layer].append(place)
    above, below = _neighbours(chains, len(widths))
    rows = _ordered(rows, above, below)
    centres = _centred(rows, widths, above, below)
    heights = [max((sizes[place][1] for place in row if place < len(sizes)), default=0.0) for row in rows]
    tops = [sum(heights[:layer]) + GAP_Y * layer for layer in range(len(rows))]
    boxes = tuple(Box(centres[place] - width / 2, tops[layers_of[place]], width, height) for place, (width, height) in enumerate(sizes))
    bands = [(top, top + height) for top, height in zip(tops, heights, strict=True)]
    ways = tuple(_way(chain, boxes[chain[0]], centres, [bands[layers_of[place]] for place in chain]) for chain in chains)
    width = max((centres[place] + widths[place] / 2 for row in rows for place in row), default=0.0)
    return Layout(width, sum(heights) + GAP_Y * max(len(rows) - 1, 0), boxes, ways)


def _layers(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """Return the layer of each box: one more than the deepest that it follows."""
    waiting = [0] * count
    followers: list[list[int]] = [[] for _ in range(count)]
    for source, target in edges:
        waiting[target] += 1
        followers[source].append(target)
    layers = [0] * count
    ready = [place for place in range(count) if not waiting[place]]
    for place in ready:
        for follower in followers[place]:
            layers[follower] = max(layers[follower], layers[place] + 1)
            waiting[follower] -= 1
            if not waiting[follower]:
                ready.append(follower)
    return layers


def _chains(layers: list[int], widths: list[float], edges: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Return each arrow as the places that it connects, one a layer; the new ones are added to ``layers`` and ``widths``."""
    chains = []
    for source, target in edges:
        between = range(layers[source] + 1, layers[target])
        chains.append([source, *range(len(layers), len(layers) + len(between)), target])
        layers.extend(between)
        widths.extend([0.0] * len(between))
    return chains


def _neighbours(chains: list[list[int]], count: int) -> tuple[list[list[int]], list[list[int]]]:
    above: list[list[int]] = [[] for _ in range(count)]
    below: list[list[int]] = [[] for _ in range(count)]
    for chain in chains:
        for upper, lower in pairwise(chain):
            above[lower].append(upper)
            below[upper].append(lower)
    return above, below


def _ordered(rows: list[list[int]], above: list[list[int]], below: list[list[int]]) -> list[list[int]]:
    """Return the rows in an order with few crossings: each goes by the mean of its neighbours, downwards and upwards in turn."""
    best, fewest = rows, _crossings(rows, below)
    for turn in range(_ROUNDS if len(above) <= _FEW else 2):
        if not fewest:
            break
        rows = _swept(rows, above) if turn % 2 == 0 else _swept(rows[::-1], below)[::-1]
        crossings = _crossings(rows, below)
        if crossings < fewest:
            best, fewest = rows, crossings
    return best


def _swept(rows: list[list[int]], neighbours: list[list[int]]) -> list[list[int]]:
    places: dict[int, float] = {}
    swept = []
    for row in rows:
        own = {place: float(number) for number, place in enumerate(row)}
        means = {place: _mean([places[other] for other in neighbours[place]], own[place]) for place in row}
        ordered = sorted(row, key=means.__getitem__)
        places.update((place, float(number)) for number, place in enumerate(ordered))
        swept.append(ordered)
    return swept


def _crossings(rows: list[list[int]], below: list[list[int]]) -> int:
    """Return how many pairs of lines between neighbouring rows cross."""
    count = 0
    for row, lower in pairwise(rows):
        places = {place: number for number, place in enumerate(lower)}
        seen: list[int] = []
        for place in row:
            ends = [places[other] for other in below[place]]
            count += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return count


def _centred(rows: list[list[int]], widths: list[float], above: list[list[int]], below: list[list[int]]) -> list[float]:
    """Return the middle of each place, near the middle of its neighbours; the leftmost edge of all is at 0."""
    centres = [0.0] * len(widths)
    for row in rows:
        _place(row, widths, [0.0] * len(row), centres)
    for neighbours, order in ((above, rows), (below, rows[::-1])) * 3 + ((above, rows),):
        for row in order:
            wishes = [_mean([centres[other] for other in neighbours[place]], centres[place]) for place in row]
            _place(row, widths, wishes, centres)
    left = min((centres[place] - widths[place] / 2 for row in rows for place in row), default=0.0)
    return [centre - left for centre in centres]


def _place(row: list[int], widths: list[float], wishes: list[float], centres: list[float]) -> None:
    """Put the places of a row as near to their wishes as their order and widths allow, by least squares.

    Neighbours that would overlap are joined to a block, which stands at the mean of what its members wish for the block.
    """
    offsets = [0.0]
    for left, right in pairwise(row):
        gap = GAP_X if widths[left] and widths[right] else GAP_X / 2
        offsets.append(offsets[-1] + (widths[left] + widths[right]) / 2 + gap)
    blocks: list[tuple[float, int]] = []
    for wish, offset in zip(wishes, offsets, strict=True):
        start, size = wish - offset, 1
        while blocks and blocks[-1][0] > start:
            other, others = blocks.pop()
            start, size = (start * size + other * others) / (size + others), size + others
        blocks.append((start, size))
    starts = [start for start, size in blocks for _ in range(size)]
    for place, start, offset in zip(row, starts, offsets, strict=True):
        centres[place] = start + offset


def _way(chain: list[int], source: Box, centres: list[float], bands: list[tuple[float, float]]) -> tuple[Point, ...]:
    """Return the points from the lower edge of the source to the upper edge of the target; within a layer it goes straight down."""
    points = [(centres[chain[0]], source.y + source.height)]
    for place, (top, bottom) in zip(chain, bands, strict=True):
        points += [(centres[place], top), (centres[place], bottom)]
    del points[1]
    del points[-1]
    return tuple(point for point, before in zip(points, [None, *points], strict=False) if point != before)


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
