"""The grammar of paths, and what they find."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_smpipeline._definition.paths import (
    Path,
    PathNotFoundError,
    PathSyntaxError,
    follow,
    parse_keys,
    parse_path,
    render_keys,
    render_path,
)
from pytest_smpipeline.values import Json


@pytest.mark.fidelity("REF-007")
@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a", ("a",)),
        ("a.b", ("a", "b")),
        ("a.b[0]['k']", ("a", "b", 0, "k")),
        ("a['x.y'].b", ("a", "x.y", "b")),
        ('a["it\'s"]', ("a", "it's")),
        ("[0].b", (0, "b")),
        ("$", ()),
        ("$.a", ("a",)),
        ("$[1]", (1,)),
        ("$x.y", ("$x", "y")),
        ("my key.b", ("my key", "b")),
    ],
)
def test_a_path_is_a_list_of_keys(text: str, path: Path) -> None:
    """Names are separated by dots; brackets hold a place in a list or a quoted name; a leading ``$`` is the whole value."""
    assert parse_path(text) == path


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "a path needs at least one name"),
        ("a..b", "cannot read '..b'; expected .name, [0] or ['name']"),
        ("a.", "cannot read '.'; expected .name, [0] or ['name']"),
        ("a[", "cannot read '['; expected .name, [0] or ['name']"),
        ("a[-1]", "cannot read '[-1]'; expected .name, [0] or ['name']"),
        ("a[0]b", "cannot read 'b'; expected .name, [0] or ['name']"),
    ],
)
def test_a_text_outside_the_grammar_is_refused(text: str, reason: str) -> None:
    """The reason says from where on the text cannot be read."""
    with pytest.raises(PathSyntaxError) as caught:
        parse_path(text)
    assert str(caught.value) == reason


_KEYS = st.one_of(st.integers(0, 10**6), st.text(min_size=1).filter(lambda text: "'" not in text or '"' not in text))


@given(st.lists(_KEYS, max_size=6).map(tuple))
def test_paths_survive_a_round_trip(path: Path) -> None:
    """What is rendered reads back as the same keys."""
    assert parse_keys(render_keys(path)) == path
    assert parse_path(render_path(path)) == path


@pytest.mark.parametrize(
    ("path", "found"),
    [((), {"a": [1, {"b": None}]}), (("a", 0), 1), (("a", 1, "b"), None)],
)
def test_following_a_path_finds_what_is_there(path: Path, found: Json) -> None:
    """Strings name members, numbers places in lists; null is a value like any other."""
    assert follow({"a": [1, {"b": None}]}, path) == found


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        (("metric",), "the value has no 'metric'. Did you mean 'metrics'?"),
        (("metrics", 2), "'metrics' has 2 items, none at [2]."),
        (("metrics", 0, "auc", "x"), "'metrics[0].auc' is a number, which has no .x."),
        (("metrics", "auc"), "'metrics' is an array, which has no .auc."),
        ((0,), "the value is an object, which has no [0]."),
    ],
)
def test_a_path_that_leads_nowhere_says_where_it_ends(path: Path, complaint: str) -> None:
    """The complaint names the last place that exists, and the nearest name there."""
    with pytest.raises(PathNotFoundError) as caught:
        follow({"metrics": [{"auc": 0.9}, 1]}, path)
    assert str(caught.value) == complaint
