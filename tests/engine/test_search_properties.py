"""What later steps can refer to of tuning and AutoML jobs: the best of what they tried."""

import re
from collections.abc import Callable

import pytest

from pytest_smpipeline import Execution, succeed
from pytest_smpipeline._engine.properties import find
from pytest_smpipeline._state.entities import Metadata
from pytest_smpipeline.values import Json, JsonObject

Make = Callable[..., tuple[Metadata, JsonObject]]
Run = Callable[..., Execution]
Step = Callable[..., JsonObject]

TUNER = "exec12345678-Make-SUFFIX1234"


def tuning(most: Json = 3, **objective: Json) -> JsonObject:
    """Return the arguments of a tuning job that trains so many models."""
    return {
        "HyperParameterTuningJobConfig": {
            "ResourceLimits": {"MaxNumberOfTrainingJobs": most},
            "HyperParameterTuningJobObjective": objective,
        }
    }


@pytest.mark.fidelity("PROP-007")
@pytest.mark.parametrize(
    ("arguments", "listed", "counted"),
    [(tuning(3), 3, 3), (tuning("3"), 3, 3), (tuning(60), 50, 60), (tuning(0), 1, 1), (tuning("many"), 1, 1), ({}, 1, 1)],
)
def test_a_tuning_job_lists_as_many_training_jobs_as_it_may_make_and_fifty_at_most(
    make: Make, arguments: JsonObject, listed: int, counted: int
) -> None:
    """The SDK's get_top_model_s3_uri() takes 0 to 49; all of them count as completed."""
    _, properties = make("Tuning", arguments)

    names = [str(find(properties, ("TrainingJobSummaries", rank, "TrainingJobName"))) for rank in range(listed)]
    assert all(re.fullmatch(f"{TUNER}-{rank:03}-[0-9a-f]{{8}}", name) for rank, name in enumerate(names, 1))
    assert len(set(names)) == listed
    with pytest.raises(KeyError):
        find(properties, ("TrainingJobSummaries", listed))
    assert find(properties, ("TrainingJobStatusCounters", "Completed")) == counted
    assert find(properties, ("ObjectiveStatusCounters", "Succeeded")) == counted


@pytest.mark.fidelity("PROP-008")
def test_the_best_training_job_is_the_first_of_the_list(make: Make) -> None:
    """DescribeHyperParameterTuningJob and ListTrainingJobsForHyperParameterTuningJob tell the same."""
    _, properties = make("Tuning", tuning())

    first = find(properties, ("TrainingJobSummaries", 0))
    assert isinstance(first, dict)
    assert properties["BestTrainingJob"] == {**first, "TuningJobName": TUNER}
    assert (properties["HyperParameterTuningJobName"], properties["HyperParameterTuningJobStatus"]) == (TUNER, "Completed")


@pytest.mark.parametrize(
    "scripted", [{"BestTrainingJob": {"TrainingJobName": "mine"}}, {"TrainingJobSummaries": [{"TrainingJobName": "mine"}]}]
)
def test_a_scripted_best_training_job_is_found_in_both_places(run: Run, step: Step, scripted: JsonObject) -> None:
    """Whichever of the two a test scripts, a step that refers to the other finds the same name."""
    values: JsonObject = {
        "BEST": {"Get": "Steps.Tune.BestTrainingJob.TrainingJobName"},
        "FIRST": {"Get": "Steps.Tune.TrainingJobSummaries[0].TrainingJobName"},
    }
    tune = step("Tune", kind="Tuning", arguments=tuning())

    execution = run(tune, step("Use", arguments={"Environment": values}), script={"Tune": succeed(properties=scripted)})

    assert execution.steps["Use"].arguments == {"Environment": {"BEST": "mine", "FIRST": "mine"}}


@pytest.mark.parametrize(("objective", "told"), [({"Type": "Maximize"}, {"Type": "Maximize"}), ({}, {})])
def test_the_scripted_metric_of_the_objective_is_that_of_the_best(make: Make, objective: JsonObject, told: JsonObject) -> None:
    """``succeed(metrics={"auc": 0.9})`` says what the best training job reached; of the others nothing is known."""
    _, properties = make("Tuning", tuning(2, MetricName="auc", **objective), made=succeed(metrics={"auc": 0.9}))

    name = "FinalHyperParameterTuningJobObjectiveMetric"
    assert find(properties, ("BestTrainingJob", name)) == {"MetricName": "auc", "Value": 0.9, **told}
    assert name not in str(find(properties, ("TrainingJobSummaries", 1)))


@pytest.mark.parametrize(("kind", "best"), [("Tuning", "BestTrainingJob"), ("AutoML", "BestCandidate")])
def test_a_search_that_failed_has_found_nothing(make: Make, kind: str, best: str) -> None:
    """There is no best of nothing."""
    _, properties = make(kind, tuning(), succeeded=False, failure="boom")

    assert best not in properties
    assert properties["FailureReason"] == "boom"


@pytest.mark.fidelity("PROP-009", "PROP-010")
def test_an_automl_job_tells_its_best_candidate_and_the_reports_on_it(make: Make) -> None:
    """The paths of the reports are the candidate's locations with the names of the files."""
    arguments: JsonObject = {"OutputDataConfig": {"S3OutputPath": "s3://b/out/"}, "AutoMLJobObjective": {"MetricName": "F1"}}

    _, properties = make("AutoML", arguments, made=succeed(metrics={"F1": 0.8}), duration=1000)

    locations = ("BestCandidate", "CandidateProperties", "CandidateArtifactLocations")
    insights, explainability = (find(properties, (*locations, name)) for name in ("ModelInsights", "Explainability"))
    assert str(insights).startswith(f"s3://b/out/{TUNER}/documentation/")
    assert properties["BestCandidateProperties"] == {
        "ModelInsightsJsonReportPath": f"{insights}/statistics.json",
        "ExplainabilityJsonReportPath": f"{explainability}/analysis.json",
    }
    assert find(properties, ("BestCandidate", "FinalAutoMLJobObjectiveMetric")) == {"MetricName": "F1", "Value": 0.8}
    assert (properties["AutoMLJobStatus"], properties["AutoMLJobSecondaryStatus"]) == ("Completed", "Completed")
    assert properties["EndTime"] == 1001.0


def test_the_sdk_makes_a_model_of_the_best_candidate(make: Make) -> None:
    """``get_best_auto_ml_model()`` refers to the image, the model's data and six variables of the first container."""
    _, properties = make("AutoML", {"OutputDataConfig": {"S3OutputPath": "s3://b/out"}})

    container = ("BestCandidate", "InferenceContainers", 0)
    variables = ["MODEL_NAME", *(f"SAGEMAKER_{name}" for name in ("DEFAULT_INVOCATIONS_ACCEPT", "SUBMIT_DIRECTORY", "PROGRAM"))]
    variables += ["SAGEMAKER_INFERENCE_SUPPORTED", "SAGEMAKER_INFERENCE_OUTPUT"]
    assert all(find(properties, (*container, "Environment", name)) for name in variables)
    assert str(find(properties, (*container, "ModelDataUrl"))).startswith(f"s3://b/out/{TUNER}/")
    assert str(find(properties, (*container, "Image"))).startswith("123456789012.dkr.ecr.us-east-1.amazonaws.com/")


def test_an_automl_job_without_an_output_path_has_no_reports(make: Make) -> None:
    """What would lie under the path has no place."""
    _, properties = make("AutoML")

    assert "BestCandidateProperties" not in properties
    assert find(properties, ("BestCandidate", "CandidateStatus")) == "Completed"


@pytest.mark.parametrize(
    ("config", "name"), [({"TabularJobConfig": {}}, "Tabular"), ({"TextClassificationJobConfig": {}}, "TextClassification"), ({}, None)]
)
def test_a_job_of_the_second_version_tells_the_kind_of_its_problem(make: Make, config: JsonObject, name: str | None) -> None:
    """DescribeAutoMLJobV2 names the one member of the configuration."""
    _, properties = make("AutoML", {"AutoMLProblemTypeConfig": config})

    assert properties.get("AutoMLProblemTypeConfigName") == name
