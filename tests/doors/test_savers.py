"""What saves time alone is opened by the first call, and put back exactly as it was."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.loaders import JSONFileLoader, Loader
from botocore.useragent import UserAgentString

from pytest_smpipeline._doors.entrance import Doors, settle

BELL = "_resolve_endpoint_ruleset"
Observe = Callable[[], dict[str, object]]


def is_saving() -> bool:
    """Whether something saves time at calls; user agents stand for all that does."""
    return bool(vars(UserAgentString)["to_string"].__module__ != "botocore.useragent")


def test_without_a_call_nothing_is_patched_that_makes_calls_cheap(service: Any, observe: Observe, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the place by which the first call comes is, and what has to stand where calls are answered and sessions are made."""
    monkeypatch.delitem(sys.modules, "aiobotocore.client", raising=False)  # whose clients do not come by
    before = observe()
    doors = Doors(service)
    doors.open()
    during = observe()
    doors.close()
    assert {name for name in before if during[name] != before[name]} == {
        "BaseClient.__init__",
        "BaseClient._make_request",
        "BaseClient._resolve_endpoint_ruleset",
        "Endpoint._send",
        "EventAliaser.__init__",
        "HTTPAdapter.send",
        "JSONFileLoader._load_file",
        "environment",
        "moto's callback",
    }
    assert observe() == before


def test_the_first_call_opens_it_and_leaves_the_place_as_it_was(early: Callable[..., Any], service: Any) -> None:
    """Later calls do not come by any more."""
    client, resolve = early(), vars(BaseClient)[BELL]
    doors = Doors(service)
    doors.open()
    assert vars(BaseClient)[BELL] is not resolve
    client.list_pipelines()
    assert vars(BaseClient)[BELL] is resolve
    assert is_saving()
    doors.close()
    assert not is_saving()


def test_a_first_call_that_fails_opens_it_too(early: Callable[..., Any], service: Any, observe: Observe) -> None:
    """And it is put back like after any other."""
    client, before = early(), observe()
    doors = Doors(service)
    doors.open()
    service.replies = [KeyError("a bug")]
    with pytest.raises(KeyError):
        client.list_pipelines()
    assert is_saving()
    doors.close()
    assert observe() == before


def test_threads_may_make_the_first_call_at_once(early: Callable[..., Any], service: Any, observe: Observe) -> None:
    """All are answered, and everything is patched once."""
    clients, before = [early() for _ in range(4)], observe()
    for _ in range(10):
        doors, barrier = Doors(service), threading.Barrier(len(clients))

        def call(client: Any, barrier: threading.Barrier = barrier) -> None:
            barrier.wait()
            client.list_pipelines()

        doors.open()
        threads = [threading.Thread(target=call, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert is_saving()
        doors.close()
        assert observe() == before
    assert len(service.requests) == 40


def test_a_patch_over_the_place_is_left_alone_and_called_every_time(early: Callable[..., Any], service: Any) -> None:
    """Also when it goes after us: then the rest is settled."""
    client, resolve, seen = early(), vars(BaseClient)[BELL], []
    doors, patch = Doors(service), pytest.MonkeyPatch()
    doors.open()
    ours = vars(BaseClient)[BELL]

    def theirs(*arguments: Any, **keywords: Any) -> object:
        seen.append(arguments[1].name)
        return ours(*arguments, **keywords)

    patch.setattr(BaseClient, BELL, theirs)
    client.list_pipelines()
    client.list_pipelines()
    assert is_saving()
    doors.close()
    assert vars(BaseClient)[BELL] is theirs
    patch.undo()
    assert vars(BaseClient)[BELL] is ours
    settle()
    assert vars(BaseClient)[BELL] is resolve
    assert seen == ["ListPipelines", "ListPipelines"]


def test_a_call_that_is_still_under_way_at_the_end_opens_nothing(early: Callable[..., Any], service: Any) -> None:
    """It would be left as it is for good; the call itself passes through."""
    client, doors = early(), Doors(service)
    doors.open()
    ours = vars(BaseClient)[BELL]
    doors.close()
    model = client.meta.service_model.operation_model("ListPipelines")
    assert ours(client, model, {}, {})[0] == "https://api.sagemaker.us-east-1.amazonaws.com"
    assert not is_saving()


def test_lists_of_services_are_shared_from_the_first_file_that_a_session_loads(service: Any, tmp_path: Path) -> None:
    """No session asks for one before; after the end a loader that is still at it opens nothing."""
    before = vars(Loader)["list_available_services"]
    doors = Doors(service)
    doors.open()
    load = vars(JSONFileLoader)["_load_file"]
    assert vars(Loader)["list_available_services"] is before
    Loader().load_data("endpoints")
    assert vars(Loader)["list_available_services"] is not before
    doors.close()
    tmp_path.joinpath("model.json").write_text("{}", encoding="utf-8")
    assert load(JSONFileLoader(), str(tmp_path / "model.json"), open) == {}
    assert vars(Loader)["list_available_services"] is before


def test_a_botocore_without_the_place_has_everything_from_the_start(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It saves time all the same."""
    monkeypatch.delattr(BaseClient, BELL)
    doors = Doors(service)
    doors.open()
    assert is_saving()
    doors.close()
    assert not is_saving()
    monkeypatch.undo()
