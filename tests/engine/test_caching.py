"""Step caching: when a step reuses what an earlier execution made, and what it then shows."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
import time_machine

from pytest_smpipeline import (
    Execution,
    SMPipelineMock,
    StepContext,
    UsageError,
    cache_hit,
    fail,
    hold,
    stopped,
    succeed,
)
from pytest_smpipeline.outcomes import Outcome
from pytest_smpipeline.values import Json, JsonObject

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

Step = Callable[..., JsonObject]
Run = Callable[..., Execution]
Listed = Callable[[Execution], list[dict[str, Any]]]

HOUR: Final[JsonObject] = {"Enabled": True, "ExpireAfter": "PT1H"}
FUNCTION: Final = "arn:aws:lambda:us-east-1:123456789012:function:count"
QUEUE: Final = "https://sqs.us-east-1.amazonaws.com/123456789012/approvals"


@pytest.fixture
def cached(step: Step) -> Step:
    """Return the function that writes a step whose results may be reused for an hour."""

    def write(name: str = "Train", *after: Json, **members: Json) -> JsonObject:
        return step(name, *after, **{"CacheConfig": HOUR, **members})

    return write


@pytest.fixture
def again(smpipeline: SMPipelineMock) -> Callable[..., Execution]:
    """Return the function that starts ``churn`` once more, with other steps when they are given."""

    def start(*steps: Json) -> Execution:
        if steps:
            smpipeline.add("churn", {"Version": "2020-12-01", "Steps": list(steps)})
        return smpipeline.start("churn")

    return start


def source_of(execution: Execution, name: str = "Train") -> str | None:
    """Return the ARN of the execution whose result a step reused."""
    return execution.steps[name].cache_source


@pytest.mark.fidelity("CACHE-012")
def test_a_second_run_hits_and_misses_after_an_argument_changed(run: Run, again: Run, cached: Step, listed: Listed) -> None:
    """The hit names the execution that it reuses, shows its job, and succeeds in less than a second; the miss has a job of its own."""
    first = run(cached(arguments={"HyperParameters": {"epochs": "1"}}))
    second = again()
    third = again(cached(arguments={"HyperParameters": {"epochs": "2"}}))

    (worked,), (reused,), (missed,) = listed(first), listed(second), listed(third)
    assert "CacheHitResult" not in worked
    assert reused["CacheHitResult"] == {"SourcePipelineExecutionArn": first.arn}
    assert (reused["StepStatus"], reused["Metadata"]) == ("Succeeded", worked["Metadata"])
    assert reused["EndTime"] - reused["StartTime"] < timedelta(seconds=1) < worked["EndTime"] - worked["StartTime"]
    assert "CacheHitResult" not in missed
    assert missed["Metadata"] != worked["Metadata"]
    assert [source_of(execution) for execution in (first, second, third)] == [None, first.arn, None]


@pytest.mark.fidelity("CACHE-013")
def test_later_steps_see_what_the_reused_run_made(run: Run, again: Run, cached: Step, step: Step) -> None:
    """Properties, outputs and property files are those of the run that worked, although nobody scripts them any more."""
    file: JsonObject = {"PropertyFileName": "report", "OutputName": "out", "FilePath": "report.json"}
    outputs: JsonObject = {"ProcessingOutputConfig": {"Outputs": [{"OutputName": "out"}]}}
    use: JsonObject = {
        "TRAINED": {"Get": "Steps.Train.TrainingJobName"},
        "ROWS": {"Get": "Steps.Count.OutputParameters['rows']"},
        "AUC": {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.Evaluate.PropertyFiles.report"}, "Path": "auc"}},
    }
    script = {"Count": [succeed(outputs={"rows": 3})], "Evaluate": [succeed(property_files={"report": {"auc": 0.9}})]}
    first = run(
        cached("Train"),
        cached("Count", kind="Lambda", FunctionArn=FUNCTION, OutputParameters=[{"OutputName": "rows"}]),
        cached("Evaluate", kind="Processing", arguments=outputs, PropertyFiles=[file]),
        step("Use", arguments={"Environment": use}),
        script=script,
    )

    second = again()

    seen = second.steps["Use"].arguments
    assert seen == first.steps["Use"].arguments
    assert seen == {"Environment": {"TRAINED": first.steps["Train"].properties["TrainingJobName"], "ROWS": "3", "AUC": 0.9}}
    assert second.steps["Count"].metadata == first.steps["Count"].metadata
    assert {name: source_of(second, name) for name in second.steps} == {
        "Train": first.arn,
        "Count": first.arn,
        "Evaluate": first.arn,
        "Use": None,
    }


def nested(path: str, value: Json) -> JsonObject:
    """Return an object with a value at a dotted path."""
    for part in reversed(path.split(".")):
        value = {part: value}
    assert isinstance(value, dict)
    return value


CHANNELS: Final[tuple[Json, Json]] = ([{"ChannelName": "a"}], [{"ChannelName": "b"}])
SCRIPT: Final[tuple[Json, Json]] = ({"A": "a"}, {"A": "b"})

# Two values of an argument, by type of step and path.
COUNTING: Final[Mapping[str, Mapping[str, tuple[Json, Json]]]] = {
    "Processing": {
        "AppSpecification": ({"ImageUri": "a"}, {"ImageUri": "b"}),
        "Environment": SCRIPT,
        "ProcessingInputs": ([{"InputName": "a"}], [{"InputName": "b"}]),
    },
    "Training": {
        "AlgorithmSpecification": ({"TrainingImage": "a"}, {"TrainingImage": "b"}),
        "CheckpointConfig": ({"S3Uri": "s3://a"}, {"S3Uri": "s3://b"}),
        "DebugHookConfig": ({"S3OutputPath": "s3://a"}, {"S3OutputPath": "s3://b"}),
        "DebugRuleConfigurations": ([{"RuleConfigurationName": "a"}], [{"RuleConfigurationName": "b"}]),
        "Environment": SCRIPT,
        "HyperParameters": SCRIPT,
        "InputDataConfig": CHANNELS,
    },
    "Tuning": {
        "HyperParameterTuningJobConfig": ({"Strategy": "Random"}, {"Strategy": "Bayesian"}),
        "TrainingJobDefinition.AlgorithmSpecification": ({"TrainingImage": "a"}, {"TrainingImage": "b"}),
        "TrainingJobDefinition.HyperParameterRanges": (
            {"CategoricalParameterRanges": [{"Name": "a"}]},
            {"CategoricalParameterRanges": [{"Name": "b"}]},
        ),
        "TrainingJobDefinition.InputDataConfig": CHANNELS,
        "TrainingJobDefinition.StaticHyperParameters": SCRIPT,
        "TrainingJobDefinition.TuningObjective": ({"MetricName": "a"}, {"MetricName": "b"}),
        "TrainingJobDefinitions": ([{"DefinitionName": "a"}], [{"DefinitionName": "b"}]),
    },
    "AutoML": {
        "AutoMLJobConfig.CompletionCriteria": ({"MaxCandidates": 1}, {"MaxCandidates": 2}),
        "AutoMLJobConfig.CandidateGenerationConfig": ({"FeatureSpecificationS3Uri": "s3://a"}, {"FeatureSpecificationS3Uri": "s3://b"}),
        "AutoMLJobConfig.DataSplitConfig": ({"ValidationFraction": 0.1}, {"ValidationFraction": 0.2}),
        "AutoMLJobConfig.Mode": ("AUTO", "ENSEMBLING"),
        "AutoMLJobObjective": ({"MetricName": "AUC"}, {"MetricName": "F1"}),
        "InputDataConfig": ([{"TargetAttributeName": "a"}], [{"TargetAttributeName": "b"}]),
        "ProblemType": ("Regression", "BinaryClassification"),
        "AutoMLJobInputDataConfig": ([{"ChannelType": "training"}], [{"ChannelType": "validation"}]),
        "AutoMLProblemTypeConfig": (
            {"TabularJobConfig": {"TargetAttributeName": "a"}},
            {"TabularJobConfig": {"TargetAttributeName": "b"}},
        ),
        "DataSplitConfig": ({"ValidationFraction": 0.1}, {"ValidationFraction": 0.2}),
    },
    "Transform": {
        "DataProcessing": ({"InputFilter": "$"}, {"InputFilter": "$.a"}),
        "Environment": SCRIPT,
        "ModelName": ("a", "b"),
        "TransformInput": ({"ContentType": "text/csv"}, {"ContentType": "text/plain"}),
    },
    "EMR": {"ClusterId": ("j-A", "j-B"), "StepConfig": ({"HadoopJarStep": {"Jar": "a"}}, {"HadoopJarStep": {"Jar": "b"}})},
    "EMRServerless": {"ApplicationId": ("a", "b")},
    "EndpointConfig": {"KmsKeyId": ("a", "b")},
    "Endpoint": {"EndpointName": ("a", "b")},
    "Lambda": {"day": ("mon", "tue")},
    "Callback": {"day": ("mon", "tue")},
    "QualityCheck": {"Environment": SCRIPT},
    "ClarifyCheck": {"Environment": SCRIPT},
}
NOT_COUNTING: Final[Mapping[str, Mapping[str, tuple[Json, Json]]]] = {
    "Processing": {
        "RoleArn": ("a", "b"),
        "ProcessingResources": ({"ClusterConfig": {"InstanceCount": 1}}, {"ClusterConfig": {"InstanceCount": 2}}),
        "ProcessingOutputConfig": ({"KmsKeyId": "a"}, {"KmsKeyId": "b"}),
        "StoppingCondition": ({"MaxRuntimeInSeconds": 60}, {"MaxRuntimeInSeconds": 90}),
    },
    "Training": {
        "RoleArn": ("a", "b"),
        "ResourceConfig": ({"InstanceCount": 1}, {"InstanceCount": 2}),
        "OutputDataConfig": ({"S3OutputPath": "s3://a"}, {"S3OutputPath": "s3://b"}),
        "Tags": ([{"Key": "a", "Value": "a"}], []),
    },
    "Tuning": {
        "TrainingJobDefinition.RoleArn": ("a", "b"),
        "TrainingJobDefinition.ResourceConfig": ({"InstanceCount": 1}, {"InstanceCount": 2}),
        "WarmStartConfig": ({"WarmStartType": "TransferLearning"}, {"WarmStartType": "IdenticalDataAndAlgorithm"}),
    },
    "AutoML": {
        "RoleArn": ("a", "b"),
        "OutputDataConfig": ({"S3OutputPath": "s3://a"}, {"S3OutputPath": "s3://b"}),
        "AutoMLJobConfig.SecurityConfig": ({"VolumeKmsKeyId": "a"}, {"VolumeKmsKeyId": "b"}),
    },
    "Transform": {
        "TransformOutput": ({"S3OutputPath": "s3://a"}, {"S3OutputPath": "s3://b"}),
        "TransformResources": ({"InstanceCount": 1}, {"InstanceCount": 2}),
    },
    "EMR": {"ExecutionRoleArn": ("a", "b")},
}
MEMBERS: Final[Mapping[str, JsonObject]] = {
    "Lambda": {"FunctionArn": FUNCTION},
    "Callback": {"SqsQueueUrl": QUEUE},
    "QualityCheck": {"CheckType": "DATA_QUALITY"},
    "ClarifyCheck": {"CheckType": "DATA_BIAS"},
}


def cases(table: Mapping[str, Mapping[str, tuple[Json, Json]]]) -> list[tuple[str, str, Json, Json]]:
    """Return the rows of a table: type, path, and two values."""
    return [(kind, path, *values) for kind, paths in table.items() for path, values in paths.items()]


@pytest.mark.fidelity("CACHE-014", "CACHE-015")
@pytest.mark.parametrize(("kind", "path", "before", "after"), cases(COUNTING))
def test_an_argument_that_counts_decides(run: Run, again: Run, cached: Step, kind: str, path: str, before: Json, after: Json) -> None:
    """The same value is a hit, another one a miss, and the first one again a hit: every key keeps its latest result."""
    members: JsonObject = {**MEMBERS.get(kind, {}), "CacheConfig": {"Enabled": True, "ExpireAfter": "P1D"}}
    one, other = (cached(kind=kind, arguments=nested(path, value), **members) for value in (before, after))

    first = run(one, script={"Train": succeed()})
    executions = [again(), again(other), again(one)]

    assert [source_of(execution) for execution in executions] == [first.arn, None, first.arn]


@pytest.mark.fidelity("CACHE-014")
@pytest.mark.parametrize(("kind", "path", "before", "after"), cases(NOT_COUNTING))
def test_an_argument_that_does_not_count_changes_nothing(
    run: Run, again: Run, cached: Step, kind: str, path: str, before: Json, after: Json
) -> None:
    """The result is reused as it is, made with the argument of then."""
    first = run(cached(kind=kind, arguments=nested(path, before)))
    second = again(cached(kind=kind, arguments=nested(path, after)))

    assert source_of(second) == first.arn
    assert second.steps["Train"].properties == first.steps["Train"].properties
    assert second.steps["Train"].arguments == nested(path, after)


SUPPLIED: Final = ("SkipCheck", "RegisterNewBaseline", "ModelPackageGroupName", "SuppliedBaselineConstraints")


@pytest.mark.fidelity("CACHE-014")
@pytest.mark.parametrize(
    ("kind", "member", "hits"),
    [
        *[("ClarifyCheck", member, False) for member in ("CheckType", *SUPPLIED)],
        *[("QualityCheck", member, False) for member in ("CheckType", *SUPPLIED, "SuppliedBaselineStatistics")],
        ("QualityCheck", "FailOnViolation", True),
        ("Lambda", "FunctionArn", False),
        ("Callback", "SqsQueueUrl", False),
        ("Lambda", "OutputParameters", True),
    ],
)
def test_a_member_beside_the_arguments_can_count(run: Run, again: Run, cached: Step, kind: str, member: str, hits: bool) -> None:  # noqa: FBT001 - a parameter
    """What a check compares with and does afterwards counts, and so does whom a step asks."""
    changed: JsonObject = {
        "CheckType": "MODEL_QUALITY" if kind == "QualityCheck" else "MODEL_BIAS",
        "SkipCheck": True,
        "RegisterNewBaseline": True,
        "FailOnViolation": False,
        "ModelPackageGroupName": "group",
        "SuppliedBaselineConstraints": "s3://b/constraints.json",
        "SuppliedBaselineStatistics": "s3://b/statistics.json",
        "FunctionArn": f"{FUNCTION}-2",
        "SqsQueueUrl": f"{QUEUE}-2",
        "OutputParameters": [{"OutputName": "rows", "OutputType": "Integer"}],
    }
    first = run(cached(kind=kind, **MEMBERS[kind]), script={"Train": succeed()})
    second = again(cached(kind=kind, **{**MEMBERS[kind], member: changed[member]}))

    assert source_of(second) == (first.arn if hits else None)


@pytest.mark.fidelity("CACHE-015")
def test_a_payload_does_not_hide_the_function(run: Run, again: Run, cached: Step) -> None:
    """Arguments of a Lambda step may be called like a member of the step; both count."""
    payload: JsonObject = {"FunctionArn": "of the payload"}
    run(cached(kind="Lambda", arguments=payload, FunctionArn=FUNCTION))

    assert source_of(again(cached(kind="Lambda", arguments=payload, FunctionArn=f"{FUNCTION}-2"))) is None


@pytest.mark.fidelity("CACHE-016")
@pytest.mark.parametrize(
    ("old", "new", "arguments"),
    [
        ("Training", "Processing", {"Environment": {"A": "a"}}),
        ("EndpointConfig", "Endpoint", {"EndpointConfigName": "a"}),
    ],
)
def test_a_step_of_another_type_is_another_step(run: Run, again: Run, cached: Step, old: str, new: str, arguments: JsonObject) -> None:
    """A new version may give the name to a step of another type, with arguments that look alike."""
    first = run(cached(kind=old, arguments=arguments))
    second = again(cached(kind=new, arguments=arguments))
    third = again(cached(kind=old, arguments=arguments))

    assert (source_of(second), source_of(third)) == (None, first.arn)
    assert second.steps["Train"].metadata.keys() != first.steps["Train"].metadata.keys()


@pytest.mark.fidelity("CACHE-017")
@pytest.mark.parametrize("expire_after", ["PT1H", "T60m", "P0DT1H"])
@time_machine.travel("2026-11-22T12:00:00Z", tick=False)
def test_a_result_expires(smpipeline: SMPipelineMock, run: Run, again: Run, cached: Step, expire_after: str) -> None:
    """A second before ExpireAfter, as the step that wants it starts a second after its execution, it is reused; later it is not."""
    first = run(cached(CacheConfig={"Enabled": True, "ExpireAfter": expire_after}), script={"Train": succeed(duration=10)})
    smpipeline.advance(hours=1, seconds=-1)
    in_time = again()
    assert in_time.started + timedelta(seconds=1) == first.steps["Train"].ended + timedelta(hours=1)  # type: ignore[operator] # it has ended
    late = again()

    assert (source_of(in_time), source_of(late)) == (first.arn, None)


@pytest.mark.fidelity("CACHE-018")
@pytest.mark.parametrize("config", [{}, {"CacheConfig": {"Enabled": False, "ExpireAfter": "PT1H"}}], ids=["none", "not enabled"])
def test_caching_is_off_unless_it_is_turned_on(run: Run, again: Run, step: Step, config: JsonObject) -> None:
    """Every run makes a job of its own."""
    first = run(step("Train", **config))
    second = again()

    assert source_of(second) is None
    assert first.steps["Train"].metadata != second.steps["Train"].metadata


@pytest.mark.fidelity("CACHE-011")
def test_caching_that_is_turned_on_finds_what_ran_before(run: Run, again: Run, cached: Step, step: Step) -> None:
    """The earlier version did not cache, and its result is there all the same."""
    first = run(step("Train"))

    assert source_of(again(cached())) == first.arn


@pytest.mark.fidelity("CACHE-007", "CACHE-008")
def test_only_results_of_the_same_step_of_the_same_pipeline_are_reused(
    smpipeline: SMPipelineMock, run: Run, again: Run, cached: Step
) -> None:
    """Another step with the same arguments, or the same step of another pipeline, makes its own."""
    run(cached())
    smpipeline.add("other", {"Version": "2020-12-01", "Steps": [cached()]})

    assert source_of(smpipeline.start("other")) is None
    assert source_of(again(cached("Other")), "Other") is None


@pytest.mark.fidelity("CACHE-008")
def test_a_pipeline_that_was_deleted_leaves_no_results(
    smpipeline: SMPipelineMock, run: Run, cached: Step, client: "SageMakerClient"
) -> None:
    """One that is created anew under the name is another pipeline."""
    run(cached())
    client.delete_pipeline(PipelineName="churn", ClientRequestToken="t" * 32)
    smpipeline.add("churn", {"Version": "2020-12-01", "Steps": [cached()]})

    assert source_of(smpipeline.start("churn")) is None


@pytest.mark.fidelity("CACHE-010", "CACHE-019")
def test_only_successes_are_reused_also_those_of_a_failed_execution(run: Run, again: Run, cached: Step) -> None:
    """Training succeeded in the execution that failed in its last step: it is reused, and the last step runs."""
    first = run(cached(), cached("Evaluate", "Train"), script={"Evaluate": [fail("no disk"), succeed()]})
    second = again()

    assert first.status == "Failed"
    assert (source_of(second), source_of(second, "Evaluate")) == (first.arn, None)
    assert second.status == "Succeeded"


@pytest.mark.fidelity("CACHE-019")
def test_a_job_that_was_stopped_is_not_reused(run: Run, again: Run, cached: Step) -> None:
    """Only what succeeded counts."""
    run(cached(), script={"Train": [stopped()]})

    assert source_of(again()) is None


@pytest.mark.fidelity("CACHE-005")
def test_the_most_recent_success_is_reused(run: Run, again: Run, cached: Step, step: Step) -> None:
    """Of two runs that worked the later one counts, and a failure after them changes nothing."""
    run(step("Train"), script={"Train": [succeed(), succeed(), fail("boom")]})
    second, third = again(), again()

    assert third.status == "Failed"
    assert source_of(again(cached())) == second.arn


@pytest.mark.fidelity("CACHE-020")
@pytest.mark.smpipeline(progress="manual")
def test_a_run_in_progress_is_not_awaited(smpipeline: SMPipelineMock, run: Run, again: Run, cached: Step) -> None:
    """Two executions at once both work, and a third reuses the one that ended last."""
    first, second = run(cached(), script={"Train": [succeed(duration=60), succeed(duration=30)]}), again()
    smpipeline.run_until_idle()
    third = again()
    smpipeline.run_until_idle()

    assert [source_of(execution) for execution in (first, second, third)] == [None, None, first.arn]


@pytest.mark.fidelity("CACHE-021")
def test_the_hit_of_a_hit_names_the_run_that_worked(smpipeline: SMPipelineMock, run: Run, again: Run, cached: Step) -> None:
    """A reused result is no new one: it keeps its source, and its age."""
    first = run(cached())
    smpipeline.advance(minutes=40)
    second = again()
    smpipeline.advance(minutes=40)
    third = again()

    assert (source_of(second), source_of(third)) == (first.arn, None)


@pytest.mark.fidelity("CACHE-021")
@pytest.mark.parametrize("named", [True, False])
def test_a_scripted_hit_of_a_hit_names_the_run_that_worked(
    smpipeline: SMPipelineMock,
    run: Run,
    again: Run,
    cached: Step,
    named: bool,  # noqa: FBT001 - a parameter
) -> None:
    """Whether the test names the execution that reused the result or lets the most recent one be found."""
    first = run(cached())
    second = again()
    smpipeline.script("churn", Train=cache_hit(second if named else None))
    smpipeline.advance(hours=2)

    assert source_of(again()) == first.arn


@pytest.mark.fidelity("CACHE-021")
def test_a_scripted_hit_of_what_a_selection_reused_names_the_run_that_worked(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """The selective execution shows the step as succeeded, but it did not work there."""
    first = run(step("Prep"), step("Train", "Prep"))
    selective = smpipeline.start("churn", only=["Train"], source=first)
    smpipeline.script("churn", Prep=cache_hit(selective))

    assert source_of(smpipeline.start("churn"), "Prep") == first.arn


@pytest.mark.fidelity("CACHE-022")
def test_a_cached_step_takes_nothing_from_a_script(smpipeline: SMPipelineMock, run: Run, again: Run, cached: Step) -> None:
    """A list stays where it is, and a callable is not asked, until the step works again."""
    asked: list[str] = []

    def decide(context: StepContext) -> Outcome:
        asked.append(context.execution)
        return succeed()

    first = run(cached(), cached("Evaluate"), script={"Train": [succeed(), fail("boom")], "Evaluate": decide})
    second = again()
    smpipeline.advance(hours=2)
    third = again()

    assert (second.status, third.steps["Train"].reason) == ("Succeeded", "ClientError: boom")
    assert asked == [first.arn, third.arn]


@pytest.mark.fidelity("CACHE-023")
def test_a_hit_counts_as_one_attempt(run: Run, again: Run, cached: Step, listed: Listed) -> None:
    """Attempts of the run that worked are its own, retries included."""
    policy: JsonObject = {"ExceptionType": ["SageMaker.CAPACITY_ERROR"], "IntervalSeconds": 1, "MaxAttempts": 2}
    lacking = fail("no capacity", exception_type="SageMaker.CAPACITY_ERROR")

    first = run(cached(RetryPolicies=[policy]), script={"Train": [lacking, succeed()]})
    second = again()

    assert [listed(execution)[0]["AttemptCount"] for execution in (first, second)] == [2, 1]
    assert second.steps["Train"].attempts == 1


@pytest.mark.fidelity("CACHE-023")
@pytest.mark.smpipeline(progress="manual")
def test_a_step_that_is_retried_may_reuse_what_another_execution_made_meanwhile(
    smpipeline: SMPipelineMock, run: Run, again: Run, cached: Step
) -> None:
    """RetryPipelineExecution looks again; the attempt counts on."""
    first = run(cached(), script={"Train": [fail("boom"), succeed()]})
    smpipeline.run_until_idle()
    second = again()
    smpipeline.run_until_idle()
    first.retry()
    smpipeline.run_until_idle()

    assert (first.status, source_of(first), first.steps["Train"].attempts) == ("Succeeded", second.arn, 2)


@pytest.mark.fidelity("CACHE-024")
def test_a_callback_step_that_is_reused_asks_nobody(
    smpipeline: SMPipelineMock, run: Run, again: Run, cached: Step, client: "SageMakerClient"
) -> None:
    """No message is sent, and the token that it shows is still that of the step that asked."""
    first = run(cached("Approve", kind="Callback", SqsQueueUrl=QUEUE), script={"Approve": [succeed(outputs={"by": "Ada"})]})
    second = again()

    approve = second.steps["Approve"]
    assert (approve.status, approve.cache_source) == ("Succeeded", first.arn)
    assert (approve.metadata, approve.outputs) == (first.steps["Approve"].metadata, {"by": "Ada"})
    with pytest.raises(UsageError, match="a Callback step without a callback"):
        _ = approve.callback
    with pytest.raises(client.exceptions.ClientError, match="terminal status"):
        client.send_pipeline_execution_step_success(
            CallbackToken=str(approve.metadata["Callback"]["CallbackToken"]), ClientRequestToken="t" * 32
        )


@pytest.mark.fidelity("CACHE-024")
@pytest.mark.smpipeline(progress="manual")
def test_a_callback_step_that_is_reused_can_be_stopped(
    smpipeline: SMPipelineMock, run: Run, again: Run, cached: Step, client: "SageMakerClient"
) -> None:
    """There is no answer to wait for, nor one to give: it ends by itself, and its queue hears nothing."""
    run(cached("Approve", kind="Callback", SqsQueueUrl=QUEUE), script={"Approve": [succeed()]})
    smpipeline.run_until_idle()
    second = again()
    smpipeline.advance(seconds=1)
    token = str(second.steps["Approve"].metadata["Callback"]["CallbackToken"])
    with pytest.raises(client.exceptions.ClientError, match="terminal status"):
        client.send_pipeline_execution_step_failure(CallbackToken=token, ClientRequestToken="t" * 32)
    second.stop()
    smpipeline.run_until_idle()

    assert (second.status, second.waiting) == ("Stopped", [])
    with pytest.raises(UsageError, match="a Callback step without a callback"):
        _ = second.steps["Approve"].callback


@pytest.mark.fidelity("CACHE-025")
def test_a_scripted_hit_reuses_whatever_the_policy_says(smpipeline: SMPipelineMock, run: Run, again: Run, step: Step) -> None:
    """Caching is off, the arguments have changed, the result is old: the test wants a hit, of the most recent success."""
    run(step("Train"), script={"Train": [succeed(), succeed(), fail("boom")]})
    second = again()
    assert again().status == "Failed"
    smpipeline.script("churn", Train=cache_hit())
    smpipeline.advance(hours=1000)

    hit = again(step("Train", arguments={"HyperParameters": {"epochs": "2"}}))

    assert (hit.status, source_of(hit)) == ("Succeeded", second.arn)
    assert hit.steps["Train"].metadata == second.steps["Train"].metadata
    assert hit.steps["Train"].arguments == {"HyperParameters": {"epochs": "2"}}


@pytest.mark.fidelity("CACHE-025")
@pytest.mark.parametrize("by", ["record", "ARN"])
def test_a_scripted_hit_can_name_its_source(smpipeline: SMPipelineMock, run: Run, again: Run, step: Step, by: str) -> None:
    """The named execution counts, not the most recent one."""
    first = run(step("Train"))
    again()
    smpipeline.script("churn", Train=cache_hit(source=first if by == "record" else first.arn))

    assert source_of(again()) == first.arn


@pytest.mark.fidelity("CACHE-025")
def test_a_scripted_hit_without_a_result_is_an_error_of_the_test(smpipeline: SMPipelineMock, run: Run, step: Step) -> None:
    """It reaches the test; the execution waits where it was, and goes on once the script is mended."""
    with pytest.raises(UsageError) as caught:
        run(step("Prep"), step("Train", "Prep"), script={"Train": cache_hit()})

    assert str(caught.value) == (
        "cache_hit() for step 'Train' needs an earlier execution of pipeline 'churn' in which the step succeeded, and there is none. "
        "Let one run first, or name another as source."
    )
    execution = smpipeline.executions.one()
    assert (execution.status, execution.order) == ("Executing", ["Prep"])
    smpipeline.script("churn", Train=succeed())
    smpipeline.run_until_idle()
    assert (execution.status, execution.order) == ("Succeeded", ["Prep", "Train"])


@pytest.mark.fidelity("CACHE-025")
def test_a_scripted_hit_of_an_execution_without_the_result_is_an_error_too(
    smpipeline: SMPipelineMock, run: Run, again: Run, step: Step
) -> None:
    """The source is named; a result of another execution, or of a step of another type, is none."""
    failed = run(step("Train"), script={"Train": [fail("boom"), succeed()]})
    again()
    smpipeline.script("churn", Train=cache_hit(failed))
    with pytest.raises(UsageError, match=f"needs execution {failed.arn} in which the step succeeded, and there is none"):
        again()
    smpipeline.script("churn", Train=succeed())
    smpipeline.run_until_idle()

    smpipeline.add("churn", {"Version": "2020-12-01", "Steps": [step("Train", kind="Processing")]})
    smpipeline.script("churn", Train=cache_hit())
    with pytest.raises(UsageError, match="needs an earlier execution of pipeline 'churn'"):
        smpipeline.start("churn")


@pytest.mark.fidelity("CACHE-012")
@pytest.mark.smpipeline(progress="manual")
def test_a_hit_shows_its_source_from_the_start(smpipeline: SMPipelineMock, run: Run, again: Run, cached: Step, listed: Listed) -> None:
    """While it executes, and after a stop in that moment."""
    first = run(cached())
    smpipeline.run_until_idle()
    second = again()
    smpipeline.advance(seconds=1)
    (item,) = listed(second)
    second.stop()
    smpipeline.run_until_idle()

    assert (item["StepStatus"], item["CacheHitResult"]) == ("Executing", {"SourcePipelineExecutionArn": first.arn})
    assert second.steps["Train"].status == "Stopped"


@pytest.mark.fidelity("CACHE-019")
def test_what_a_release_ends_can_be_reused(run: Run, again: Run, cached: Step) -> None:
    """A held step that the test lets succeed is a result like any other."""
    first = run(cached(), script={"Train": [hold()]})
    first.release("Train", succeed(metrics={"auc": 0.9}))
    second = again()

    assert source_of(second) == first.arn
    assert second.steps["Train"].properties == first.steps["Train"].properties
