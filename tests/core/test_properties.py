"""Properties of steps: finding a value and laying one set of values over another."""

import pytest

from pytest_smpipeline._engine.properties import find, merged
from pytest_smpipeline.values import Json

_DESCRIBED: Json = {
    "ProcessingOutputConfig": {"Outputs": [{"OutputName": "train", "S3Output": {"S3Uri": "s3://bucket/train"}}]},
    "FinalMetricDataList": [{"MetricName": "auc", "Value": 0.9}],
    "Instances": ["a", "b"],
}


@pytest.mark.fidelity("PROP-001")
@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("ProcessingOutputConfig", "Outputs", "train", "S3Output", "S3Uri"), "s3://bucket/train"),
        (("ProcessingOutputConfig", "Outputs", 0, "OutputName"), "train"),
        (("FinalMetricDataList", "auc", "Value"), 0.9),
        (("Instances", 1), "b"),
        ((), _DESCRIBED),
    ],
    ids=repr,
)
def test_a_path_leads_through_members_indexes_and_names(path: tuple[str | int, ...], value: Json) -> None:
    """An element of a list is addressed by its index, or by the name that its member holds."""
    assert find(_DESCRIBED, path) == value


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        (("Nothing",), "Nothing"),
        (("Instances", 2), 2),
        (("Instances", "c"), "c"),
        (("ProcessingOutputConfig", "Outputs", "test"), "test"),
        (("Instances", 0, "deeper"), "deeper"),
    ],
    ids=repr,
)
def test_a_path_that_leads_nowhere_names_the_part_that_is_missing(path: tuple[str | int, ...], missing: object) -> None:
    """The reader of the message sees how far the path was right."""
    with pytest.raises(KeyError) as caught:
        find(_DESCRIBED, path)

    assert caught.value.args == (missing,)


def test_merging_goes_into_objects_and_replaces_everything_else() -> None:
    """What a test scripts lies over what was derived: member by member in objects, lists as a whole."""
    base: dict[str, Json] = {"a": {"x": 1, "y": 2}, "b": [1, 2], "c": 3}

    assert merged(base, {"a": {"y": 5}, "b": [9], "d": 4}) == {"a": {"x": 1, "y": 5}, "b": [9], "c": 3, "d": 4}
    assert base == {"a": {"x": 1, "y": 2}, "b": [1, 2], "c": 3}


@pytest.mark.fidelity("PROP-002")
def test_a_path_goes_on_into_the_document_of_a_job() -> None:
    """The configuration of a job is one JSON text, and a reference can pick a value out of it; no other text is read so."""
    described: Json = {"JobConfigDocument": '{"OutputModelPackageArn": "arn", "Stages": [{"Name": "a"}]}', "Other": '{"a": 1}'}

    assert find(described, ("JobConfigDocument", "OutputModelPackageArn")) == "arn"
    assert find(described, ("JobConfigDocument", "Stages", 0, "Name")) == "a"
    with pytest.raises(KeyError, match="'a'"):
        find(described, ("Other", "a"))


def test_a_document_that_is_no_json_holds_nothing() -> None:
    """The part that is missing is the first one that would have been inside."""
    with pytest.raises(KeyError, match="'OutputDataConfig'"):
        find({"JobConfigDocument": "{"}, ("JobConfigDocument", "OutputDataConfig", "S3OutputPath"))
