"""Event patterns, as EventBridge's user guide and AWS's own Event Ruler have them."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_smpipeline._events.patterns import InvalidPatternError, parse_pattern

EVENT: dict[str, Any] = {
    "source": "aws.sagemaker",
    "resources": ["arn:a", "arn:b"],
    "detail": {
        "name": "Prep",
        "empty": "",
        "count": 5,
        "share": 0.5,
        "big": 6_000_000_000,
        "yes": True,
        "nothing": None,
        "ip": "10.0.0.33",
        "path": "dir/sub/file.png",
        "star": "a*b\\c",
        "none": [],
        "object": {},
        "people": [{"first": "Anna", "last": "Smith"}, [{"first": "Peter", "last": "Jones"}]],
    },
}


def matches(field: str, *allowed: object) -> bool:
    """Return whether the event's detail matches when one field is asked for."""
    return parse_pattern({"detail": {field: list(allowed)}}).matches(EVENT)


@pytest.mark.fidelity("EVT-010")
def test_fields_are_all_needed_and_values_are_alternatives() -> None:
    """A pattern matches when each field has one of its values."""
    assert parse_pattern({"source": ["x", "aws.sagemaker"], "detail": {"name": ["Prep"]}}).matches(EVENT)
    assert not parse_pattern({"source": ["aws.sagemaker"], "detail": {"name": ["Train"]}}).matches(EVENT)
    assert not parse_pattern({"detail": {"name": {"deeper": ["Prep"]}}}).matches(EVENT)


@pytest.mark.fidelity("EVT-011")
def test_an_array_matches_by_one_of_its_elements() -> None:
    """Arrays in the event are crushed; fields of an object have to come from one element."""
    assert parse_pattern({"resources": ["arn:b", "arn:c"]}).matches(EVENT)
    assert parse_pattern({"detail": {"people": {"first": ["Peter"], "last": ["Jones"]}}}).matches(EVENT)
    assert not parse_pattern({"detail": {"people": {"first": ["Anna"], "last": ["Jones"]}}}).matches(EVENT)


@pytest.mark.fidelity("EVT-012")
def test_values_count_as_they_are_written() -> None:
    """300 is not 300.0, 1 is not true, null is not the empty string."""
    assert matches("count", 5)
    assert not matches("count", 5.0, "5")
    assert matches("yes", True)
    assert not matches("yes", 1, "true")
    assert matches("nothing", None)
    assert not matches("empty", None)
    assert matches("empty", "")


@pytest.mark.fidelity("EVT-013")
@pytest.mark.parametrize(
    ("field", "fits", "unfit"),
    [
        ("name", {"prefix": "Pr"}, {"prefix": "pr"}),
        ("name", {"prefix": {"equals-ignore-case": "pR"}}, {"prefix": {"equals-ignore-case": "r"}}),
        ("name", {"suffix": "ep"}, {"suffix": "EP"}),
        ("name", {"suffix": {"equals-ignore-case": "EP"}}, {"suffix": {"equals-ignore-case": "e"}}),
        ("name", {"equals-ignore-case": "pREP"}, {"equals-ignore-case": "pre"}),
        ("count", {"anything-but": "5"}, {"prefix": "5"}),
        ("path", {"wildcard": "dir/*/*.png"}, {"wildcard": "dir/*.jpg"}),
        ("star", {"wildcard": "a\\*b\\\\c"}, {"wildcard": "a\\*"}),
        ("name", {"anything-but": "prep"}, {"anything-but": "Prep"}),
        ("name", {"anything-but": ["a", "b"]}, {"anything-but": ["a", "Prep"]}),
        ("count", {"anything-but": [1, 2]}, {"anything-but": 5.0}),
        ("yes", {"anything-but": 1}, {"equals-ignore-case": "true"}),
        ("name", {"anything-but": {"prefix": "Tr"}}, {"anything-but": {"prefix": ["Tr", "Pr"]}}),
        ("name", {"anything-but": {"suffix": "x"}}, {"anything-but": {"suffix": "ep"}}),
        ("name", {"anything-but": {"equals-ignore-case": "x"}}, {"anything-but": {"equals-ignore-case": ["x", "PREP"]}}),
        ("path", {"anything-but": {"wildcard": "*/lib/*"}}, {"anything-but": {"wildcard": "*/sub/*"}}),
        ("count", {"numeric": [">", 0, "<=", 5]}, {"numeric": [">", 0, "<", 5]}),
        ("count", {"numeric": ["=", 5.0]}, {"numeric": ["<", 5]}),
        ("share", {"numeric": [">=", 0.5]}, {"numeric": [">=", 0.6]}),
        ("name", {"exists": True}, {"numeric": ["=", 5]}),
        ("big", {"exists": True}, {"numeric": [">", 5]}),
        ("ip", {"cidr": "10.0.0.0/24"}, {"cidr": "10.0.1.0/24"}),
        ("nothing", {"exists": True}, {"exists": False}),
    ],
)
def test_an_operator_judges_a_value(field: str, fits: object, unfit: object) -> None:
    """Operators on text look at text only, numeric at numbers only; anything-but takes whatever it does not name."""
    assert matches(field, fits)
    assert not matches(field, unfit)


@pytest.mark.fidelity("EVT-014")
@pytest.mark.parametrize("field", ["missing", "none", "object", "people"])
def test_only_a_value_exists(field: str) -> None:
    """An object, an empty array and what is not there have no value; no operator but exists matches them."""
    assert matches(field, {"exists": False})
    assert not matches(field, {"exists": True}, {"anything-but": "x"})
    assert matches("name", "x", {"exists": False}, "Prep")


def test_a_text_that_is_no_address_lies_in_no_range() -> None:
    """cidr asks for an address."""
    assert not matches("name", {"cidr": "10.0.0.0/8"})


@pytest.mark.fidelity("EVT-015")
def test_one_of_several_branches_is_enough() -> None:
    """$or stands beside fields, at any depth."""
    branches = [{"name": ["Train"]}, {"count": [{"numeric": [">", 4]}]}]

    assert parse_pattern({"source": ["aws.sagemaker"], "detail": {"$or": branches}}).matches(EVENT)
    assert not parse_pattern({"source": ["x"], "detail": {"$or": branches}}).matches(EVENT)
    assert not parse_pattern({"$or": [{"source": ["x"]}, {"detail": {"name": ["x"]}}]}).matches(EVENT)


@pytest.mark.fidelity("EVT-016")
@pytest.mark.parametrize(
    ("pattern", "complaint"),
    [
        ("{", "this is no JSON: .* @ \\$$"),
        ([], "a pattern is an object, not \\[\\] @ \\$$"),
        ({}, "an empty object"),
        ({"a": {"b": {}}}, "an empty object .* @ \\$.a.b$"),
        ({"a": []}, "an array that is not empty"),
        ({"a": [["b"]]}, "a value is a string, .* @ \\$.a\\[0\\]$"),
        ({"a": [{"prefix": "a", "suffix": "b"}]}, "an object with one operator"),
        ({"a": [{"prefix": 5}]}, "prefix takes a string.*, not 5 @ \\$.a\\[0\\].prefix$"),
        ({"a": [{"suffix": {"equals-ignore-case": 5}}]}, "suffix takes a string, or an object"),
        ({"a": [{"equals-ignore-case": ["a"]}]}, "equals-ignore-case takes a string"),
        ({"a": [{"wildcard": "a**b"}]}, "two wildcards in a row"),
        ({"a": [{"wildcard": "a\\b"}]}, "a backslash"),
        ({"a": [{"exists": "yes"}]}, "exists takes true or false"),
        ({"a": [{"numeric": [">"]}]}, "numeric takes a comparison"),
        ({"a": [{"numeric": ["=", 1, "<", 2]}]}, "numeric takes a comparison"),
        ({"a": [{"numeric": [">", 5, "<", 2]}]}, "numeric takes a comparison"),
        ({"a": [{"numeric": [[">"], 5]}]}, "numeric takes a comparison"),
        ({"a": [{"numeric": [">", 5_000_000_001]}]}, "from -5000000000 to 5000000000"),
        ({"a": [{"numeric": [">", True]}]}, "with numbers"),
        ({"a": [{"cidr": "here"}]}, "cidr takes a range"),
        ({"a": [{"anything-but": ["a", 1]}]}, "anything-but takes a string, a number"),
        ({"a": [{"anything-but": []}]}, "anything-but takes a string, a number"),
        ({"a": [{"anything-but": None}]}, "anything-but takes a string, a number"),
        ({"a": [{"anything-but": {"numeric": ["=", 1]}}]}, "anything-but takes of operators one of"),
        ({"a": [{"anything-but": {"prefix": ""}}]}, "prefix with a string or an array of strings, none of them empty"),
        ({"$or": [{"a": ["b"]}]}, "\\$or takes an array of two or more patterns"),
        ({"$or": [{"a": ["b"]}, {"prefix": ["b"]}]}, "prefix is an operator .* @ \\$.\\$or\\[1\\].prefix$"),
    ],
)
def test_what_is_no_pattern_is_refused_with_its_place(pattern: object, complaint: str) -> None:
    """The complaint says what is wrong, what would be right, and where."""
    with pytest.raises(InvalidPatternError) as caught:
        parse_pattern(pattern)

    assert re.search(complaint, str(caught.value))


TEXT = st.text("aB*\\.", max_size=4)
NUMBER = st.integers(-5, 5)
OPERATIONS = st.one_of(
    TEXT,
    NUMBER,
    st.none(),
    st.fixed_dictionaries({"prefix": TEXT}),
    st.fixed_dictionaries({"prefix": st.fixed_dictionaries({"equals-ignore-case": TEXT})}),
    st.fixed_dictionaries({"suffix": TEXT}),
    st.fixed_dictionaries({"equals-ignore-case": TEXT}),
    st.fixed_dictionaries({"exists": st.booleans()}),
    st.fixed_dictionaries({"anything-but": TEXT | NUMBER | st.lists(TEXT, min_size=1) | st.lists(NUMBER, min_size=1)}),
    st.fixed_dictionaries({"anything-but": st.fixed_dictionaries({"prefix": TEXT.filter(bool)})}),
    st.fixed_dictionaries({"numeric": st.tuples(st.sampled_from(["<", "<=", "=", ">", ">="]), NUMBER).map(list)}),
    st.fixed_dictionaries({"wildcard": st.text("aB*.", max_size=4).filter(lambda text: "**" not in text)}),
)
LEAF = TEXT | NUMBER | st.none()
FIELDS = st.dictionaries(st.sampled_from("xyz"), LEAF | st.lists(LEAF, min_size=1, max_size=3), min_size=1)
PATTERNS = st.dictionaries(st.sampled_from("xyz"), st.lists(OPERATIONS, min_size=1, max_size=3), min_size=1)


@given(event=FIELDS, pattern=PATTERNS)
@settings(max_examples=300)
def test_what_moto_knows_too_matches_alike(event: dict[str, Any], pattern: dict[str, Any]) -> None:
    """moto's rules, written by others from the same guide, are of one mind with these wherever they go as far."""
    models = pytest.importorskip("moto.events.models")
    if not hasattr(models.EventPattern, "_wildcard_match"):
        pytest.skip("this moto does not know all operators yet")

    assert parse_pattern({"detail": pattern}).matches({"detail": event}) == models.EventPattern(None, {"detail": pattern}).matches_event(
        {"detail": event}
    )
