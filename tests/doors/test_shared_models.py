"""Sessions share what they parse while the doors are open, and nothing that one of them changes."""

import gzip
import json
import os
import threading
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.loaders import JSONFileLoader, Loader

from pytest_smpipeline._doors import shared_models
from pytest_smpipeline._doors.entrance import Doors

STOCK = vars(JSONFileLoader)["_load_file"], vars(Loader)["list_available_services"]


@pytest.fixture(autouse=True)
def nothing_shared_yet() -> None:
    """What earlier tests had parsed is forgotten."""
    shared_models.forget()


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that botocore really parses from now on, beneath whatever opens later."""
    files: list[str] = []

    def load_file(loader: JSONFileLoader, full_path: str, open_method: Any) -> object:
        if Path(full_path).is_file():
            files.append(Path(full_path).name)
        return STOCK[0](loader, full_path, open_method)

    monkeypatch.setattr(JSONFileLoader, "_load_file", load_file)
    return files


def new_client(service: str = "sagemaker") -> Any:
    """A client of a session of its own."""
    session = boto3.Session(aws_access_key_id="AKIA", aws_secret_access_key="secret", region_name="us-east-1")
    return session.client(service)  # type: ignore[call-overload]


def model_of(client: Any) -> Any:
    """The description that a client was made from."""
    return client.meta.service_model._service_description


def test_sessions_parse_a_model_once(parsed: list[str], doors: Doors) -> None:
    """The second session's client is made without parsing a file or looking through hundreds of folders."""
    new_client()
    assert "service-2.json.gz" in parsed
    parsed.clear()
    second = new_client()
    assert parsed == []
    assert second.meta.service_model.operation_model("StartPipelineExecution").input_shape.members["PipelineName"].type_name == "string"


def test_sessions_get_the_model_that_they_would_have_parsed(doors: Doors) -> None:
    """Every file that a client is made of has the same content, in the same order, and the same services are found."""
    shared = Loader()
    doors.close()
    stock = Loader()
    doors.open()
    for name in ("service-2", "paginators-1", "waiters-2", "endpoint-rule-set-1"):
        assert json.dumps(shared.load_service_model("sagemaker", name)) == json.dumps(stock.load_service_model("sagemaker", name))
    assert json.dumps(shared.load_data("endpoints")) == json.dumps(stock.load_data("endpoints"))
    assert shared.list_available_services("service-2") == stock.list_available_services("service-2")
    assert Loader().list_available_services("service-2") == stock.list_available_services("service-2")


def test_a_model_that_a_user_changes_is_changed_in_that_session_alone(doors: Doors) -> None:
    """In a session that was there before as little as in one that comes later, and the list of services too is one's own."""
    early, changed = new_client(), new_client()
    model_of(changed)["shapes"]["PipelineName"]["max"] = 1
    model_of(changed)["operations"]["StartPipelineExecution"]["http"]["requestUri"] = "/elsewhere"
    del model_of(changed)["shapes"]["StartPipelineExecutionRequest"]["members"]["PipelineParameters"]
    changed.meta.service_model._service_description["metadata"]["endpointPrefix"] = "elsewhere"
    Loader().list_available_services("service-2").clear()
    for client in (early, new_client()):
        model = model_of(client)
        assert model["shapes"]["PipelineName"]["max"] == 256
        assert model["operations"]["StartPipelineExecution"]["http"]["requestUri"] == "/"
        assert "PipelineParameters" in model["shapes"]["StartPipelineExecutionRequest"]["members"]
        assert model["metadata"]["endpointPrefix"] == "api.sagemaker"


def write_model(folder: Path, service: str, title: str, *, zipped: bool = False) -> None:
    """Put the model of a small service into a folder of models."""
    place = folder / service / "2026-01-01"
    place.mkdir(parents=True, exist_ok=True)
    metadata = {"protocol": "json", "serviceFullName": title, "endpointPrefix": service, "signatureVersion": "v4", "serviceId": "Own"}
    text = json.dumps({"version": "2.0", "metadata": metadata, "operations": {}, "shapes": {}}).encode()
    (place / f"service-2.json{'.gz' * zipped}").write_bytes(gzip.compress(text) if zipped else text)
    (place / "endpoint-rule-set-1.json").write_text('{"version": "1.0", "parameters": {}, "rules": []}', encoding="utf-8")


@pytest.mark.parametrize("zipped", [False, True])
def test_models_of_a_data_path_are_seen_by_its_sessions_alone(
    *, zipped: bool, doors: Doors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``AWS_DATA_PATH`` may bring services of its own and other models of those that botocore has."""
    write_model(tmp_path, "sagemaker", "Another SageMaker", zipped=zipped)
    write_model(tmp_path, "own", "A service of one's own", zipped=zipped)
    assert "own" not in botocore.session.Session().get_available_services()
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    session = botocore.session.Session()
    assert "own" in session.get_available_services()
    assert session.get_service_model("sagemaker", "2026-01-01").metadata["serviceFullName"] == "Another SageMaker"
    monkeypatch.delenv("AWS_DATA_PATH")
    later = botocore.session.Session()
    assert "own" not in later.get_available_services()
    assert later.get_service_model("sagemaker").metadata["serviceFullName"] == "Amazon SageMaker Service"


def test_a_file_that_has_changed_is_read_again(doors: Doors, tmp_path: Path) -> None:
    """As another session would, also when it is of the same length; one that is gone is not found."""
    write_model(tmp_path, "own", "Before")
    assert Loader([str(tmp_path)]).load_service_model("own", "service-2")["metadata"]["serviceFullName"] == "Before"
    write_model(tmp_path, "own", "Behind")
    file = tmp_path / "own" / "2026-01-01" / "service-2.json"
    os.utime(file, ns=(1, 1))
    assert Loader([str(tmp_path)]).load_service_model("own", "service-2")["metadata"]["serviceFullName"] == "Behind"
    file.unlink()
    file.mkdir()
    assert "own" not in Loader([str(tmp_path)]).list_available_services("service-2")
    assert JSONFileLoader().load_file(str(file.with_suffix(""))) is None


def test_a_loader_of_somebodys_own_lists_services_its_own_way(doors: Doors, tmp_path: Path) -> None:
    """What its class or its reader of files finds is known to them alone."""

    class Reader(JSONFileLoader):
        def exists(self, file_path: str) -> bool:
            return False

    class Finder(Loader):
        pass

    assert "sagemaker" in Finder().list_available_services("service-2")
    assert Loader(file_loader=Reader()).list_available_services("service-2") == []
    assert "sagemaker" in Loader().list_available_services("service-2")


def test_sessions_of_several_threads_parse_a_model_once(parsed: list[str], doors: Doors) -> None:
    """They wait for the one that parses, and all get what it has parsed."""
    made: list[str] = []
    threads = [
        threading.Thread(target=lambda: made.append(Loader().load_service_model("sagemaker", "paginators-1")["pagination"].popitem()[0]))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 6
    assert len(set(made)) == 1
    assert parsed.count("paginators-1.json") + parsed.count("paginators-1.json.gz") == 1


def test_sharing_ends_with_the_doors(parsed: list[str], doors: Doors) -> None:
    """Then every session parses for itself again, and one that was made meanwhile keeps what it has."""
    meanwhile = new_client()
    doors.close()
    parsed.clear()
    new_client()
    assert "service-2.json.gz" in parsed
    assert vars(Loader)["list_available_services"] is STOCK[1]
    assert model_of(meanwhile)["shapes"]["PipelineName"]["max"] == 256


def test_sharing_can_be_left_out(parsed: list[str], service: Any) -> None:
    """Then nothing of the loader is patched."""
    patched = vars(JSONFileLoader)["_load_file"]
    doors = Doors(service, share_models=False)
    doors.open()
    try:
        assert vars(JSONFileLoader)["_load_file"] is patched
        assert vars(Loader)["list_available_services"] is STOCK[1]
    finally:
        doors.close()


def test_memory_is_given_back_on_demand(parsed: list[str], doors: Doors) -> None:
    """What was forgotten is parsed anew, and the same services are found."""
    new_client()
    shared_models.forget()
    parsed.clear()
    new_client()
    assert "service-2.json.gz" in parsed
