"""The environment inside an activation, and the one after it."""

import os
from typing import Any

import boto3
import pytest
from moto import mock_aws

from pytest_smpipeline._doors.entrance import Doors, settle
from pytest_smpipeline.options import Options

NAMES = (
    "AWS_ACCESS_KEY_ID",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_DEFAULT_PROFILE",
    "AWS_DEFAULT_REGION",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_PROFILE",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_TOKEN",
)


def look() -> dict[str, str | None]:
    """The variables that are lent, as they are now."""
    return {name: os.environ.get(name) for name in NAMES}


def test_inside_there_are_keys_and_a_region_and_nothing_of_the_users(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a profile nor a token nor the instance's metadata can lead to real credentials."""
    for name in NAMES:
        monkeypatch.setenv(name, "real")
    service.options = Options(region="eu-west-1")
    doors = Doors(service)
    doors.open()
    assert look() == dict.fromkeys(NAMES) | {
        "AWS_ACCESS_KEY_ID": "SMPIPELINETESTACCESS",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SECRET_ACCESS_KEY": "smpipeline-test-secret-key",
    }
    assert boto3.client("sagemaker").meta.region_name == "eu-west-1"
    doors.close()


@pytest.mark.parametrize("value", [None, "", "real"])
def test_afterwards_everything_is_as_it_was(service: Any, monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    """Missing stays missing and empty stays empty, also when moto was woken or mocked in between."""
    for name in NAMES:
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    before = dict(os.environ)
    doors = Doors(service)
    doors.open()
    boto3.client("s3").list_buckets()
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").list_buckets()
    doors.close()
    assert dict(os.environ) == before


def test_a_nested_activation_lends_its_region(doors: Doors, service: Any) -> None:
    """And on leaving, the outer one's again."""
    for region in ("eu-west-1", "us-east-1"):
        service.options = Options(region=region)
        doors.refresh()
        assert boto3.client("sagemaker").meta.region_name == region


def test_a_region_that_the_test_has_set_is_not_overwritten(doors: Doors, service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own word counts."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-south-1")
    service.options = Options(region="eu-west-1")
    doors.refresh()
    assert os.environ["AWS_DEFAULT_REGION"] == "ap-south-1"


def test_a_variable_set_inside_and_undone_inside_changes_nothing(service: Any) -> None:
    """Nesting in order needs no care."""
    before = look()
    doors = Doors(service)
    doors.open()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "ap-south-1")
        patch.setenv("AWS_PROFILE", "theirs")
    doors.close()
    assert look() == before


@pytest.mark.parametrize("value", [None, "", "real"])
def test_a_variable_set_inside_and_undone_after_us_is_settled(service: Any, monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    """``monkeypatch`` puts back what it found, which was ours; when the test is over, what was there before us returns."""
    if value is not None:
        for name in NAMES:
            monkeypatch.setenv(name, value)
    before = look()
    patch, doors = pytest.MonkeyPatch(), Doors(service)
    doors.open()
    for name in NAMES:
        patch.setenv(name, "theirs")
    doors.close()
    assert look() == before
    patch.undo()
    assert look() != before
    settle()
    assert look() == before


def test_a_value_like_ours_that_somebody_sets_later_is_theirs(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once settled, nothing is taken for ours any more."""
    doors = Doors(service)
    doors.open()
    os.environ["AWS_DEFAULT_REGION"] = "ap-south-1"
    doors.close()
    settle()
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    settle()
    assert os.environ["AWS_DEFAULT_REGION"] == "us-east-1"


def test_a_mock_aws_that_ends_inside_us_leaves_no_keys_behind(service: Any) -> None:
    """What we found were moto's own dummies; they are not brought back."""
    before, theirs, doors = look(), mock_aws(), Doors(service)
    theirs.start()
    doors.open()
    theirs.stop()
    doors.close()
    assert look() == before


def test_a_mock_aws_that_outlives_us_keeps_its_keys(service: Any) -> None:
    """Until it ends; what it puts back then was ours, and is settled."""
    before, theirs, doors = look(), mock_aws(), Doors(service)
    doors.open()
    theirs.start()
    doors.close()
    assert os.environ["AWS_ACCESS_KEY_ID"] == "FOOBARKEY"
    theirs.stop()
    settle()
    assert look() == before
