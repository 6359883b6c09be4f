"""Cases: named scripts in a file, and the schema that is shipped for it."""

import inspect
import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from pytest_smpipeline import SMPipelineMock, UsageError, fail, succeed
from pytest_smpipeline.cases import OUTCOMES
from pytest_smpipeline.outcomes import EXCEPTION_TYPES
from pytest_smpipeline.values import JsonObject

EARLIER = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn/execution/d84ewltjmxhe"
TWICE: JsonObject = {
    "Train": [
        {"fail": {"reason": "no capacity"}},
        {"fail": {"reason": "again"}},
        {"succeed": {"metrics": {"auc": 0.7}}},
    ]
}
EVERY_OUTCOME: JsonObject = {
    "Train": [
        {"succeed": {"properties": {"BillableTimeInSeconds": 1}, "metrics": {"auc": 1}, "duration": 1.5, "optional": True}},
        {"fail": {"reason": "boom", "exception_type": "SageMaker.CAPACITY_ERROR", "duration": 90, "optional": False}},
        {"reject": {"code": "ResourceLimitExceeded", "message": "none left", "optional": True}},
        {"stopped": {"duration": 60}},
        {"hold": {}},
        {"cache_hit": {"source": EARLIER}},
    ],
    "Prep": {"cache_hit": {}},
    "Call": {"succeed": {"outputs": {"n": 1}, "property_files": {"report": {"a": [1, None]}}}},
}

Write = Callable[[object], str]

pytestmark = pytest.mark.usefixtures("churn")


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Return the function that writes ``cases.json`` into a new folder, the current one, and returns its path."""
    monkeypatch.chdir(tmp_path)

    def call(content: object) -> str:
        path = tmp_path / "cases.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    return call


def refusal(smp: SMPipelineMock, path: str) -> list[str]:
    """Load a file that is not right, and return what is wrong with it."""
    with pytest.raises(UsageError) as caught:
        smp.load_cases(path)
    heading, *problems = str(caught.value).split("\n  ")
    assert heading == f"The cases file '{path}' can't be loaded:"
    return problems


def statuses(smp: SMPipelineMock, times: int) -> list[str]:
    """Start the pipeline so many times and return how its Train step ended each time."""
    return [smp.start("churn", {"Date": "d"}).steps["Train"].status for _ in range(times)]


def test_a_case_scripts_the_steps_of_a_pipeline(smpipeline: SMPipelineMock, write: Write) -> None:
    """As if its outcomes stood in the call."""
    write({"churn": {"TrainFailsTwice": TWICE, "Smooth": {}}})
    smpipeline.load_cases("cases.json")

    smpipeline.script("churn", case="TrainFailsTwice")

    assert statuses(smpipeline, 3) == ["Failed", "Failed", "Succeeded"]
    assert smpipeline.executions.last.branches == {"Gate": "else"}


def test_an_empty_case_leaves_scripts_as_they_are(smpipeline: SMPipelineMock, write: Write) -> None:
    """It says nothing of any step."""
    smpipeline.load_cases(write({"churn": {"Smooth": {}}}))
    smpipeline.script("churn", Train=fail("boom"))

    smpipeline.script("churn", case="Smooth")

    assert statuses(smpipeline, 1) == ["Failed"]


def test_an_outcome_outside_of_a_list_serves_every_attempt(smpipeline: SMPipelineMock, write: Write) -> None:
    """As in a call of ``script()``."""
    smpipeline.load_cases(Path(write({"churn": {"Broken": {"Train": {"fail": {"reason": "boom"}}}}})))
    smpipeline.script("churn", case="Broken")

    assert statuses(smpipeline, 2) == ["Failed", "Failed"]


def test_each_script_call_begins_a_case_anew(smpipeline: SMPipelineMock, write: Write) -> None:
    """A list is used up by the attempts after the call, not by those of an earlier one."""
    smpipeline.load_cases(write({"churn": {"TrainFailsTwice": TWICE}}))

    smpipeline.script("churn", case="TrainFailsTwice")
    first = statuses(smpipeline, 1)
    smpipeline.script("churn", case="TrainFailsTwice")

    assert first + statuses(smpipeline, 3) == ["Failed", "Failed", "Failed", "Succeeded"]


def test_steps_beside_a_case_count_more(smpipeline: SMPipelineMock, write: Write) -> None:
    """Whatever the case says of them, even what does not fit; the other steps are as the case has them."""
    broken: JsonObject = {"fail": {"reason": "boom"}}
    smpipeline.load_cases(write({"churn": {"Broken": {"Prep": broken, "Train": {"succeed": {"outputs": {"n": 1}}}}}}))

    smpipeline.script("churn", {"Train": succeed(optional=True)}, case="Broken")

    assert smpipeline.start("churn", {"Date": "d"}).failed_steps == ["Prep"]


def test_every_outcome_can_be_written_in_a_file(smpipeline: SMPipelineMock, write: Write) -> None:
    """Its members are the arguments of the function of the same name."""
    smpipeline.load_cases(write({"$schema": "cases.schema.json", "other": {"Everything": EVERY_OUTCOME}}))

    made = smpipeline._cases.find("other", "Everything").steps

    assert json.loads(json.dumps(made, default=repr)) == {
        "Train": [
            "succeed(properties={'BillableTimeInSeconds': 1}, metrics={'auc': 1.0}, duration=1.5, optional=True)",
            "fail('boom', exception_type='SageMaker.CAPACITY_ERROR', duration=90)",
            "reject('ResourceLimitExceeded', 'none left', optional=True)",
            "stopped(duration=60)",
            "hold()",
            f"cache_hit(source='{EARLIER}')",
        ],
        "Prep": "cache_hit()",
        "Call": "succeed(outputs={'n': 1}, property_files={'report': {'a': [1, None]}})",
    }


def test_cases_of_several_files_add_up(smpipeline: SMPipelineMock, write: Write) -> None:
    """The same name may stand under two pipelines, and pipelines that the test does not have are no error."""
    smpipeline.load_cases(write({"churn": {"TrainFailsTwice": TWICE}}))
    smpipeline.load_cases(write({"churn": {"Smooth": {}}, "elsewhere": {"TrainFailsTwice": TWICE}}))

    smpipeline.script("churn", case="Smooth")
    smpipeline.script("churn", case="TrainFailsTwice")

    assert statuses(smpipeline, 3) == ["Failed", "Failed", "Succeeded"]


def test_a_case_is_loaded_once(smpipeline: SMPipelineMock, write: Write) -> None:
    """Which of two was meant nobody could tell; a file that is refused adds nothing."""
    path = write({"churn": {"Smooth": {}}})
    smpipeline.load_cases(path)
    write({"churn": {"New": {}, "Smooth": {}}})

    assert refusal(smpipeline, path) == [f"This case was loaded from '{path}' already. @ $.churn.Smooth"]
    with pytest.raises(UsageError, match="There is no case 'New'"):
        smpipeline.script("churn", case="New")


def test_a_name_that_stands_twice_in_an_object_is_refused(smpipeline: SMPipelineMock, write: Write) -> None:
    """JSON readers would keep the last one and say nothing."""
    path = write('{"churn": {"Smooth": {}, "Smooth": {"Train": [{"hold": {}}, {"fail": {"reason": "a", "reason": "b"}}]}}}')

    assert refusal(smpipeline, path) == [
        "This member stands here twice. @ $.churn.Smooth",
        "This member stands here twice. @ $.churn.Smooth.Train[1].fail.reason",
    ]


WRONG: list[tuple[JsonObject, str]] = [
    (
        {"churn": {"C": {"Train": [{"fail": {"reson": "a"}}]}}},
        (
            "'fail' takes no 'reson'; valid: 'duration', 'exception_type', 'optional', 'reason'. Did you mean 'reason'? "
            "@ $.churn.C.Train[0].fail.reson\n  'fail' needs 'reason'. @ $.churn.C.Train[0].fail"
        ),
    ),
    (
        {"churn": {"C": {"a-b c": {"fial": {"reason": "a"}}}}},
        (
            "There is no outcome 'fial'; valid: 'cache_hit', 'fail', 'hold', 'reject', 'stopped', 'succeed'. Did you mean 'fail'? "
            "@ $.churn.C['a-b c'].fial"
        ),
    ),
    (
        {"churn": {"C": {"Train": {"hold": {}, "stopped": {}}}}},
        'Expected an object with one outcome, such as {"fail": {"reason": "boom"}}, got one with 2 members. @ $.churn.C.Train',
    ),
    (
        {"churn": {"C": {"Train": ["hold"]}}},
        'Expected an object with one outcome, such as {"fail": {"reason": "boom"}}, got a string. @ $.churn.C.Train[0]',
    ),
    ({"churn": {"C": {"Train": {"hold": None}}}}, "Expected an object of arguments, got null. @ $.churn.C.Train.hold"),
    ({"churn": {"C": {"Train": {"fail": []}}}}, "Expected an object of arguments, got an array. @ $.churn.C.Train.fail"),
    ({"churn": {"C": []}}, "Expected an object of steps, got an array. @ $.churn.C"),
    ({"churn": "C"}, "Expected an object of cases, got a string. @ $.churn"),
    (
        {"churn": {"C": {"Train": {"reject": {}}}}},
        "'reject' needs 'code', 'message'. @ $.churn.C.Train.reject",
    ),
    (
        {"churn": {"C": {"Train": {"fail": {"reason": "a", "exception_type": "SageMaker.CAPACITY"}}}}},
        (
            "exception_type='SageMaker.CAPACITY' is not one that AWS knows. Did you mean 'SageMaker.CAPACITY_ERROR'? Valid types: "
            "'Emr.RESOURCE_LIMIT', 'SageMaker.CAPACITY_ERROR', 'SageMaker.JOB_INTERNAL_ERROR', 'SageMaker.RESOURCE_LIMIT', "
            "'Step.SERVICE_FAULT', 'Step.THROTTLING'. @ $.churn.C.Train.fail"
        ),
    ),
    (
        {"churn": {"C": {"Train": {"succeed": {"metrics": {"auc": "high"}}}}}},
        "succeed(metrics=...) takes numbers, as CloudWatch does; 'auc' is 'high'. @ $.churn.C.Train.succeed",
    ),
    (
        {"churn": {"C": {"Train": {"stopped": {"duration": -1}}}}},
        "duration=-1 is negative; a step takes no less than zero seconds. @ $.churn.C.Train.stopped",
    ),
    ({"churn": {"C": {"Train": {"hold": {"optional": "no"}}}}}, "optional takes True or False, not 'no'. @ $.churn.C.Train.hold"),
    (
        {"churn": {"C": {"Train": {"cache_hit": {"source": "d84ewltjmxhe"}}}}},
        (
            "cache_hit() takes the Execution whose result is reused, or its ARN, not 'd84ewltjmxhe'. The ARN of an execution reads "
            "arn:aws:sagemaker:<region>:<account>:pipeline/<name>/execution/<id>. @ $.churn.C.Train.cache_hit"
        ),
    ),
]
WHAT_IS_WRONG = [
    "argument",
    "outcome",
    "two outcomes",
    "string for an outcome",
    "null for arguments",
    "array for arguments",
    "array for steps",
    "string for cases",
    "missing arguments",
    "exception type",
    "metric",
    "duration",
    "optional",
    "source",
]


@pytest.mark.parametrize(("content", "problem"), WRONG, ids=WHAT_IS_WRONG)
def test_what_is_wrong_with_a_file_is_told_with_its_place(
    smpipeline: SMPipelineMock, write: Write, content: JsonObject, problem: str
) -> None:
    """The message names file, path and, of a name, the closest valid one."""
    assert "\n  ".join(refusal(smpipeline, write(content))) == problem


def test_everything_that_is_wrong_is_told_at_once(smpipeline: SMPipelineMock, write: Write) -> None:
    """One line each, in the order of the file."""
    cases: JsonObject = {"A": {"Train": [{"hold": {"a": 1}}, {"hold": {"b": 1}}]}, "B": 1}

    assert [problem.rpartition(" @ ")[2] for problem in refusal(smpipeline, write({"churn": cases}))] == [
        "$.churn.A.Train[0].hold.a",
        "$.churn.A.Train[1].hold.b",
        "$.churn.B",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "This is no JSON: Expecting property name enclosed in double quotes at line 1 column 2 (char 1). @ $"),
        ("[1]", "Expected an object of pipelines, got an array. @ $"),
        ("[" * 100_000, "This is no JSON: arrays and objects are nested too deeply. @ $"),
    ],
    ids=["no JSON", "array", "too deep"],
)
def test_a_file_that_holds_something_else_is_refused(smpipeline: SMPipelineMock, write: Write, text: str, problem: str) -> None:
    """Whatever it is."""
    assert refusal(smpipeline, write(text)) == [problem]


def test_a_file_that_is_not_there_is_named_with_the_folders_searched(smpipeline: SMPipelineMock, write: Write) -> None:
    """A relative path counts from the current folder, then from pytest's root."""
    here = Path(write({})).parent
    root = Path(__file__).parents[2]

    with pytest.raises(UsageError) as caught:
        smpipeline.load_cases("caess.json")

    assert str(caught.value) == (f"There is no cases file 'caess.json'; looked for '{here / 'caess.json'}' and '{root / 'caess.json'}'.")


def test_cases_are_loaded_from_a_path_only(smpipeline: SMPipelineMock) -> None:
    """Cases that are at hand can be scripted themselves."""
    with pytest.raises(UsageError, match=r"^load_cases\(\) takes the path of a \.json file, not \{'churn': \{\}\}\.$"):
        smpipeline.load_cases({"churn": {}})  # type: ignore[arg-type]  # the point of the test


def test_a_case_that_no_file_has_is_refused(smpipeline: SMPipelineMock, write: Write) -> None:
    """With the closest name, the cases of this pipeline, and the files that were loaded."""
    path = write({"churn": {"TrainFailsTwice": TWICE, "Smooth": {}}, "other": {"TrainFailsTwise": {}}})
    smpipeline.load_cases(path)

    with pytest.raises(UsageError) as caught:
        smpipeline.script("churn", case="TrainFailsTwise")

    assert str(caught.value) == (
        "There is no case 'TrainFailsTwise' of pipeline 'churn'. Did you mean 'TrainFailsTwice'? "
        f"Its cases: 'Smooth', 'TrainFailsTwice'. Loaded: '{path}'."
    )


def test_a_case_without_a_file_is_refused(smpipeline: SMPipelineMock) -> None:
    """The message says what comes first."""
    with pytest.raises(UsageError) as caught:
        smpipeline.script("churn", case="Smooth")

    assert str(caught.value) == (
        "There is no case 'Smooth' of pipeline 'churn': no cases file is loaded. Call load_cases('cases.json') first."
    )


def test_a_step_called_case_goes_into_the_mapping(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """The keyword is taken; whoever means the step is told."""
    smpipeline.add("odd", one_step | {"Steps": [{"Name": "case", "Type": "Training", "Arguments": {}}]})

    with pytest.raises(UsageError) as caught:
        smpipeline.script("odd", case=fail("boom"))  # type: ignore[arg-type]  # the point of the test
    smpipeline.script("odd", {"case": fail("boom")})

    assert str(caught.value) == (
        "case=fail('boom') is not the name of a case. A step that is called 'case' goes into the mapping: {'case': ...}."
    )
    assert smpipeline.start("odd").failed_steps == ["case"]


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        (
            {"Trian": {"hold": {}}},
            "Pipeline 'churn' has no step 'Trian'. Did you mean 'Train'? Its steps: 'Gate', 'Prep', 'Report', 'Stop', 'Train'.",
        ),
        (
            {"Report": {"stopped": {}}},
            (
                "Step 'Report', a Model step, can't come out as stopped():\n  Model steps run no job that could be stopped outside of the "
                "pipeline. Write fail(reason), or stop the execution."
            ),
        ),
    ],
    ids=["step", "outcome"],
)
def test_a_case_that_does_not_fit_the_pipeline_is_refused_when_it_is_used(
    smpipeline: SMPipelineMock, write: Write, steps: JsonObject, reason: str
) -> None:
    """The file can't know the pipeline; the message leads back to it."""
    path = write({"churn": {"Odd": steps}})
    smpipeline.load_cases(path)

    with pytest.raises(UsageError) as caught:
        smpipeline.script("churn", case="Odd")

    assert str(caught.value) == f"Case 'Odd' of '{path}' does not fit. {reason}"


@pytest.mark.smpipeline(strict=False)
def test_what_a_case_leaves_unused_is_told_with_its_name(smpipeline: SMPipelineMock, write: Write) -> None:
    """The line to change stands in the file."""
    smpipeline.load_cases(write({"churn": {"Broken": {"Train": [{"fail": {"reason": "a"}}, {"fail": {"reason": "b"}}]}}}))
    smpipeline.script("churn", case="Broken")
    smpipeline.start("churn", {"Date": "d"})

    assert smpipeline._scripts.unused() == [
        (
            "script('churn', case='Broken'), Train=[fail('a'), fail('b')]: 1 of 2 outcomes was not used, fail('b'); "
            "the step made 1 attempt. Let it make more, take out what is too much, or write optional=True into what may stay unused."
        )
    ]


def schema() -> dict[str, Any]:
    """Return the schema as the package ships it."""
    text = resources.files("pytest_smpipeline").joinpath("cases.schema.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def test_the_schema_has_the_outcomes_that_are_read() -> None:
    """All of them, and no others."""
    assert schema()["$defs"]["outcome"]["properties"] == {name: {"$ref": f"#/$defs/{name}"} for name in OUTCOMES}


@pytest.mark.parametrize("name", OUTCOMES)
def test_the_schema_has_the_arguments_that_functions_take(name: str) -> None:
    """Every argument is a member of the same name, and those without a default are required."""
    parameters = inspect.signature(OUTCOMES[name]).parameters
    described = schema()["$defs"][name]

    assert list(described["properties"]) == list(parameters)
    assert described.get("required", []) == [word for word, given in parameters.items() if given.default is given.empty]
    assert described["additionalProperties"] is False


def test_the_schema_has_the_exception_types_that_aws_knows() -> None:
    """And null, which is the default."""
    assert schema()["$defs"]["fail"]["properties"]["exception_type"]["enum"] == [*EXCEPTION_TYPES, None]


@pytest.mark.parametrize("content", [{"$schema": "s", "churn": {"A": TWICE, "B": {}, "C": EVERY_OUTCOME}}, {}], ids=["cases", "nothing"])
def test_the_schema_takes_what_is_loaded(smpipeline: SMPipelineMock, write: Write, content: JsonObject) -> None:
    """An editor that follows it marks nothing."""
    jsonschema = pytest.importorskip("jsonschema", reason="an old moto does not bring it")
    smpipeline.load_cases(write(content))

    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.Draft202012Validator(schema()).validate(content)


@pytest.mark.parametrize("content", [content for content, _ in WRONG], ids=WHAT_IS_WRONG)
def test_the_schema_refuses_what_is_not_loaded(content: JsonObject) -> None:
    """An editor that follows it marks what the package would refuse."""
    jsonschema = pytest.importorskip("jsonschema", reason="an old moto does not bring it")

    assert not jsonschema.Draft202012Validator(schema()).is_valid(content)
