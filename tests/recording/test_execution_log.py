"""``smp.executions``: what was started, and the complaints of ``one`` and ``last``."""

import ast
from collections.abc import Callable
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from pytest_smpipeline import SMPipelineMock, UsageError
from pytest_smpipeline.values import JsonObject

Complaint = Callable[[Callable[[], object]], str]


@pytest.fixture(autouse=True)
def pipelines(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """Add two pipelines of one step."""
    smpipeline.add("churn", one_step)
    smpipeline.add("prep", one_step)


def test_executions_are_a_sequence_oldest_first(smpipeline: SMPipelineMock) -> None:
    """With length, index, slice and iteration, like a list."""
    runs = [smpipeline.start(name) for name in ("churn", "prep", "churn")]

    assert list(smpipeline.executions) == runs
    assert (len(smpipeline.executions), smpipeline.executions[0], smpipeline.executions[1:]) == (3, runs[0], runs[1:])
    assert repr(smpipeline.executions) == repr(runs)


def test_a_name_in_the_place_of_an_index_is_led_to_of(smpipeline: SMPipelineMock) -> None:
    """A log looks like a dict to whoever thinks of pipelines."""
    smpipeline.start("churn")

    with pytest.raises(TypeError) as caught:
        smpipeline.executions["churn"]  # type: ignore[call-overload] # pyright: ignore[reportCallIssue, reportArgumentType]

    assert str(caught.value) == (
        "there is no ['churn']: entries are counted from 0. Executions and calls are picked by name with .of('churn')."
    )


def test_a_log_compares_as_a_list_does(smpipeline: SMPipelineMock) -> None:
    """With lists, tuples and other logs, entry by entry."""
    assert smpipeline.executions == []
    runs = [smpipeline.start("churn"), smpipeline.start("prep")]
    executions = smpipeline.executions

    assert executions == runs == executions
    assert executions == tuple(runs)
    assert executions == smpipeline.executions
    assert executions != runs[:1]
    assert executions != {0: runs[0]}
    assert runs[1] in executions
    assert runs[1] not in executions.of("churn")
    assert (list(reversed(executions)), executions.index(runs[1]), executions.count(runs[0])) == (runs[::-1], 1, 1)
    assert smpipeline.calls == smpipeline.calls.of("StartPipelineExecution") != []


def test_a_place_that_a_log_does_not_have_is_told(smpipeline: SMPipelineMock) -> None:
    """With what it has."""
    with pytest.raises(IndexError) as empty:
        smpipeline.executions[0]
    run = smpipeline.start("churn")
    with pytest.raises(IndexError) as short:
        smpipeline.executions[-2]

    assert str(empty.value) == "there is no [0]: the log holds 0 entries: []"
    assert str(short.value) == f"there is no [-2]: the log holds 1 entry: [<Execution churn/{run.id} Succeeded>]"


def test_of_takes_a_pipeline_that_exists(smpipeline: SMPipelineMock) -> None:
    """The executions of a slip would be none for ever."""
    with pytest.raises(UsageError) as caught:
        smpipeline.executions.of("chrun")

    assert str(caught.value) == "There is no pipeline 'chrun'. Did you mean 'churn'? Existing: 'churn', 'prep'."


def test_calls_are_those_of_an_operation(smpipeline: SMPipelineMock) -> None:
    """Live, as all logs; the name is the API's, and a slip is told."""
    lists = smpipeline.calls.of("ListPipelines")
    smpipeline.start("churn")
    smpipeline.client().list_pipelines()

    assert (len(lists), lists[0].operation, lists[-1:]) == (1, "ListPipelines", list(lists))
    with pytest.raises(UsageError) as caught:
        smpipeline.calls.of("start_pipeline_execution")
    assert str(caught.value).startswith(
        "There is no operation 'start_pipeline_execution'. Did you mean 'StartPipelineExecution'? Those of pipelines: 'AddTags', "
    )


def test_two_calls_are_equal_when_they_say_the_same(smpipeline: SMPipelineMock) -> None:
    """Whenever they were made; they print as what would make them."""
    for _ in range(2):
        smpipeline.client().describe_pipeline(PipelineName="churn")
        smpipeline.advance(60)
    first, second = smpipeline.calls

    assert first == second
    assert first.time < second.time
    assert first != replace(second, operation="DeletePipeline")
    assert isinstance(ast.parse(repr([first, second]), mode="eval"), ast.Expression)
    assert repr(first).startswith("Call(operation='DescribePipeline', request={'PipelineName': 'churn'}, response={'PipelineArn': 'arn:")


def test_no_record_prints_where_it_is_in_memory(smpipeline: SMPipelineMock) -> None:
    """What is printed can be kept and compared in another run."""
    run = smpipeline.start("churn")
    smpipeline.client().list_pipelines()

    shown = [repr(item) for item in (smpipeline, smpipeline.executions, smpipeline.calls, run, run.steps, run.steps["Train"])]

    assert [text for text in shown if "0x" in text or " object at " in text] == []


def test_of_gives_the_executions_of_one_pipeline(smpipeline: SMPipelineMock) -> None:
    """Live: an execution that is started later is in it too."""
    of_churn = smpipeline.executions.of("churn")
    smpipeline.start("prep")
    run = smpipeline.start("churn")

    assert list(of_churn) == [run]


def test_one_is_the_only_execution(smpipeline: SMPipelineMock) -> None:
    """The only one of all, or the only one of a pipeline."""
    run = smpipeline.start("churn")
    assert smpipeline.executions.one() == run

    smpipeline.start("prep")
    assert smpipeline.executions.one("churn") == run


def test_last_is_the_execution_started_last(smpipeline: SMPipelineMock) -> None:
    """Of all, or of one pipeline."""
    first, second = smpipeline.start("churn"), smpipeline.start("prep")

    assert (smpipeline.executions.last, smpipeline.executions.of("churn").last) == (second, first)


@pytest.mark.parametrize("what", ["exactly", "at least"])
def test_none_at_all_is_told_with_where_to_look(smpipeline: SMPipelineMock, complaint: Complaint, what: str) -> None:
    """Nothing was started; there is no table to show."""
    executions = smpipeline.executions

    assert complaint(lambda: executions.one() if what == "exactly" else executions.last) == (
        f"Expected: {what} one execution.\n"
        "Happened: none was started.\n"
        "To do: check that the code under test ran and which pipeline it starts; smpipeline.calls shows every call it made."
    )


def test_none_of_a_pipeline_is_told_with_what_else_was_started(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """The code under test may have started another pipeline."""
    run = smpipeline.start("prep")

    assert complaint(lambda: smpipeline.executions.one("churn")) == (
        "Expected: exactly one execution of pipeline 'churn'.\n"
        "Happened: none of pipeline 'churn' was started; 1 execution in all.\n"
        "Started:\n"
        f"  prep/{run.id} (Succeeded) started without parameters\n"
        "To do: check that the code under test ran and which pipeline it starts; smpipeline.calls shows every call it made."
    )


def test_none_is_told_with_the_calls_that_were_refused(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """They are why there is none, as likely as not."""
    with pytest.raises(ClientError):
        smpipeline.client().start_pipeline_execution(PipelineName="chrun")

    assert complaint(smpipeline.executions.one) == (
        "Expected: exactly one execution.\n"
        "Happened: none was started; 1 call of StartPipelineExecution was refused: ResourceNotFound.\n"
        "Started:\n"
        "  a start of 'chrun', refused\n"
        f"    ResourceNotFound: {smpipeline.calls[0].error_message}\n"
        "To do: check that the code under test ran and which pipeline it starts; smpipeline.calls shows every call it made."
    )


def test_too_many_are_told_with_a_table(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """Those of the pipeline come first."""
    other, first, second = (smpipeline.start(name) for name in ("prep", "churn", "churn"))

    assert complaint(lambda: smpipeline.executions.one("churn")) == (
        "Expected: exactly one execution of pipeline 'churn'.\n"
        "Happened: 2 of pipeline 'churn' were started; 3 executions in all.\n"
        "Started:\n"
        f"  churn/{first.id} (Succeeded) started without parameters\n"
        f"  churn/{second.id} (Succeeded) started without parameters\n"
        f"  prep/{other.id} (Succeeded) started without parameters\n"
        "To do: start it once, or pick one by its place, such as .of(name)[0] or .last."
    )


def test_too_many_of_the_only_pipeline_are_not_counted_twice(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """When nothing else was started, the number of all says nothing new."""
    for _ in range(2):
        smpipeline.start("churn")

    assert "Happened: 2 of pipeline 'churn' were started.\n" in complaint(lambda: smpipeline.executions.one("churn"))


def test_a_long_table_is_cut(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """Five executions are enough to see; the rest is counted."""
    runs = [smpipeline.start("churn") for _ in range(7)]

    assert complaint(smpipeline.executions.one) == "\n".join(
        [
            "Expected: exactly one execution.",
            "Happened: 7 were started.",
            "Started:",
            *(f"  churn/{run.id} (Succeeded) started without parameters" for run in runs[:5]),
            "  and 2 more",
            "To do: start it once, or pick one by its place, such as .of(name)[0] or .last.",
        ]
    )


def test_a_pipeline_that_does_not_exist_is_told_with_the_closest_name(smpipeline: SMPipelineMock, complaint: Complaint) -> None:
    """A slip in the name is the likeliest reason that none of it was started."""
    assert complaint(lambda: smpipeline.executions.one("chrun")) == (
        "Expected: exactly one execution of pipeline 'chrun'.\n"
        "Happened: none of pipeline 'chrun' was started.\n"
        "To do: name a pipeline that exists: 'churn', 'prep'. Did you mean 'churn'?"
    )
