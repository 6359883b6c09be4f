"""SageMaker's own model, in plain shapes."""

import subprocess
import sys
from collections.abc import Callable
from threading import Barrier, Thread

import botocore.loaders
import botocore.model
import botocore.session
import pytest

from pytest_smpipeline._wire import service_model
from pytest_smpipeline._wire.service_model import SageMakerModel
from pytest_smpipeline.shapes import Shape


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process have no model yet."""
    monkeypatch.setattr(service_model, "_models", {})


def parsed() -> botocore.model.ServiceModel:
    """Return a freshly parsed model, as a client has one."""
    return botocore.session.get_session().get_service_model("sagemaker")


def test_importing_the_module_does_not_import_botocore() -> None:
    """Loading the plugin costs nothing: botocore is imported when a model is first needed."""
    program = "import sys, pytest_smpipeline._wire.service_model; sys.exit('botocore' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.usefixtures("forgotten")
def test_the_model_is_loaded_once() -> None:
    """The process has one model."""
    assert service_model.current() is service_model.current()


def test_operations_are_those_of_the_installed_botocore(model: SageMakerModel) -> None:
    """An operation exists when the installed model has it."""
    assert model.operations == frozenset(parsed().operation_names)
    assert model.has_operation("DescribePipeline")
    assert not model.has_operation("DescribePipelines")


def test_an_input_shape_carries_the_constraints(model: SageMakerModel) -> None:
    """What the validation needs is there, by the model's own names."""
    shape = model.input_shape("StartPipelineExecution")

    name = shape.members["PipelineName"]
    assert shape.type == "structure"
    assert shape.required == {"PipelineName", "ClientRequestToken"}
    assert (name.type, name.minimum, name.maximum) == ("string", 1, 2048)
    assert name.pattern is not None
    assert "pipeline/" in name.pattern


def test_a_list_knows_its_element(model: SageMakerModel) -> None:
    """A list's element is a shape like any other."""
    parameters = model.input_shape("StartPipelineExecution").members["PipelineParameters"]

    assert (parameters.type, parameters.minimum, parameters.maximum) == ("list", 0, 200)
    assert parameters.element is not None
    assert list(parameters.element.members) == ["Name", "Value"]


def test_a_map_knows_its_values(model: SageMakerModel) -> None:
    """What a map holds under its names is a shape like any other."""
    environment = model.input_shape("CreateTrainingJob").members["Environment"]

    assert environment.type == "map"
    assert environment.value is not None
    assert environment.value.type == "string"


def test_a_shape_is_converted_once(model: SageMakerModel) -> None:
    """Shapes compare by identity, so one name is one shape."""
    assert model.input_shape("StopPipelineExecution") is model.input_shape("StopPipelineExecution")


def test_a_recursive_shape_contains_itself(model: SageMakerModel) -> None:
    """Search takes expressions inside expressions: the same shape, however deep."""
    expression = model.input_shape("Search").members["SearchExpression"]

    assert expression.members["SubExpressions"].element is expression


def test_an_output_shape_tells_what_an_answer_has(model: SageMakerModel) -> None:
    """Answers have shapes as requests do."""
    assert list(model.output_shape("StopPipelineExecution").members) == ["PipelineExecutionArn"]


def test_an_operation_that_gives_nothing_has_an_empty_output_shape(model: SageMakerModel) -> None:
    """Where the model has no output, there is a structure without members, so that no caller needs a special case."""
    known = parsed()
    silent = next(name for name in known.operation_names if known.operation_model(name).output_shape is None)

    shape = model.output_shape(silent)

    assert shape.type == "structure"
    assert dict(shape.members) == {}


def test_error_codes_are_the_declared_ones(model: SageMakerModel) -> None:
    """The model declares each operation's exceptions; ListPipelines has none."""
    assert model.error_codes("StartPipelineExecution") == {"ConflictException", "ResourceLimitExceeded", "ResourceNotFound"}
    assert model.error_codes("ListPipelines") == frozenset()


def test_an_enum_keeps_the_models_order(model: SageMakerModel) -> None:
    """Enums are read from the installed model: newer installs know more statuses."""
    assert model.enum("PipelineExecutionStatus")[:5] == ("Executing", "Stopping", "Stopped", "Failed", "Succeeded")


def test_threads_share_one_shape(shapes_within: Callable[[Shape], set[Shape]]) -> None:
    """A server's threads may ask for the same operation at once: each gets the same, whole shape."""
    fresh = SageMakerModel(parsed())
    start = Barrier(4)
    seen: list[set[Shape]] = []

    def ask() -> None:
        start.wait()
        seen.append(shapes_within(fresh.input_shape("Search")))

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == 4
    assert all(shapes == seen[0] for shapes in seen)
