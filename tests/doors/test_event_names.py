"""Names of events are translated once for all sessions, and as each would translate them itself."""

import boto3
import pytest
from botocore import hooks
from botocore.hooks import EventAliaser, HierarchicalEmitter

from pytest_smpipeline._doors import event_names
from pytest_smpipeline._doors.entrance import Doors

NAMES = (
    "before-call.sagemaker.ListPipelines",
    "before-call.elb",
    "docs.*.cognito-sync.x",
    "creating-client-class.iot-data",
    "choose-signer",
)


@pytest.fixture(autouse=True)
def nothing_shared_yet() -> None:
    """What earlier tests had translated is forgotten."""
    event_names.forget()


def translated(emitter: EventAliaser) -> list[str]:
    """What an emitter makes of the names."""
    return [emitter._alias_event_name(name) for name in NAMES]  # type: ignore[attr-defined] # its stubs do not have it


def emitter(**aliases: str) -> EventAliaser:
    """An emitter with aliases of its own, or with botocore's."""
    return EventAliaser(HierarchicalEmitter(), aliases or None)


def test_names_are_what_they_are_without_us(doors: Doors) -> None:
    """At the first emitter, which works them out, and at the next, which is told."""
    first, second = translated(emitter()), translated(emitter())
    doors.close()
    assert [first, second] == [translated(emitter())] * 2
    assert first != list(NAMES)
    doors.open()


def test_what_one_session_has_translated_another_knows(doors: Doors) -> None:
    """A session copies its emitter for each of its clients, and the copies share as well."""
    boto3.Session(region_name="us-east-1").client("sagemaker", aws_access_key_id="AKIA", aws_secret_access_key="secret")
    known = len(event_names._known)
    assert known > len(NAMES)
    boto3.Session(region_name="us-east-1").client("sagemaker", aws_access_key_id="AKIA", aws_secret_access_key="secret")
    assert len(event_names._known) == known


def test_an_emitter_with_aliases_of_its_own_shares_nothing(doors: Doors) -> None:
    """Its names may become something else."""
    assert translated(emitter(elb="mine"))[1] == "before-call.mine"
    assert translated(emitter())[1] == "before-call.elastic-load-balancing"
    assert translated(emitter(elb="mine"))[1] == "before-call.mine"


@pytest.mark.parametrize(
    "place", [(hooks, "EventAliaser"), (hooks, "EVENT_ALIASES"), (EventAliaser, "__init__")], ids=["class", "aliases", "method"]
)
def test_a_botocore_without_such_emitters_is_left_alone(
    service: object, monkeypatch: pytest.MonkeyPatch, place: tuple[object, str]
) -> None:
    """It saves time alone, so nothing breaks where it does not fit."""
    monkeypatch.delattr(*place)
    before = vars(EventAliaser).get("__init__")
    doors = Doors(service)  # type: ignore[arg-type] # the fake is one
    doors.open()
    assert vars(EventAliaser).get("__init__") is before
    doors.close()


def test_no_emitter_shares_where_models_are_not_shared(service: object) -> None:
    """One option turns both off."""
    before = vars(EventAliaser)["__init__"]
    doors = Doors(service, share_models=False)  # type: ignore[arg-type] # the fake is one
    doors.open()
    assert vars(EventAliaser)["__init__"] is before
    doors.close()
