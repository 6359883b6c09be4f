"""Properties of jobs that search for the best of many: tuning and AutoML jobs."""

from typing import Final

from pytest_smpipeline._engine.attempts import Attempt
from pytest_smpipeline._engine.job_properties import described_job, seconds, times
from pytest_smpipeline._engine.metadata import arn_in
from pytest_smpipeline._engine.properties import find
from pytest_smpipeline._state.entities import Metadata
from pytest_smpipeline.values import Json, JsonObject

_MOST_SUMMARIES: Final = 50
_HASH: Final = 8
_NAME: Final = "TrainingJobName"
_BEST: Final = (("BestTrainingJob", _NAME), ("TrainingJobSummaries", 0, _NAME))

# What the SDK's get_best_auto_ml_model() refers to in the environment of the best candidate's container.
_ENVIRONMENT: Final[JsonObject] = {
    "MODEL_NAME": "best",
    "SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "text/csv",
    "SAGEMAKER_INFERENCE_OUTPUT": "predicted_label",
    "SAGEMAKER_INFERENCE_SUPPORTED": "predicted_label,probability,probabilities,labels",
    "SAGEMAKER_PROGRAM": "sagemaker_serve",
    "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
}
_CONFIG_ENDING: Final = "JobConfig"


def tuning(attempt: Attempt, metadata: Metadata) -> JsonObject:
    """Describe a tuning job and list its training jobs, the best first, as ListTrainingJobsForHyperParameterTuningJob does.

    There are as many as MaxNumberOfTrainingJobs says, and as a step keeps: 50 (SDK, TuningStep). A test that scripts the name of
    the best one, in either of its places, finds it in both.
    """
    own = times(attempt, end="HyperParameterTuningEndTime")
    total = _number_of_jobs(attempt)
    done = total if attempt.succeeded else 0
    own["TrainingJobStatusCounters"] = {"Completed": done, "InProgress": 0, "RetryableError": 0, "NonRetryableError": 0, "Stopped": 0}
    own["ObjectiveStatusCounters"] = {"Succeeded": done, "Pending": 0, "Failed": 0}
    if attempt.succeeded:
        tuner = arn_in(metadata).rpartition("/")[2]
        jobs = [_summary(attempt, tuner, rank) for rank in range(min(total, _MOST_SUMMARIES))]
        own |= {"BestTrainingJob": jobs[0] | {"TuningJobName": tuner}, "TrainingJobSummaries": list[Json](jobs)}
    return described_job("HyperParameterTuningJob", own, attempt, metadata)


def _number_of_jobs(attempt: Attempt) -> int:
    try:
        limit = find(attempt.arguments, ("HyperParameterTuningJobConfig", "ResourceLimits", "MaxNumberOfTrainingJobs"))
        return max(1, int(str(limit)))
    except (KeyError, ValueError):
        return 1


def _summary(attempt: Attempt, tuner: str, rank: int) -> JsonObject:
    name = f"{tuner}-{rank + 1:03}-{attempt.ids.hash(_HASH)}"
    if rank == 0:
        name = _scripted_best(attempt) or name
    shown: JsonObject = {
        _NAME: name,
        "TrainingJobArn": attempt.arn(f"training-job/{name}"),
        "TrainingJobStatus": "Completed",
        "CreationTime": seconds(attempt.now),
        "TunedHyperParameters": {},
        "ObjectiveStatus": "Succeeded",
    }
    way = ("HyperParameterTuningJobConfig", "HyperParameterTuningJobObjective")
    metric = attempt.argument(*way, "MetricName")
    if rank == 0 and metric in attempt.made.metrics:
        objective: JsonObject = {"MetricName": metric, "Value": attempt.made.metrics[metric]}
        kind = attempt.argument(*way, "Type")
        shown["FinalHyperParameterTuningJobObjectiveMetric"] = objective | ({"Type": kind} if kind else {})
    return shown


def _scripted_best(attempt: Attempt) -> str:
    for way in _BEST:
        try:
            return str(find(dict(attempt.made.properties), way))
        except KeyError:
            continue
    return ""


def automl(attempt: Attempt, metadata: Metadata) -> JsonObject:
    """Describe an AutoML job, of either version, with its best candidate and the reports that the service adds to the description."""
    own = times(attempt, end="EndTime") | {"AutoMLJobSecondaryStatus": attempt.end}
    problem = attempt.arguments.get("AutoMLProblemTypeConfig")
    if isinstance(problem, dict) and problem:
        own["AutoMLProblemTypeConfigName"] = next(iter(problem)).removesuffix(_CONFIG_ENDING)
    if attempt.succeeded:
        own |= _best_candidate(attempt, arn_in(metadata).rpartition("/")[2])
    return described_job("AutoMLJob", own, attempt, metadata)


def _best_candidate(attempt: Attempt, name: str) -> JsonObject:
    best: JsonObject = {
        "CandidateName": f"{name}-best",
        "CandidateStatus": "Completed",
        "ObjectiveStatus": "Succeeded",
        "CandidateSteps": [],
        "CreationTime": seconds(attempt.now),
        "LastModifiedTime": seconds(attempt.now),
    }
    metric = attempt.argument("AutoMLJobObjective", "MetricName")
    if metric in attempt.made.metrics:
        best["FinalAutoMLJobObjectiveMetric"] = {"MetricName": metric, "Value": attempt.made.metrics[metric]}
    prefix = attempt.argument("OutputDataConfig", "S3OutputPath").rstrip("/")
    if not prefix:
        return {"BestCandidate": best}
    return _in_s3(attempt, best, f"{prefix}/{name}", f"{name}-best")


def _in_s3(attempt: Attempt, best: JsonObject, place: str, candidate: str) -> JsonObject:
    region, account = attempt.territory.region, attempt.territory.account_id
    insights = f"{place}/documentation/model_monitor/output/{candidate}"
    explainability = f"{place}/documentation/explainability/output/{candidate}"
    container: JsonObject = {
        "Image": f"{account}.dkr.ecr.{region}.amazonaws.com/sagemaker-automl:best",
        "ModelDataUrl": f"{place}/sagemaker-automl-candidates/model/{candidate}/model.tar.gz",
        "Environment": dict(_ENVIRONMENT),
    }
    locations: JsonObject = {"Explainability": explainability, "ModelInsights": insights}
    found: JsonObject = {"InferenceContainers": [container], "CandidateProperties": {"CandidateArtifactLocations": locations}}
    # The names of the files are those that the SDK's integration test adds to the locations.
    reports: JsonObject = {
        "ModelInsightsJsonReportPath": f"{insights}/statistics.json",
        "ExplainabilityJsonReportPath": f"{explainability}/analysis.json",
    }
    return {"BestCandidate": best | found, "BestCandidateProperties": reports}
