"""Cache keys: what makes two runs of a step the same; and how long a result is young enough."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_smpipeline._definition.nodes import CachePolicy
from pytest_smpipeline._engine.caching import cache_key, is_fresh
from pytest_smpipeline.values import Json, JsonObject

COUNTING = ("HyperParameterTuningJobConfig", "TrainingJobDefinition.AlgorithmSpecification", "SkipCheck")
HOUR = 60 * 60 * 1000

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([-1.0, 0.0, 1.5]) | st.text("ab1.", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab.", max_size=2), inner, max_size=3),
    max_leaves=6,
)


def shuffled(value: Json) -> Json:
    """Return the same JSON with the members of every object in the opposite order."""
    if isinstance(value, dict):
        return {name: shuffled(value[name]) for name in reversed(value)}
    return [shuffled(item) for item in value] if isinstance(value, list) else value


def written(value: Json) -> str:
    """Return the JSON with every object's members in the order of their names: what tells two JSON values apart."""
    return json.dumps(value, sort_keys=True)


@pytest.mark.fidelity("CACHE-001")
def test_members_that_do_not_count_make_no_difference() -> None:
    """An instance type may change; the counted member of a member may not."""
    tuning: JsonObject = {"TrainingJobDefinition": {"AlgorithmSpecification": {"TrainingImage": "a"}, "RoleArn": "x"}}
    elsewhere: JsonObject = {"TrainingJobDefinition": {"AlgorithmSpecification": {"TrainingImage": "a"}, "RoleArn": "y"}, "Tags": []}
    other: JsonObject = {"TrainingJobDefinition": {"AlgorithmSpecification": {"TrainingImage": "b"}, "RoleArn": "x"}}

    assert cache_key("Tuning", COUNTING, tuning, {}) == cache_key("Tuning", COUNTING, elsewhere, {})
    assert cache_key("Tuning", COUNTING, tuning, {}) != cache_key("Tuning", COUNTING, other, {})


@pytest.mark.fidelity("CACHE-001")
def test_a_setting_beside_the_arguments_counts() -> None:
    """Check steps have SkipCheck and RegisterNewBaseline outside of their Arguments."""
    assert cache_key("Tuning", COUNTING, {}, {"SkipCheck": True}) != cache_key("Tuning", COUNTING, {}, {"SkipCheck": False})


@pytest.mark.fidelity("CACHE-002")
@pytest.mark.parametrize(
    "arguments",
    [
        {"SkipCheck": None},
        {"TrainingJobDefinition": None},
        {"TrainingJobDefinition": {}},
        {"TrainingJobDefinition": {"AlgorithmSpecification": None}},
        {"TrainingJobDefinition": "no object"},
    ],
)
def test_what_is_null_or_has_no_such_member_counts_as_absent(arguments: JsonObject) -> None:
    """An absent member equals an absent one, and nothing that is there."""
    assert cache_key("Tuning", COUNTING, arguments, {}) == cache_key("Tuning", COUNTING, {}, {})
    assert cache_key("Tuning", COUNTING, {"SkipCheck": {}}, {}) != cache_key("Tuning", COUNTING, {}, {})


@pytest.mark.fidelity("CACHE-003")
@pytest.mark.parametrize(("one", "other"), [([1, 2], [2, 1]), (1, 1.0), (1, "1"), (1, True), ({"a": None}, {})])
def test_values_that_differ_as_json_differ(one: Json, other: Json) -> None:
    """The order of a list and the type of a value matter."""
    assert cache_key("Tuning", COUNTING, {"SkipCheck": one}, {}) != cache_key("Tuning", COUNTING, {"SkipCheck": other}, {})


@pytest.mark.fidelity("CACHE-003")
@given(value=json_values, other=json_values)
def test_two_keys_are_equal_when_the_values_are(value: Json, other: Json) -> None:
    """Whatever is inside: the order of an object's members never matters, and everything else does."""
    key = cache_key("Tuning", COUNTING, {"SkipCheck": value}, {})

    assert key == cache_key("Tuning", COUNTING, {"SkipCheck": shuffled(value)}, {})
    assert (key == cache_key("Tuning", COUNTING, {"SkipCheck": other}, {})) == (written(value) == written(other))


@pytest.mark.fidelity("CACHE-004")
@pytest.mark.parametrize(("age", "fresh"), [(0, True), (HOUR, True), (HOUR + 1, False)])
def test_a_result_is_fresh_until_it_is_older_than_expire_after(age: int, fresh: bool) -> None:  # noqa: FBT001 - a parameter
    """At exactly that age it still is."""
    assert is_fresh(CachePolicy(enabled=True, expire_after=HOUR), 5_000, 5_000 + age) is fresh


def test_nothing_is_fresh_without_an_age() -> None:
    """Caching that is off needs no ExpireAfter, and reuses nothing."""
    assert not is_fresh(CachePolicy(enabled=False), 5_000, 5_000)
