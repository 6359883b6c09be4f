"""Lambda steps that Python answers: what the function gets, what becomes of its return value, and which function it is."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from unittest.mock import Mock

import pytest

from pytest_smpipeline import Execution, SMPipelineMock, UsageError, fail, succeed
from pytest_smpipeline.lambda_functions import LambdaContext
from pytest_smpipeline.values import Json, JsonObject

Run = Callable[..., Execution]
Step = Callable[..., JsonObject]
Listed = Callable[[Execution], list[Any]]
Score = Callable[..., JsonObject]

ARN = "arn:aws:lambda:us-east-1:123456789012:function:score"
READ_TWICE: Json = {"RoleArn": {"Get": "Steps.Score.OutputParameters['auc']"}}


@pytest.fixture
def score(step: Step) -> Score:
    """Return the function that writes the Lambda step ``Score`` with these outputs and their types."""

    def write(arguments: Json = None, *, arn: Json = ARN, **outputs: str) -> JsonObject:
        declared: Json = [{"OutputName": name, "OutputType": kind} for name, kind in outputs.items()]
        return step("Score", kind="Lambda", FunctionArn=arn, arguments=arguments, OutputParameters=declared)

    return write


def give(value: object) -> Callable[[object], object]:
    """Return a function that returns this, whatever it is called with."""
    return lambda _event: value


@pytest.mark.fidelity("LAMBDA-001")
def test_a_function_gets_the_resolved_arguments_as_its_event(smpipeline: SMPipelineMock, run: Run, score: Score) -> None:
    """References are resolved before the function is called."""
    events: list[object] = []

    @smpipeline.on_lambda("score")
    def score_model(event: Mapping[str, object]) -> dict[str, object]:
        events.append(event)
        return {}

    execution = run(
        score({"day": {"Get": "Parameters.Day"}, "rows": 3}), declared=[{"Name": "Day", "Type": "String"}], given={"Day": "monday"}
    )

    assert events == [{"day": "monday", "rows": 3}]
    assert score_model({}) == {}, "the decorator returns the function itself"
    execution.assert_succeeded()


def test_what_a_function_does_to_its_event_stays_its_own(smpipeline: SMPipelineMock, run: Run, score: Score) -> None:
    """The event is a copy: neither the record nor the next execution sees a change."""
    smpipeline.on_lambda("score", lambda event: event["tags"].append("seen"))

    executions = [run(score({"tags": ["new"]})), smpipeline.start("churn")]

    assert [execution.steps["Score"].arguments for execution in executions] == [{"tags": ["new"]}] * 2


@pytest.mark.fidelity("LAMBDA-001", "LAMBDA-002")
def test_members_of_the_returned_dict_are_the_declared_outputs(
    smpipeline: SMPipelineMock, run: Run, score: Score, step: Step, listed: Listed
) -> None:
    """Later steps see them typed, Metadata shows text; what the step does not declare is left out."""
    smpipeline.on_lambda("score", give({"auc": 0.91, "rows": "12", "ok": True, "name": 7, "statusCode": 200}))
    rows, name = ({"Get": f"Steps.Score.OutputParameters['{output}']"} for output in ("rows", "name"))
    use = step("Use", arguments={"ResourceConfig": {"InstanceCount": rows}, "RoleArn": name})

    execution = run(score(auc="Float", rows="Integer", ok="Boolean", name="String"), use)

    assert execution.steps["Score"].outputs == {"auc": 0.91, "rows": 12, "ok": True, "name": "7"}
    assert execution.steps["Use"].arguments == {"ResourceConfig": {"InstanceCount": 12}, "RoleArn": "7"}
    assert listed(execution)[-1]["Metadata"]["Lambda"]["OutputParameters"] == [
        {"Name": "auc", "Value": "0.91"},
        {"Name": "rows", "Value": "12"},
        {"Name": "ok", "Value": "true"},
        {"Name": "name", "Value": "7"},
    ]


@pytest.mark.fidelity("VALUE-011")
def test_a_nested_member_is_one_json_text(smpipeline: SMPipelineMock, run: Run, score: Score, step: Step) -> None:
    """As for every output of a Lambda step."""
    smpipeline.on_lambda("score", give({"auc": {"train": 0.9}}))

    execution = run(score(auc="String"), step("Use", arguments=READ_TWICE))

    assert execution.steps["Use"].arguments == {"RoleArn": '{"train": 0.9}'}


@pytest.mark.smpipeline(strict=False)
@pytest.mark.fidelity("LAMBDA-003")
@pytest.mark.parametrize("returned", [{}, {"auc": None}], ids=["missing", "null"])
def test_an_output_that_the_function_does_not_return_fails_the_step_that_needs_it(
    smpipeline: SMPipelineMock, run: Run, score: Score, step: Step, returned: object
) -> None:
    """The Lambda step itself has succeeded."""
    smpipeline.on_lambda("score", give(returned))

    execution = run(score(auc="String"), step("Use", arguments=READ_TWICE))

    assert execution.steps["Score"].status == "Succeeded"
    execution.assert_failed(step="Use", reason="OutputParameters.auc has no value")


@pytest.mark.fidelity("LAMBDA-004")
@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        (None, "returned None, not an object with the outputs auc, rows."),
        (["auc"], "returned ['auc'], not an object with the outputs auc, rows."),
        ({"rows": "many"}, "Unexpected type for parameter 'rows'. Expected Integer but found"),
        ({"rows": [1]}, "Unexpected type for parameter 'rows'. Expected Integer but found"),
    ],
    ids=["nothing", "a list", "a text for a number", "a list for a number"],
)
def test_a_value_that_does_not_fit_the_declared_outputs_fails_the_step(
    smpipeline: SMPipelineMock, run: Run, score: Score, returned: object, reason: str
) -> None:
    """Nothing is known of what the service does; a test should not pass on it."""
    smpipeline.on_lambda("score", give(returned))

    run(score(auc="Float", rows="Integer")).assert_failed(step="Score", reason=reason)


@pytest.mark.parametrize("returned", [None, "done", {"any": "thing"}])
def test_a_step_without_outputs_succeeds_whatever_the_function_returns(
    smpipeline: SMPipelineMock, run: Run, score: Score, returned: object
) -> None:
    """There is nothing to fit."""
    smpipeline.on_lambda("score", give(returned))

    execution = run(score())

    execution.assert_succeeded()
    assert execution.steps["Score"].outputs == {}


@pytest.mark.fidelity("LAMBDA-005")
def test_an_error_of_the_function_fails_the_step(smpipeline: SMPipelineMock, run: Run, score: Score, listed: Listed) -> None:
    """Its kind and message are in the reason, and Metadata shows the function."""

    @smpipeline.on_lambda("score")
    def score_model(_event: object) -> None:
        message = "no such model"
        raise LookupError(message)

    execution = run(score(auc="Float"))

    item = listed(execution)[0]
    assert item["FailureReason"] == f"ClientError: Lambda function {ARN} failed: LookupError: no such model"
    assert item["Metadata"] == {"Lambda": {"Arn": ARN}}


@pytest.mark.fidelity("LAMBDA-005")
def test_a_value_without_a_json_text_is_an_error_of_the_function(smpipeline: SMPipelineMock, run: Run, score: Score) -> None:
    """Lambda can't pass it on either."""
    smpipeline.on_lambda("score", give({"auc": datetime(2026, 11, 22, tzinfo=UTC)}))

    run(score()).assert_failed(step="Score", reason="failed: TypeError: Object of type datetime is not JSON serializable")


def test_wrong_use_inside_a_function_is_raised(smpipeline: SMPipelineMock, run: Run, score: Score) -> None:
    """A slip of the test is no failure of the pipeline."""
    smpipeline.on_lambda("score", lambda _event: smpipeline.script("chrn"))

    with pytest.raises(UsageError, match="Did you mean 'churn'"):
        run(score())


def test_a_function_with_two_arguments_gets_a_context(smpipeline: SMPipelineMock, run: Run, score: Score) -> None:
    """A real handler can be given as it is."""
    seen: list[LambdaContext] = []

    def handler(_event: object, context: LambdaContext) -> None:
        seen.append(context)

    smpipeline.on_lambda("score", handler)
    run(score())
    run(score(arn=f"{ARN}:live"))

    assert [(context.function_name, context.function_version, context.invoked_function_arn) for context in seen] == [
        ("score", "$LATEST", ARN),
        ("score", "live", f"{ARN}:live"),
    ]
    assert len({context.aws_request_id for context in seen}) == 2
    assert seen[0].get_remaining_time_in_millis() == 600_000


def test_a_second_argument_with_a_default_keeps_it(smpipeline: SMPipelineMock, run: Run, score: Score) -> None:
    """What can be called with the event alone is; so a Mock can be asked for its one argument."""
    function = Mock(return_value={})
    smpipeline.on_lambda("score", function)

    run(score({"rows": 3}))

    function.assert_called_once_with({"rows": 3})


def test_a_function_without_a_signature_gets_the_event(smpipeline: SMPipelineMock, run: Run, score: Score) -> None:
    """Python can't tell what some functions written in C take."""
    smpipeline.on_lambda("score", dict)

    assert run(score({"auc": "high"}, auc="String")).steps["Score"].outputs == {"auc": "high"}


@pytest.mark.parametrize("name", ["score", ARN, f"{ARN}:live", "score:live"])
def test_a_function_is_found_by_name_or_arn_with_or_without_a_qualifier(
    smpipeline: SMPipelineMock, run: Run, score: Score, name: str
) -> None:
    """What a name leaves out may be anything."""
    smpipeline.on_lambda(name, give({"auc": 1}))

    assert run(score(arn=f"{ARN}:live", auc="Integer")).steps["Score"].outputs == {"auc": 1}


@pytest.mark.parametrize("name", ["scores", "score:test", f"{ARN}:test", ARN.replace("us-east-1", "eu-west-1")])
def test_another_function_does_not_answer(smpipeline: SMPipelineMock, run: Run, score: Score, name: str) -> None:
    """What a name says has to be so."""
    smpipeline.on_lambda(name, give({"auc": 1}))

    assert run(score(arn=f"{ARN}:live", auc="Integer")).steps["Score"].outputs == {}


def test_the_name_that_says_most_answers(smpipeline: SMPipelineMock, run: Run, score: Score) -> None:
    """An alias before the function, an ARN before a name."""
    names = ["score", ARN, "score:live", f"{ARN}:live"]
    answers: list[Json] = []
    for place, name in enumerate(names):
        smpipeline.on_lambda(name, give({"place": place}))
        answers.append(run(score(arn=f"{ARN}:live", place="Integer")).steps["Score"].outputs["place"])

    assert answers == [0, 1, 2, 3]


def test_a_later_function_of_the_same_name_replaces_the_earlier_one(smpipeline: SMPipelineMock, run: Run, score: Score) -> None:
    """As a later script does."""
    smpipeline.on_lambda("score", give({"auc": 1}))
    smpipeline.on_lambda("score", give({"auc": 2}))

    assert run(score(auc="Integer")).steps["Score"].outputs == {"auc": 2}


def test_a_function_answers_before_the_script(smpipeline: SMPipelineMock, run: Run, score: Score) -> None:
    """The script of another step, and of one that calls no such function, counts as ever."""
    smpipeline.on_lambda("score", give({"auc": 1}))

    answered = run(score(auc="Integer"), script={"Score": fail("boom")})
    scripted = run(score(arn=f"{ARN}s", auc="Integer"), script={"Score": succeed(outputs={"auc": 3})})

    assert (answered.steps["Score"].outputs, scripted.steps["Score"].outputs) == ({"auc": 1}, {"auc": 3})


def test_a_step_whose_function_has_no_arn_is_answered_by_none(smpipeline: SMPipelineMock, run: Run, score: Score) -> None:
    """What is resolved may be any text."""
    smpipeline.on_lambda("score", give({"auc": 1}))

    assert run(score(arn="arn:f", auc="Integer")).steps["Score"].outputs == {}


@pytest.mark.parametrize("name", [give({}), "", "a b", "arn:aws:lambda:score"], ids=["a function", "nothing", "two words", "half an ARN"])
def test_what_is_no_name_of_a_function_is_refused(smpipeline: SMPipelineMock, name: Any) -> None:
    """Also where the parentheses of the decorator were forgotten."""
    with pytest.raises(
        UsageError, match=r"^on_lambda\(\) takes the name or the ARN of a Lambda function, not .*Write @smpipeline\.on_lambda"
    ):
        smpipeline.on_lambda(name)


async def _coroutine(_event: object) -> None:
    """Return a coroutine, which no Lambda function does."""


@pytest.mark.parametrize("function", [7, _coroutine, lambda: None, lambda _a, _b, _c: None], ids=["7", "coroutine", "none", "three"])
def test_what_cannot_be_called_with_an_event_is_refused(smpipeline: SMPipelineMock, function: Any) -> None:
    """At once, and not when the step runs."""
    with pytest.raises(UsageError, match=r"^on_lambda\('my-score'\) takes a function .* not .*Write def my_score\(event\): \.\.\.$"):
        smpipeline.on_lambda("my-score")(function)


def test_functions_belong_to_an_active_mock(smpipeline: SMPipelineMock) -> None:
    """As everything that acts on it."""
    smpipeline._service.end()

    with pytest.raises(UsageError, match="This mock has ended"):
        smpipeline.on_lambda("score", give({}))
