"""Clients without credentials can sign while the doors are open, and are as they were afterwards."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.credentials import Credentials
from botocore.exceptions import NoCredentialsError

from pytest_smpipeline._doors.entrance import Doors
from pytest_smpipeline._doors.lending import Lending
from pytest_smpipeline._doors.undo import Undo
from pytest_smpipeline.options import Options


def test_a_client_without_credentials_may_call_other_services(early: Callable[..., Any], doors: Doors) -> None:
    """moto would answer, so signing must not fail before."""
    assert early("sts").get_caller_identity()["Account"] == "123456789012"


def test_what_was_lent_is_taken_back(early: Callable[..., Any], service: Any) -> None:
    """After the end such a client cannot sign, as before."""
    client, doors = early("sts"), Doors(service)
    doors.open()
    client.get_caller_identity()
    doors.close()
    with pytest.raises(NoCredentialsError):
        client.get_caller_identity()


def test_credentials_that_a_client_got_meanwhile_stay(early: Callable[..., Any], service: Any) -> None:
    """Only ours are taken back."""
    client, doors = early("sts"), Doors(service)
    doors.open()
    client.get_caller_identity()
    theirs = boto3.Session("KEY", "SECRET").get_credentials()
    client._request_signer._credentials = theirs
    doors.close()
    assert client._request_signer._credentials is theirs


def test_a_call_that_is_still_under_way_at_the_end_borrows_nothing(early: Callable[..., Any]) -> None:
    """It would keep what nobody takes back any more."""
    client, lending, undo = early("sts"), Lending(), Undo()
    lending.open(undo)
    undo.run()
    lending.lend(client, Credentials)
    assert client._request_signer._credentials is None


def test_a_clients_own_credentials_are_not_replaced(doors: Doors, service: Any) -> None:
    """They decide the account, and what they sign does not leave."""
    service.options = Options(wire="full")
    boto3.client("sagemaker", aws_access_key_id="THEIRS", aws_secret_access_key="S").list_pipelines()
    assert service.last.access_key == "THEIRS"


def test_the_default_session_forgets_what_it_read_from_us(service: Any) -> None:
    """boto3 keeps credentials for good; later calls must look for the real ones again."""
    doors = Doors(service)
    doors.open()
    boto3.client("sagemaker").list_pipelines()
    doors.close()
    session: Any = boto3.DEFAULT_SESSION
    assert session.get_credentials() is None


def test_the_default_session_keeps_credentials_of_its_own(service: Any) -> None:
    """A session that was set up by the user is the user's."""
    boto3.setup_default_session(aws_access_key_id="THEIRS", aws_secret_access_key="SECRET", region_name="eu-west-1")
    session: Any = boto3.DEFAULT_SESSION
    kept = session.get_credentials()
    doors = Doors(service)
    doors.open()
    boto3.client("sagemaker").list_pipelines()
    doors.close()
    assert (service.last.access_key, service.last.region) == ("THEIRS", "eu-west-1")
    assert session.get_credentials() is kept
    assert boto3.DEFAULT_SESSION is session
