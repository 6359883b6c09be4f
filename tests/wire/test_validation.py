"""What a request that breaks the model is told."""

import pytest

from pytest_smpipeline._wire import validation
from pytest_smpipeline._wire.service_model import SageMakerModel
from pytest_smpipeline.exceptions import ServiceError
from pytest_smpipeline.shapes import Shape
from pytest_smpipeline.values import Json, JsonObject

START: JsonObject = {"PipelineName": "churn", "ClientRequestToken": "t" * 36}


def structure(**members: Shape) -> Shape:
    """Return a structure of these members, none of them required."""
    return Shape(name="Sample", type="structure", members=members)


def list_of(element: Shape, *, minimum: int | None = None, maximum: int | None = None) -> Shape:
    """Return a list of this element."""
    return Shape(name="Samples", type="list", element=element, minimum=minimum, maximum=maximum)


WORD = Shape(name="Word", type="string", minimum=2, maximum=5, pattern="[a-z]+")


def refusal(shape: Shape, body: JsonObject) -> tuple[str, str]:
    """Return the code and the message with which the body is refused."""
    with pytest.raises(ServiceError) as caught:
        validation.validate(shape, body)
    assert caught.value.status == 400
    return caught.value.code, caught.value.message


def test_a_valid_request_passes(model: SageMakerModel) -> None:
    """Nothing is said about a request that keeps every rule."""
    body: JsonObject = START | {"PipelineParameters": [{"Name": "Date", "Value": "2026-11-22"}]}

    validation.validate(model.input_shape("StartPipelineExecution"), body)

    assert validation.violations(model.input_shape("StartPipelineExecution"), body) == []


@pytest.mark.fidelity("REQ-001", "REQ-003")
def test_one_violation_is_named_with_value_place_and_rule(model: SageMakerModel) -> None:
    """The sentence names the value, the member in lower camel case, and the rule as the model writes it."""
    assert refusal(model.input_shape("DeletePipeline"), {"PipelineName": "-churn", "ClientRequestToken": "t" * 36}) == (
        "ValidationException",
        (
            "1 validation error detected: Value '-churn' at 'pipelineName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}"
        ),
    )


@pytest.mark.fidelity("REQ-001", "REQ-002", "REQ-019")
def test_several_violations_are_counted_and_joined_length_before_pattern() -> None:
    """All violations come in one message, members in the model's order, of one member the length first."""
    shape = structure(First=WORD, Second=WORD)

    assert refusal(shape, {"Second": "X", "First": "ABCDEF"}) == (
        "ValidationException",
        (
            "4 validation errors detected: "
            "Value 'ABCDEF' at 'first' failed to satisfy constraint: Member must have length less than or equal to 5; "
            "Value 'ABCDEF' at 'first' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]+; "
            "Value 'X' at 'second' failed to satisfy constraint: Member must have length greater than or equal to 2; "
            "Value 'X' at 'second' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]+"
        ),
    )


@pytest.mark.fidelity("REQ-004")
@pytest.mark.parametrize("body", [{}, {"PipelineName": None}])
def test_a_missing_member_is_null(model: SageMakerModel, body: JsonObject) -> None:
    """A required member that is absent and one that is null read alike."""
    assert validation.violations(model.input_shape("DescribePipeline"), body) == [
        "Value null at 'pipelineName' failed to satisfy constraint: Member must not be null"
    ]


@pytest.mark.fidelity("REQ-012")
def test_a_null_member_counts_as_absent(model: SageMakerModel) -> None:
    """An optional member given as null is no fault, whatever its type."""
    body: JsonObject = START | {"PipelineParameters": None, "PipelineVersionId": None, "RoleArn": None}

    assert validation.violations(model.input_shape("StartPipelineExecution"), body) == []


@pytest.mark.fidelity("REQ-013")
def test_members_that_the_model_does_not_know_are_ignored(model: SageMakerModel) -> None:
    """The protocol lets a newer client send what an older service does not know."""
    body: JsonObject = START | {"PipelineParameter": [{"Name": 5}], "pipelineName": ""}

    assert validation.violations(model.input_shape("StartPipelineExecution"), body) == []


@pytest.mark.fidelity("REQ-005")
def test_a_place_inside_structures_and_lists_is_a_path(model: SageMakerModel) -> None:
    """Structures are joined with dots, items of a list counted from one and called member."""
    body: JsonObject = START | {
        "PipelineParameters": [{"Name": "Date", "Value": ""}, {"Name": "a b", "Value": ""}, {"Value": "x"}],
        "ParallelismConfiguration": {"MaxParallelExecutionSteps": 0},
    }

    assert validation.violations(model.input_shape("StartPipelineExecution"), body) == [
        (
            "Value 'a b' at 'pipelineParameters.2.member.name' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [A-Za-z0-9\\-_]*"
        ),
        "Value null at 'pipelineParameters.3.member.name' failed to satisfy constraint: Member must not be null",
        (
            "Value '0' at 'parallelismConfiguration.maxParallelExecutionSteps' failed to satisfy constraint: "
            "Member must have value greater than or equal to 1"
        ),
    ]


@pytest.mark.fidelity("REQ-006")
def test_a_value_outside_an_enum_is_shown_the_set(model: SageMakerModel) -> None:
    """The set is the installed model's, in its order."""
    assert validation.violations(model.input_shape("ListPipelines"), {"SortOrder": "Upwards"}) == [
        "Value 'Upwards' at 'sortOrder' failed to satisfy constraint: Member must satisfy enum value set: [Ascending, Descending]"
    ]


@pytest.mark.fidelity("REQ-007")
@pytest.mark.parametrize(("given", "rule"), [(0, "greater than or equal to 1"), (101, "less than or equal to 100")])
def test_a_number_out_of_range_is_told_the_bound(model: SageMakerModel, given: int, rule: str) -> None:
    """Numbers have a value where strings and lists have a length."""
    assert validation.violations(model.input_shape("ListPipelines"), {"MaxResults": given}) == [
        f"Value '{given}' at 'maxResults' failed to satisfy constraint: Member must have value {rule}"
    ]


@pytest.mark.parametrize("given", [1, 100])
def test_the_bounds_of_a_range_are_inside(model: SageMakerModel, given: int) -> None:
    """Both ends of a range are allowed."""
    assert validation.violations(model.input_shape("ListPipelines"), {"MaxResults": given}) == []


@pytest.mark.fidelity("REQ-008", "REQ-011")
def test_a_list_has_a_length(model: SageMakerModel) -> None:
    """A list's size is called its length; structures are not written into the sentence."""
    body: JsonObject = START | {"PipelineParameters": [{"Name": "Date", "Value": "x"}] * 201}

    assert validation.violations(model.input_shape("StartPipelineExecution"), body) == [
        "Value at 'pipelineParameters' failed to satisfy constraint: Member must have length less than or equal to 200"
    ]
    assert validation.violations(
        model.input_shape("StartPipelineExecution"), START | {"SelectiveExecutionConfig": {"SelectedSteps": []}}
    ) == [
        (
            "Value '[]' at 'selectiveExecutionConfig.selectedSteps' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1"
        )
    ]


@pytest.mark.fidelity("REQ-009")
def test_plain_values_of_a_list_share_one_sentence() -> None:
    """The list is shown whole, with everything that each of its values must satisfy."""
    assert validation.violations(structure(Words=list_of(WORD, maximum=2)), {"Words": ["fine", "X", "NO"]}) == [
        "Value '[fine, X, NO]' at 'words' failed to satisfy constraint: Member must have length less than or equal to 2",
        (
            "Value '[fine, X, NO]' at 'words' failed to satisfy constraint: Member must satisfy constraint: "
            "[Member must have length less than or equal to 5, Member must have length greater than or equal to 2, "
            "Member must satisfy regular expression pattern: [a-z]+]"
        ),
    ]


@pytest.mark.fidelity("REQ-014")
def test_null_in_a_list_is_a_violation() -> None:
    """Null means absent for a member; a list has no absent items."""
    assert validation.violations(structure(Words=list_of(WORD)), {"Words": [None, "fine"]}) == [
        (
            "Value '[null, fine]' at 'words' failed to satisfy constraint: Member must satisfy constraint: "
            "[Member must have length less than or equal to 5, Member must have length greater than or equal to 2, "
            "Member must satisfy regular expression pattern: [a-z]+]"
        )
    ]
    assert validation.violations(structure(Pairs=list_of(structure(Left=WORD))), {"Pairs": [{}, None]}) == [
        "Value null at 'pairs.2.member' failed to satisfy constraint: Member must not be null"
    ]


@pytest.mark.fidelity("REQ-010")
def test_at_most_ten_violations_are_named() -> None:
    """The eleventh and later go unsaid, and uncounted."""
    shape = structure(Pairs=list_of(structure(Left=WORD)))

    found = validation.violations(shape, {"Pairs": [{"Left": "toolong"}] * 11})

    assert len(found) == 10
    assert refusal(shape, {"Pairs": [{"Left": "toolong"}] * 11})[1].startswith("10 validation errors detected: ")


@pytest.mark.fidelity("REQ-011")
def test_a_long_value_is_left_out() -> None:
    """From 1,025 characters on the sentence names the place only."""
    shape = structure(Note=Shape(name="Note", type="string", maximum=10))

    assert validation.violations(shape, {"Note": "n" * 1024}) == [
        f"Value '{'n' * 1024}' at 'note' failed to satisfy constraint: Member must have length less than or equal to 10"
    ]
    assert validation.violations(shape, {"Note": "n" * 1025}) == [
        "Value at 'note' failed to satisfy constraint: Member must have length less than or equal to 10"
    ]


@pytest.mark.fidelity("REQ-018")
def test_length_counts_characters() -> None:
    """A character beyond the basic plane is one, not Java's two."""
    assert validation.violations(structure(Note=Shape(name="Note", type="string", maximum=2)), {"Note": "🙂🙂"}) == []


@pytest.mark.fidelity("REQ-015")
def test_a_description_is_one_line(model: SageMakerModel) -> None:
    """The model's ``.*`` stops at a newline, as Java's dot does."""
    assert validation.violations(model.input_shape("StartPipelineExecution"), START | {"PipelineExecutionDescription": "two\nlines"}) == [
        (
            "Value 'two\nlines' at 'pipelineExecutionDescription' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: .*"
        )
    ]


def test_a_pattern_that_cannot_be_read_refuses_nothing() -> None:
    """A rule that Python cannot express is left out rather than guessed."""
    assert validation.violations(structure(Name=Shape(name="Name", type="string", pattern=r"\p{IsLatin}+")), {"Name": "x"}) == []


TYPES = [
    ("string", 5, "a string", "a number"),
    ("string", True, "a string", "a boolean"),
    ("string", ["x"], "a string", "a list"),
    ("string", {}, "a string", "an object"),
    ("integer", "5", "a whole number", "a string"),
    ("integer", True, "a whole number", "a boolean"),
    ("long", "5", "a whole number", "a string"),
    ("float", "0.5", "a number", "a string"),
    ("double", False, "a number", "a boolean"),
    ("boolean", "true", "true or false", "a string"),
    ("boolean", 1, "true or false", "a number"),
    ("timestamp", "2026-11-22T00:00:00Z", "a time in seconds since 1970", "a string"),
    ("map", [], "an object", "a list"),
]


@pytest.mark.fidelity("WIRE-001", "WIRE-002")
@pytest.mark.parametrize(("kind", "given", "expected", "found"), TYPES)
def test_a_value_of_the_wrong_json_type_cannot_be_read(kind: str, given: Json, expected: str, found: str) -> None:
    """A wrong type is a fault of the protocol, with the place and both types in the message."""
    assert refusal(structure(Thing=Shape(name="Thing", type=kind)), {"Thing": given}) == (
        "SerializationException",
        f"Expected {expected} at 'thing', but found {found}.",
    )


@pytest.mark.fidelity("WIRE-001")
@pytest.mark.parametrize(("given", "found"), [("x", "a string"), ({}, "an object"), (5, "a number")])
def test_something_else_where_a_list_belongs_cannot_be_read(given: Json, found: str) -> None:
    """A single item is no list of one."""
    assert refusal(structure(Things=list_of(WORD)), {"Things": given}) == (
        "SerializationException",
        f"Expected a list at 'things', but found {found}.",
    )


@pytest.mark.fidelity("WIRE-001")
def test_something_else_where_an_object_belongs_cannot_be_read() -> None:
    """The place of a wrong item is told as for a violation."""
    assert refusal(structure(Pairs=list_of(structure(Left=WORD))), {"Pairs": [{"Left": "fine"}, "x"]}) == (
        "SerializationException",
        "Expected an object at 'pairs.2.member', but found a string.",
    )


@pytest.mark.fidelity("WIRE-001")
def test_a_wrong_type_comes_before_every_violation() -> None:
    """A body is read before it is checked, so one unreadable value silences the constraints."""
    shape = structure(First=WORD, Words=list_of(WORD), Last=WORD)

    assert refusal(shape, {"First": "X", "Words": ["X", 5], "Last": "X"}) == (
        "SerializationException",
        "Expected a string at 'words.2.member', but found a number.",
    )


def map_of(value: Shape) -> Shape:
    """Return the shape of a map."""
    return Shape(name="Map", type="map", value=value, maximum=2)


@pytest.mark.fidelity("JOBARG-006")
def test_the_values_of_a_map_are_told_of_together() -> None:
    """One sentence repeats the map and what its values must satisfy; a null value is none."""
    shape = structure(Things=map_of(Shape(name="Word", type="string", maximum=3)))

    assert validation.violations(shape, {"Things": {"a": "fine", "b": None}}) == [
        (
            "Value '{a=fine, b=null}' at 'things' failed to satisfy constraint: "
            "Map value must satisfy constraint: [Member must have length less than or equal to 3]"
        )
    ]
    assert validation.violations(shape, {"Things": {"a": "yes", "b": None}}) == []


@pytest.mark.fidelity("JOBARG-006")
def test_a_map_has_a_length() -> None:
    """As a list has."""
    shape = structure(Things=map_of(Shape(name="Word", type="string")))

    assert validation.violations(shape, {"Things": {"a": "1", "b": "2", "c": "3"}}) == [
        "Value '{a=1, b=2, c=3}' at 'things' failed to satisfy constraint: Member must have length less than or equal to 2"
    ]


def test_what_a_map_contains_is_named_by_its_place() -> None:
    """Structures in a map are checked each, and so are values of the wrong type."""
    shape = structure(Things=map_of(structure(Name=Shape(name="Word", type="string", maximum=3))))

    assert validation.violations(shape, {"Things": {"a": {"Name": "long"}}}) == [
        "Value 'long' at 'things.a.name' failed to satisfy constraint: Member must have length less than or equal to 3"
    ]
    assert refusal(structure(Things=map_of(Shape(name="Word", type="string"))), {"Things": {"a": 5}}) == (
        "SerializationException",
        "Expected a string at 'things.a', but found a number.",
    )


@pytest.mark.fidelity("WIRE-003")
def test_a_fraction_is_no_whole_number(model: SageMakerModel) -> None:
    """Neither 5.5 nor 5.0 is taken where the model has an integer."""
    assert refusal(model.input_shape("ListPipelines"), {"MaxResults": 5.0})[0] == "SerializationException"


@pytest.mark.parametrize(
    ("kind", "given"), [("float", 1), ("double", 0.5), ("timestamp", 1.5e9), ("long", 2**40), ("boolean", False), ("map", {})]
)
def test_a_value_of_the_right_json_type_is_read(kind: str, given: Json) -> None:
    """Whole numbers are numbers, and times have fractions."""
    assert validation.violations(structure(Thing=Shape(name="Thing", type=kind)), {"Thing": given}) == []


def test_a_structure_inside_itself_is_checked_at_every_level(model: SageMakerModel) -> None:
    """Search takes expressions inside expressions."""
    body: JsonObject = {
        "Resource": "Pipeline",
        "SearchExpression": {"SubExpressions": [{"SubExpressions": [{"Operator": "Xor"}]}]},
    }

    assert validation.violations(model.input_shape("Search"), body) == [
        (
            "Value 'Xor' at 'searchExpression.subExpressions.1.member.subExpressions.1.member.operator' failed to satisfy constraint: "
            "Member must satisfy enum value set: [And, Or]"
        )
    ]
