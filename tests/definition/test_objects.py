"""Reading objects of a given shape."""

from pytest_smpipeline._definition.objects import ObjectReader
from pytest_smpipeline._definition.problems import Problems
from pytest_smpipeline.values import JsonObject


def _reader(raw: JsonObject) -> tuple[ObjectReader, Problems]:
    problems = Problems()
    return ObjectReader(raw, "$.X", problems), problems


def test_null_is_absent() -> None:
    """Every reading of a member that is null or missing gives nothing, and reports nothing."""
    reader, problems = _reader({"A": None})
    for name in ("A", "B"):
        assert (reader.string(name), reader.boolean(name), reader.object(name)) == (None, None, None)
        assert (reader.choice(name, ["x"]), reader.whole_number(name, least=0, most=1)) == (None, None)
        assert (reader.items(name), reader.objects(name), reader.strings(name)) == ([], [], ())
    assert list(problems) == []


def test_members_of_another_kind_are_reported() -> None:
    """What was expected, what is there, and where."""
    reader, problems = _reader({"A": 1, "B": "x", "C": [1, {}]})
    assert (reader.string("A"), reader.boolean("B"), reader.whole_number("B", least=0, most=9), reader.object("B")) == (None,) * 4
    assert [item.path for item in reader.objects("C")] == ["$.X.C[1]"]
    assert [problem.located() for problem in problems] == [
        "Expecting a string but found 1. @ $.X.A",
        "Expecting a boolean but found a string. @ $.X.B",
        "Expecting a whole number from 0 to 9 but found a string. @ $.X.B",
        "Expecting start of Json Object. @ $.X.B",
        "Expecting start of Json Object. @ $.X.C[0]",
    ]


def test_a_member_that_is_not_known_hides_what_is_missing() -> None:
    """The service stops at the first; so that its message can be compared, nothing is added."""
    reader, problems = _reader({"Z": 1})
    assert not reader.members({"A"}, ["A"])
    assert not reader.require(["A"])
    assert [problem.answer() for problem in problems] == ["Cannot parse object, unknown property 'Z'.", "'A' is required. @ $.X"]
