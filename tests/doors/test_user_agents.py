"""User agents are what they are without us, and each is written once."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from botocore import useragent
from botocore.config import Config

from pytest_smpipeline._doors.entrance import Doors

APPLICATION: Any = {"user_agent_appid": "app with (letters) that are not allowed"}
"""Its stubs do not know this option of botocore's."""


def sent_agent(client: Any) -> str:
    """The header of a call, as a handler sees it that answers the call itself."""
    seen: list[str] = []

    def answer(params: Any, **_: object) -> tuple[Any, dict[str, object]]:
        seen.append(params["headers"]["User-Agent"])
        return SimpleNamespace(status_code=200), {}

    client.meta.events.register_first("before-call", answer, unique_id="agent")
    client.list_pipelines()
    client.meta.events.unregister("before-call", unique_id="agent")
    return seen[0]


@pytest.mark.parametrize(
    "config",
    [
        Config(),
        Config(user_agent="mine/1.0", user_agent_extra="extra/2"),
        Config(user_agent_extra="ünd mehr", retries={"mode": "adaptive"}),
        Config(**APPLICATION),
    ],
    ids=["plain", "own", "extra", "application"],
)
def test_the_header_is_what_it_is_without_us(service: Any, early: Callable[..., Any], config: Config) -> None:
    """Whatever a client adds to it, at the first call and at the next ones."""
    client = early(config=config)
    without = parts(sent_agent(client))
    doors = Doors(service)
    doors.open()
    inside = [parts(sent_agent(client)) for _ in range(2)]
    doors.close()
    assert inside == [without, without]


def parts(agent: str) -> list[object]:
    """The parts of a header; botocore lists a client's features in no order."""
    return [sorted(part[2:].split(",")) if part.startswith("m/") else part for part in agent.split(" ")]


def test_a_header_is_written_once(early: Callable[..., Any], list_often: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    """A second call, in this activation or the next, does not write it again; afterwards all is as it was."""
    write, written = useragent.UserAgentString.to_string, list[object]()

    def counted(writer: useragent.UserAgentString) -> str:
        written.append(writer)
        return write(writer)

    monkeypatch.setattr(useragent.UserAgentString, "to_string", counted)
    clients = [early(), early()]

    list_often(*clients)

    assert [written.count(client._user_agent_creator) for client in clients] == [1, 1]
    assert useragent.UserAgentString.to_string is counted


def change_session(client: Any) -> None:
    """As botocore does with what a session says of itself."""
    client._user_agent_creator.set_session_config("mine", "1.0", "extra")


def change_config(client: Any) -> None:
    """As the SageMaker SDK does with the clients it is given."""
    client._client_config.user_agent_extra = "AWS-SageMaker-Python-SDK/2"


def change_features(client: Any) -> None:
    """As botocore does when a feature is used after the client was made."""
    client._user_agent_creator._client_features.add("own")


@pytest.mark.parametrize("change", [change_session, change_config, change_features])
def test_what_a_client_is_told_later_is_in_the_next_header(service: Any, early: Callable[..., Any], change: Callable[[Any], None]) -> None:
    """Nothing is kept beyond the change, and both headers are what they are without us."""
    client, other = early(), early()
    doors = Doors(service)
    doors.open()
    inside = [parts(sent_agent(client))]
    change(client)
    inside.append(parts(sent_agent(client)))
    doors.close()

    outside = [parts(sent_agent(other))]
    change(other)
    outside.append(parts(sent_agent(other)))
    assert inside == outside
    assert inside[0] != inside[1]


@pytest.mark.parametrize(
    "place",
    [(useragent, "UserAgentString"), (useragent.UserAgentString, "to_string"), (useragent, "get_context")],
    ids=["class", "method", "context"],
)
def test_a_botocore_without_such_writers_is_left_alone(
    service: Any, early: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, place: tuple[object, str]
) -> None:
    """It saves time alone, so nothing breaks where it does not fit."""
    client, before = early(), vars(useragent.UserAgentString)["to_string"]
    monkeypatch.delattr(*place)
    doors = Doors(service)
    doors.open()
    client._resolve_endpoint_ruleset(client.meta.service_model.operation_model("ListPipelines"), {}, {})  # with which a call begins
    assert not hasattr(*place)
    monkeypatch.undo()
    assert vars(useragent.UserAgentString)["to_string"] is before
    doors.close()
