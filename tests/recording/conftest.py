"""A small pipeline for the tests of seeding, scripting and recording."""

from collections.abc import Callable

import pytest

from pytest_smpipeline import Pipeline, SMPipelineMock, succeed
from pytest_smpipeline._wire import service_model
from pytest_smpipeline.values import JsonObject


@pytest.fixture
def definition() -> JsonObject:
    """Return a definition with two parameters, two steps in a row, and a condition with one step in each branch."""
    report: JsonObject = {"Name": "Report", "Type": "Model", "Arguments": {}}
    stop: JsonObject = {"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": "too bad"}}
    auc: JsonObject = {"Get": "Steps.Train.FinalMetricDataList['auc'].Value"}
    enough: JsonObject = {"Type": "GreaterThan", "LeftValue": auc, "RightValue": 0.8}
    return {
        "Version": "2020-12-01",
        "Parameters": [{"Name": "Date", "Type": "String"}, {"Name": "Epochs", "Type": "Integer", "DefaultValue": 10}],
        "Steps": [
            {"Name": "Prep", "Type": "Processing", "Arguments": {}},
            {
                "Name": "Train",
                "Type": "Training",
                "DependsOn": ["Prep"],
                "Arguments": {"Environment": {"DATE": {"Get": "Parameters.Date"}}},
            },
            {"Name": "Gate", "Type": "Condition", "Arguments": {"Conditions": [enough], "IfSteps": [report], "ElseSteps": [stop]}},
        ],
    }


@pytest.fixture
def one_step() -> JsonObject:
    """Return the smallest definition that does something."""
    return {"Version": "2020-12-01", "Steps": [{"Name": "Train", "Type": "Training", "Arguments": {}}]}


@pytest.fixture(scope="session")
def newer_botocore() -> None:
    """Skip where botocore lacks members that came after 1.40: the aliases of versions, and the experiments of MLflow."""
    members = service_model.current().input_shape("StartPipelineExecution").members
    if not {"PipelineVersionAlias", "MlflowExperimentName"} <= members.keys():
        pytest.skip("the installed botocore does not know PipelineVersionAlias and MlflowExperimentName")


@pytest.fixture
def churn(smpipeline: SMPipelineMock, definition: JsonObject) -> Pipeline:
    """Add the pipeline ``churn``; unless a test says otherwise its model is bad, the else branch is taken, and it fails."""
    pipeline = smpipeline.add("churn", definition)
    smpipeline.script("churn", Train=succeed(metrics={"auc": 0.5}, optional=True))
    return pipeline


@pytest.fixture
def complaint() -> Callable[[Callable[[], object]], str]:
    """Return the function that calls another and returns the text of the AssertionError that it must raise."""

    def call(assertion: Callable[[], object]) -> str:
        with pytest.raises(AssertionError) as caught:
            assertion()
        return str(caught.value)

    return call
