"""moto's hold on ``requests`` comes and goes without disturbing other mocks of it."""

import sys
from collections.abc import Callable
from typing import Any

import boto3
import pytest
import requests
import responses
from requests.adapters import HTTPAdapter

from pytest_smpipeline._doors.entrance import Doors

ELSEWHERE = "https://api.example.org/model"
S3 = "https://s3.us-east-1.amazonaws.com/"


def fetch(url: str) -> str:
    """What a GET of this URL returns."""
    return requests.get(url, timeout=5).text


def test_a_mock_of_responses_around_us_keeps_its_requests(service: Any) -> None:
    """Also once moto is awake; AWS is moto's."""
    with responses.RequestsMock() as theirs:
        theirs.get(ELSEWHERE, "theirs")
        doors = Doors(service)
        doors.open()
        boto3.client("s3").create_bucket(Bucket="data")
        assert fetch(ELSEWHERE) == "theirs"
        assert "data" in fetch(S3)
        doors.close()
        assert fetch(ELSEWHERE) == "theirs"
        assert len(theirs.calls) == 2


def test_a_mock_of_responses_inside_works_whenever_moto_wakes(doors: Doors) -> None:
    """Before, within or after: moto wakes up beneath it, and its end takes nothing of moto away."""
    with responses.RequestsMock() as theirs:
        theirs.get(ELSEWHERE, "theirs")
        boto3.client("s3").create_bucket(Bucket="data")
        assert fetch(ELSEWHERE) == "theirs"
    assert "data" in fetch(S3)
    with responses.RequestsMock() as theirs:
        theirs.get(ELSEWHERE, "again")
        assert fetch(ELSEWHERE) == "again"


def test_the_decorator_of_responses_keeps_its_record(doors: Doors) -> None:
    """moto would take over the default mock's answers and leave its calls empty."""
    doors.wake_moto()

    @responses.activate
    def inside() -> int:
        responses.get(ELSEWHERE, "theirs")
        fetch(ELSEWHERE)
        return len(responses.calls)

    assert inside() == 1


def test_the_instance_metadata_service_is_motos(doors: Doors) -> None:
    """moto plays it over ``requests``."""
    doors.wake_moto()
    assert "iam" in fetch("http://169.254.169.254/latest/meta-data/")


def test_without_moto_awake_requests_go_on(monkeypatch: pytest.MonkeyPatch, service: Any) -> None:
    """The gate is open until then."""
    with responses.RequestsMock() as theirs:
        theirs.get(S3, "theirs")
        doors = Doors(service)
        doors.open()
        assert fetch(S3) == "theirs"
        doors.close()


def test_the_gate_is_placed_when_moto_wakes_if_responses_was_not_there_before(monkeypatch: pytest.MonkeyPatch, service: Any) -> None:
    """Imported while the gate stands, ``responses`` would take it for the real thing."""
    real = vars(HTTPAdapter)["send"]
    doors = Doors(service)
    with monkeypatch.context() as patch:
        patch.delitem(sys.modules, "responses")
        doors.open()
        assert vars(HTTPAdapter)["send"] is real
    doors.wake_moto()
    assert vars(HTTPAdapter)["send"] is not real
    doors.close()
    assert vars(HTTPAdapter)["send"] is real


def test_a_mock_of_responses_that_outlives_us_keeps_working(service: Any) -> None:
    """Ending out of order, it finds things as they were (checked after every test)."""
    doors = Doors(service)
    doors.open()
    doors.wake_moto()
    theirs = responses.RequestsMock(assert_all_requests_are_fired=False)
    theirs.start()
    theirs.get(ELSEWHERE, "theirs")
    doors.close()
    assert fetch(ELSEWHERE) == "theirs"
    theirs.stop()


def test_a_failing_start_of_moto_puts_the_gate_back(monkeypatch: pytest.MonkeyPatch, early: Callable[..., Any], service: Any) -> None:
    """What cannot start leaves nothing behind."""
    from moto.core.models import MockAWS

    doors = Doors(service)
    doors.open()
    gate = vars(HTTPAdapter)["send"]
    with monkeypatch.context() as patch:
        patch.setattr(MockAWS, "start", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            early("s3").list_buckets()
        assert vars(HTTPAdapter)["send"] is gate
    assert early("s3").list_buckets()["Buckets"] == []
    doors.close()


def test_a_gate_that_somebody_still_holds_is_let_pass(monkeypatch: pytest.MonkeyPatch, service: Any) -> None:
    """After the end moto has no say in it any more."""
    with responses.RequestsMock() as theirs:
        theirs.get(S3, "theirs")
        doors = Doors(service)
        doors.open()
        doors.wake_moto()
        gate = vars(HTTPAdapter)["send"]
        doors.close()
        with monkeypatch.context() as patch:
            patch.setattr(HTTPAdapter, "send", gate)
            assert fetch(S3) == "theirs"
