"""Function jobs: Python functions that the SageMaker SDK has stored in S3, run in this process as their jobs run them in a container.

What the SDK's own entry point does there is done here with the SDK's own parts, which are private: they read the function and its
arguments from S3, fetch the results of earlier steps, call the function, and store what it returns. It is the SDK that is installed
which knows how all this is stored; the layout differs between its versions. Everything it reads and writes goes to moto.

What is loaded is pickled code: it may do anything. Nothing is loaded unless a test asks for it.
"""

import importlib
import inspect
import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.suggestions import choices

ENTRYPOINT: Final = ("/bin/bash", "/opt/ml/input/data/sagemaker_remote_function_bootstrap/job_driver.sh")
"""The ContainerEntrypoint by which the SDK itself knows a function job: JOBS_CONTAINER_ENTRYPOINT of its remote_function.job."""

# The entry points of the SDK 3 and the SDK 2; at most one of them is installed.
_SDKS: Final = ("sagemaker.core.remote_function.invoke_function", "sagemaker.remote_function.invoke_function")
_PARTS: Final = ("_parse_args", "_load_pipeline_context", "_get_sagemaker_session", "_execute_remote_function")

_KEY: Final = "REMOTE_FUNCTION_SECRET_KEY"
"""The variable in which a job gets the key that its function was signed with, where the SDK signs functions."""


@dataclass(frozen=True, slots=True)
class FunctionJob:
    """A job as its container would see it: the arguments of the entry point, and the environment variables."""

    step: str
    arguments: Sequence[str]
    variables: Mapping[str, str]


def run_function(job: FunctionJob) -> Exception | None:
    """Run a job's function, and return what it raised; None when it returned, and its result is stored where the SDK looks for it.

    What goes wrong around the function, such as one that is not in S3 or a result that can't be pickled, is returned as well. A
    ``UsageError``, and what ends a test or the process, goes through. Raises ``UsageError`` when no SDK is installed.
    """
    sdk = _installed_sdk(job.step)
    with _variables(job.variables):
        try:
            return _run(sdk, job)
        except SystemExit:  # the SDK's entry point ends with exit code 0 after it, whatever the code
            return None


def exit_code(error: Exception) -> int:
    """Return the code with which a job ends whose function raised this: its ``errno`` when that is a number, else 1."""
    try:
        return int(getattr(error, "errno", 1))
    except (TypeError, ValueError):
        return 1


def _run(sdk: Any, job: FunctionJob) -> Exception | None:  # noqa: ANN401 # the SDK is not there when types are checked
    arguments = sdk._parse_args(list(job.arguments))
    context = sdk._load_pipeline_context(arguments)
    key = os.environ.get(_KEY)
    offered: dict[str, object] = {
        "sagemaker_session": sdk._get_sagemaker_session(arguments.region),
        "s3_base_uri": arguments.s3_base_uri,
        "s3_kms_key": arguments.s3_kms_key,
        "run_in_context": arguments.run_in_context,
        "context": context,
        "signing_key": key,
        "hmac_key": key,
    }
    try:
        _call(sdk._execute_remote_function, offered)
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001 # whatever a function raises is its failure
        _store(sdk, error, offered, arguments.s3_base_uri, context)
        return error
    return None


def _store(sdk: Any, error: Exception, offered: Mapping[str, object], base: str, context: Any) -> None:  # noqa: ANN401 # as above
    """Store an exception where the entry point would; one that can't be stored has failed its step all the same."""
    serialization = importlib.import_module(f"{sdk.__name__.rpartition('.')[0]}.core.serialization")
    folders = [folder for folder in (context.execution_id, context.step_name) if folder]
    place = "/".join([base, *folders, "exception"])
    try:
        _call(serialization.serialize_exception_to_s3, {**offered, "exc": error, "s3_uri": place})
    except Exception as problem:  # noqa: BLE001 # whatever pickling or S3 makes of it
        error.add_note(f"It could not be stored at {place}: {problem}")


def _call(function: Callable[..., object], offered: Mapping[str, object]) -> None:
    """Call a function of the SDK with those of the offered arguments that its version takes."""
    taken = inspect.signature(function).parameters
    function(**{name: value for name, value in offered.items() if name in taken})


def _installed_sdk(step: str) -> ModuleType:
    for name in _SDKS:
        try:
            sdk = importlib.import_module(name)
        except ModuleNotFoundError as missing:
            if missing.name is None or not f"{name}.".startswith(f"{missing.name}."):
                raise
            continue
        lacking = [part for part in _PARTS if not hasattr(sdk, part)]
        if lacking:
            message = f"run_step_functions=True can't run step {step!r}: the installed SageMaker SDK has no {choices(lacking)} in {name}."
            raise UsageError(f"{message} Script the step with succeed() or fail(), or install a version of the SDK that has them.")
        return sdk
    message = (
        f"run_step_functions=True can't run step {step!r}: the SageMaker SDK is not installed here, and only it can read what it stored. "
        "Install sagemaker-mlops, or sagemaker<3, whichever wrote the pipeline; or script the step with succeed() or fail()."
    )
    raise UsageError(message)


@contextmanager
def _variables(variables: Mapping[str, str]) -> Generator[None]:
    """Let these environment variables hold meanwhile, process-wide; then put back what they were."""
    found = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in found.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
