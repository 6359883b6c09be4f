"""Which SDK runs step functions, and what is said when none can."""

import sys
from types import ModuleType
from typing import Any

import pytest

from pytest_smpipeline import SMPipelineMock, UsageError

SDK_2, SDK_3 = "sagemaker.remote_function", "sagemaker.core.remote_function"
ENTRIES = (f"{SDK_2}.invoke_function", f"{SDK_3}.invoke_function")

pytestmark = pytest.mark.smpipeline(run_step_functions=True)


@pytest.fixture
def pipeline(smpipeline: SMPipelineMock, sdk: Any, function_step: Any) -> None:
    """A pipeline ``churn`` of one function, with a key in its environment as the SDK 3 writes it."""
    sdk.functions = {"Prepare": lambda: "done"}
    step = function_step("Prepare", environment={"REMOTE_FUNCTION_SECRET_KEY": "public key"})
    smpipeline.add("churn", {"Version": "2020-12-01", "Steps": [step]})


@pytest.mark.usefixtures("pipeline")
@pytest.mark.parametrize(("package", "key"), [(SDK_2, None), (SDK_3, "public key")])
def test_both_sdks_run_functions(
    smpipeline: SMPipelineMock, sdk: Any, monkeypatch: pytest.MonkeyPatch, package: str, key: str | None
) -> None:
    """Each with the key that its version asks for, out of the environment of the step."""
    sdk.install(monkeypatch, package)

    smpipeline.start("churn").assert_succeeded()

    assert sdk.keys == [key]


@pytest.mark.usefixtures("pipeline")
def test_without_an_sdk_the_message_says_what_to_install(smpipeline: SMPipelineMock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong use, which no step fails for."""
    for name in ENTRIES:
        monkeypatch.setitem(sys.modules, name, None)

    with pytest.raises(UsageError) as caught:
        smpipeline.start("churn")

    assert str(caught.value) == (
        "run_step_functions=True can't run step 'Prepare': the SageMaker SDK is not installed here, and only it can read what it stored. "
        "Install sagemaker-mlops, or sagemaker<3, whichever wrote the pipeline; or script the step with succeed() or fail()."
    )


@pytest.mark.usefixtures("pipeline")
def test_an_sdk_that_lacks_something_itself_says_so(smpipeline: SMPipelineMock, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not installed then is not the SDK."""

    class Lacks:
        """Finds the SDK, and not what it imports."""

        def find_spec(self, name: str, *_: object) -> None:
            if name in ENTRIES:
                raise ModuleNotFoundError("No module named 'tblib'", name="tblib")

    for name in ENTRIES:
        monkeypatch.delitem(sys.modules, name)
    for name in ("sagemaker", SDK_2, "sagemaker.core", SDK_3):
        package = ModuleType(name)
        package.__path__ = []
        monkeypatch.setitem(sys.modules, name, package)
    monkeypatch.setattr(sys, "meta_path", [Lacks(), *sys.meta_path])

    with pytest.raises(ModuleNotFoundError, match="tblib"):
        smpipeline.start("churn")


@pytest.mark.usefixtures("pipeline")
def test_an_sdk_of_another_shape_is_named(smpipeline: SMPipelineMock, sdk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts that are used are private to it, and may be gone one day."""
    entry = sdk.install(monkeypatch, SDK_3)
    del entry._load_pipeline_context

    with pytest.raises(UsageError) as caught:
        smpipeline.start("churn")

    assert str(caught.value) == (
        "run_step_functions=True can't run step 'Prepare': the installed SageMaker SDK has no '_load_pipeline_context' in "
        "sagemaker.core.remote_function.invoke_function. Script the step with succeed() or fail(), or install a version of the SDK that "
        "has them."
    )
