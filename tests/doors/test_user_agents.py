"""User agents are what they are without us, and each part is written once."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from botocore import useragent
from botocore.config import Config

from pytest_smpipeline._doors.entrance import Doors
from pytest_smpipeline._doors.undo import Undo
from pytest_smpipeline._doors.user_agents import UserAgents

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


def test_a_part_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second call, in this activation or the next, asks for no letter of it again; afterwards all is as it was."""
    written: list[str] = []

    def write(part: useragent.UserAgentComponent) -> str:
        written.append(part.name)
        return f"{part.prefix}/{part.name}"

    monkeypatch.setattr(useragent.UserAgentComponent, "to_string", write)
    for _ in range(2):
        undo = Undo()
        UserAgents().open(undo)
        assert useragent.UserAgentComponent("os", "linux").to_string() == "os/linux"
        assert useragent.UserAgentComponent("os", "other").to_string() == "os/other"
        undo.run()
    assert useragent.UserAgentComponent("os", "linux").to_string() == "os/linux"
    assert (written, useragent.UserAgentComponent.to_string) == (["linux", "other", "linux"], write)


@pytest.mark.parametrize("place", [(useragent, "UserAgentComponent"), (useragent.UserAgentComponent, "to_string")], ids=["class", "method"])
def test_a_botocore_without_such_parts_is_left_alone(service: Any, monkeypatch: pytest.MonkeyPatch, place: tuple[object, str]) -> None:
    """It saves time alone, so nothing breaks where it does not fit."""
    monkeypatch.delattr(*place)
    doors = Doors(service)
    doors.open()
    assert not hasattr(*place)
    doors.close()
