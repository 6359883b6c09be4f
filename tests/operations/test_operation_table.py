"""The table of operations: complete, and true to the errors that the model declares."""

import ast
import functools
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.session import get_session

from pytest_smpipeline import SMPipelineMock
from pytest_smpipeline._operations.table import ANSWERED, OPERATIONS, SHARED
from pytest_smpipeline._wire import service_model

PACKAGE = Path(__file__).parents[2] / "pytest_smpipeline"

# What the service, its protocol and this emulation answer with although no operation's model declares it.
UNDECLARED = {"NotImplemented", "SerializationException", "UnknownOperationException", "ValidationException"}


def test_the_table_holds_every_pipeline_operation_of_botocore() -> None:
    """Eighteen operations, by the names that botocore has for them."""
    known = get_session().get_service_model("sagemaker").operation_names

    assert set(OPERATIONS) == {name for name in known if "Pipeline" in name}
    assert len(OPERATIONS) == 18


def test_shared_operations_are_those_of_other_resources_too() -> None:
    """None of them stands among the eighteen, and all are botocore's; those on tags go by an ARN, Search by its resource."""
    known = get_session().get_service_model("sagemaker").operation_names

    assert set(SHARED) <= set(known) - set(OPERATIONS)
    assert set(ANSWERED) == set(SHARED) | set(OPERATIONS)


@pytest.mark.parametrize("operation", ["AddTags", "DeleteTags", "ListTags"])
@pytest.mark.parametrize(
    ("body", "ours"),
    [
        ('{"ResourceArn": "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"}', True),
        (b'{"ResourceArn": "arn:aws-cn:sagemaker:cn-north-1:999999999999:pipeline/other"}', True),
        ('{"ResourceArn": "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn/execution/d84ewltjmxhe"}', False),
        ('{"ResourceArn": "arn:aws:sagemaker:us-east-1:123456789012:model/pipeline"}', False),
        ('{"ResourceArn": "churn"}', False),
        ('{"ResourceArn": 5}', False),
        ("{}", False),
        ("", False),
        (b"\xff", False),
    ],
    ids=["pipeline", "foreign pipeline", "execution", "model", "name", "number", "nothing", "empty", "unreadable"],
)
def test_an_operation_on_tags_is_ours_when_it_names_a_pipeline(
    smpipeline: SMPipelineMock, operation: str, body: bytes | str, *, ours: bool
) -> None:
    """By an ARN, also of a pipeline that is not there: its absence is ours to tell."""
    assert smpipeline._service.handles(operation, body) is ours


def test_the_body_of_an_operation_on_pipelines_alone_is_not_asked(smpipeline: SMPipelineMock) -> None:
    """Whatever is wrong with it is answered here."""
    assert smpipeline._service.handles("DescribePipeline", b"\xff")
    assert not smpipeline._service.handles(
        "ListTrainingJobs", b'{"ResourceArn": "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"}'
    )


@pytest.mark.parametrize("operation", ANSWERED)
def test_every_operation_checks_its_request_first(raw: Callable[..., tuple[int, dict[str, Any]]], operation: str) -> None:
    """What is of the wrong type reaches no operation."""
    status, payload = raw(operation, dict.fromkeys(service_model.current().input_shape(operation).members, 5.5))

    assert (status, payload["__type"]) == (400, "SerializationException")


@pytest.mark.fidelity("ERROR-003")
@pytest.mark.parametrize("operation", ["DescribePipelines", "describepipeline", "ListTrainingJobs", "Describe Pipeline\ud800"])
def test_another_operation_is_not_one_of_sagemaker_pipelines(raw: Callable[..., tuple[int, dict[str, Any]]], operation: str) -> None:
    """Doors ask first whether an operation is handled; what comes through nevertheless is told so."""
    assert raw(operation, {}) == (
        400,
        {
            "__type": "UnknownOperationException",
            "message": f"The operation {operation} is not one of SageMaker Pipelines.",
        },
    )


@pytest.mark.fidelity("ERROR-003")
def test_a_request_that_names_no_operation_is_told_so(raw: Callable[..., tuple[int, dict[str, Any]]]) -> None:
    """The operation travels in a header, which a client written by hand may forget."""
    assert raw("", {}) == (
        400,
        {
            "__type": "UnknownOperationException",
            "message": "The request names no operation: it has no header X-Amz-Target that begins with SageMaker.",
        },
    )


class Functions:
    """The functions of some modules: which of each other they name, and which error codes they raise themselves."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._bodies: dict[tuple[str, str], ast.AST] = {}
        self._names: dict[str, dict[str, tuple[str, str]]] = {}
        for module, source in sources.items():
            tree = ast.parse(source)
            own = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
            self._bodies |= {(module, name): node for name, node in own.items()}
            self._names[module] = {name: (module, name) for name in own}
            for node in tree.body:
                if isinstance(node, ast.ImportFrom):
                    self._names[module] |= {alias.asname or alias.name: (node.module or "", alias.name) for alias in node.names}

    def codes(self, module: str, name: str) -> set[str]:
        """Return the codes that a function, and whatever it names, can raise."""
        found: set[str] = set()
        pending, seen = [(module, name)], {(module, name)}
        while pending:
            place = pending.pop()
            if place in self._bodies:
                found |= raised_codes(self._bodies[place])
                named = {self._names[place[0]][word] for word in named_in(self._bodies[place]) if word in self._names[place[0]]}
                pending += named - seen
                seen |= named
        return found


@functools.cache
def named_in(body: ast.AST) -> set[str]:
    """Return every bare name that stands in a body."""
    return {node.id for node in ast.walk(body) if isinstance(node, ast.Name)}


@functools.cache
def raised_codes(body: ast.AST) -> set[str]:
    """Return the codes given to ServiceError, as a call of the class or of its ``__init__`` in a class derived from it."""
    found = set()
    for node in ast.walk(body):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"ServiceError", "super().__init__"} and node.args:
            code = node.args[0]
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                found.add(code.value)
    return found


@pytest.fixture(scope="module")
def functions() -> Functions:
    """Return the functions of the core, where every error but those of the protocol is raised."""
    places = ("exceptions.py", "_operations", "_definition", "_engine", "_neighbours")
    paths = [path for place in places for path in ([PACKAGE / place] if place.endswith(".py") else (PACKAGE / place).glob("*.py"))]
    names = {path: ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in paths}
    return Functions({names[path]: path.read_text(encoding="utf-8") for path in paths})


@pytest.mark.fidelity("ERROR-001")
@pytest.mark.parametrize("operation", ANSWERED)
def test_no_operation_raises_what_its_model_does_not_declare(functions: Functions, operation: str) -> None:
    """Clients catch modelled exceptions by name; one that the service cannot answer with would never be caught there."""
    function = ANSWERED[operation]
    name = function.__qualname__.partition(".")[0]  # that of the maker, for an operation that is not there yet

    codes = functions.codes(function.__module__, name)

    assert codes
    assert codes - UNDECLARED <= service_model.current().error_codes(operation)


def test_the_codes_of_a_function_are_found_wherever_they_are_raised(functions: Functions) -> None:
    """The check above follows names into other functions, modules and classes; this shows that it finds all there is."""
    assert functions.codes("pytest_smpipeline._operations.pipelines", "create_pipeline") == {
        "ConflictException",
        "ResourceLimitExceeded",
        "ValidationException",
    }
    assert functions.codes("pytest_smpipeline._operations.executions", "describe_pipeline_execution") == {"ResourceNotFound"}
    assert functions.codes("pytest_smpipeline._neighbours.s3", "read_object") == {"ValidationException"}


def test_a_code_behind_an_import_is_found() -> None:
    """A function of another module, and a class derived from ServiceError."""
    found = Functions(
        {
            "a": "from b import g\ndef f():\n    return partial(g)\ndef unused():\n    raise ServiceError('No', 'x')",
            "b": "def g():\n    raise E\nclass E(ServiceError):\n    def __init__(self):\n        super().__init__('Yes', 'x')",
        }
    )

    assert found.codes("a", "f") == {"Yes"}
    assert found.codes("a", "unused") == {"No"}


@pytest.mark.fidelity("ERROR-002")
@pytest.mark.parametrize(
    ("operation", "body", "code", "member"),
    [
        ("DescribePipeline", {"PipelineName": "nothing"}, "ResourceNotFound", "Message"),
        ("DescribePipeline", {}, "ValidationException", "message"),
    ],
)
def test_a_modelled_error_has_its_message_as_the_model_names_it(
    raw: Callable[..., tuple[int, dict[str, Any]]], operation: str, body: object, code: str, member: str
) -> None:
    """The modelled exceptions have the member Message; all others answer with message, and nothing else."""
    _, payload = raw(operation, json.dumps(body))

    assert payload.keys() == {"__type", member}
    assert payload["__type"] == code
