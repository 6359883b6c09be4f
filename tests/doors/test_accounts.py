"""Whose account a call is made in."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.credentials import DeferredRefreshableCredentials, RefreshableCredentials
from moto import mock_aws

from pytest_smpipeline._doors.accounts import access_key_of, operation_of
from pytest_smpipeline._doors.entrance import Doors
from pytest_smpipeline.options import Options

ROLE = "arn:aws:iam::{}:role/ci"


def session_in(account_id: str, sts: Any) -> boto3.Session:
    """A session with the credentials of a role in another account."""
    role = sts.assume_role(RoleArn=ROLE.format(account_id), RoleSessionName="session")["Credentials"]
    return boto3.Session(role["AccessKeyId"], role["SecretAccessKey"], role["SessionToken"], region_name="us-east-1")


@pytest.mark.fidelity("DOOR-002")
@pytest.mark.parametrize("wire", ["express", "full"])
def test_roles_of_two_accounts_call_as_two_accounts(doors: Doors, service: Any, wire: Any) -> None:
    """The access key that signs decides, on both roads."""
    service.options = Options(wire=wire)
    for account_id in ("444455556666", "777788889999"):
        session_in(account_id, boto3.client("sts")).client("sagemaker").list_pipelines()
    boto3.client("sagemaker").list_pipelines()
    assert [request.account_id for request in service.requests] == ["444455556666", "777788889999", "123456789012"]


def test_an_iam_user_calls_as_its_account(doors: Doors, service: Any) -> None:
    """Keys that moto has given out are known."""
    service.options = Options(account_id="111122223333")
    doors.refresh()
    iam = boto3.client("iam")
    iam.create_user(UserName="ci")
    key = iam.create_access_key(UserName="ci")["AccessKey"]
    service.options = Options(account_id="444455556666")
    boto3.client("sagemaker", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"]).list_pipelines()
    assert service.last.account_id == "111122223333"


def test_a_role_in_motos_default_account_is_known_too(doors: Doors, service: Any) -> None:
    """It is told apart from a key that moto does not know."""
    service.options = Options(account_id="111122223333")
    doors.refresh()
    session_in("123456789012", boto3.client("sts")).client("sagemaker").list_pipelines()
    assert service.last.account_id == "123456789012"


def test_motos_services_are_in_the_account_of_the_options(service: Any) -> None:
    """Whoever asks STS is told what the ARNs of pipelines say."""
    service.options = Options(account_id="111122223333")
    doors = Doors(service)
    doors.open()
    sts = boto3.client("sts")
    assert sts.get_caller_identity()["Account"] == "111122223333"
    assert session_in("444455556666", sts).client("sts").get_caller_identity()["Account"] == "444455556666"
    service.options = Options(account_id="777788889999")
    doors.refresh()
    assert sts.get_caller_identity()["Account"] == "777788889999"
    service.options = Options()
    doors.refresh()
    assert sts.get_caller_identity()["Account"] == "123456789012"
    doors.close()


def test_a_mock_aws_that_was_there_first_keeps_its_default_account(service: Any) -> None:
    """What was seeded in it stays reachable."""
    service.options = Options(account_id="111122223333")
    with mock_aws():
        boto3.client("sqs", region_name="us-east-1").create_queue(QueueName="seeded")
        doors = Doors(service)
        doors.open()
        assert boto3.client("sqs").get_queue_url(QueueName="seeded")["QueueUrl"].endswith("/123456789012/seeded")
        boto3.client("sagemaker").list_pipelines()
        doors.close()
    assert service.last.account_id == "111122223333"


def test_credentials_of_a_profile_that_assumes_a_role_are_fetched(
    doors: Doors, service: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is a call to STS, and moto answers it."""
    config = tmp_path / "config"
    config.write_text(f"[profile ci]\nrole_arn = {ROLE.format('444455556666')}\ncredential_source = Environment\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    boto3.Session(profile_name="ci").client("sagemaker").list_pipelines()
    assert service.last.account_id == "444455556666"


@pytest.mark.express
def test_credentials_that_renew_themselves_are_taken_as_they_are(doors: Doors, service: Any) -> None:
    """Renewing may ask the machine's metadata service, and nothing is signed here."""

    def renew() -> dict[str, str]:
        raise AssertionError

    session: Any = botocore.session.get_session()
    expired = datetime.now(UTC) - timedelta(days=1)
    session._credentials = RefreshableCredentials("OLDKEY", "S", "T", expired, renew, "iam-role")
    session.create_client("sagemaker").list_pipelines()
    assert service.last.access_key == "OLDKEY"
    assert access_key_of(DeferredRefreshableCredentials(renew, "sso")) is None


@pytest.mark.parametrize(
    ("target", "operation"),
    [("SageMaker.ListPipelines", "ListPipelines"), (b"SageMaker.ListPipelines", "ListPipelines"), ("SageMaker", None), ("SQS.Send", None)],
    ids=["text", "bytes", "no operation", "another service"],
)
def test_the_target_header_names_the_operation(target: Any, operation: str | None) -> None:
    """As text or bytes, and only SageMaker's."""
    assert operation_of({"X-Amz-Target": target}) == operation


def test_a_key_of_nobody_costs_moto_no_account(doors: Doors, early: Callable[..., Any]) -> None:
    """Looking an account up creates none."""
    from moto.iam.models import iam_backends

    doors.wake_moto()
    boto3.client("sagemaker").list_pipelines()
    assert list(iam_backends) == []
