"""Adding pipelines: what ``smp.add()`` takes, makes and refuses."""

from typing import TYPE_CHECKING

import pytest

from pytest_smpipeline import SMPipelineMock, UsageError, mock_smpipeline, succeed
from pytest_smpipeline.seeding import put_pipeline
from pytest_smpipeline.values import JsonObject

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

ROLE = "arn:aws:iam::123456789012:role/Pipelines"


def test_an_added_pipeline_is_there_for_the_api(
    smpipeline: SMPipelineMock, smpipeline_client: "SageMakerClient", one_step: JsonObject
) -> None:
    """Everything given is what DescribePipeline returns."""
    smpipeline.add("churn", one_step, role_arn=ROLE, description="nightly", display_name="Churn", parallelism=3)

    described = smpipeline_client.describe_pipeline(PipelineName="churn")

    assert described["PipelineArn"] == "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"
    assert described["RoleArn"] == ROLE
    assert described["PipelineDescription"] == "nightly"
    assert described["PipelineDisplayName"] == "Churn"
    assert described["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 3}


def test_a_pipeline_shows_what_was_added(smpipeline: SMPipelineMock, definition: JsonObject) -> None:
    """``add`` returns a Pipeline with its names, version, declared parameters and all steps, those in branches included."""
    churn = smpipeline.add("churn", definition, role_arn=ROLE, tags={"team": "ml"})

    assert (churn.name, churn.version, churn.role_arn, churn.tags, churn.aliases) == ("churn", 1, ROLE, {"team": "ml"}, [])
    assert churn.arn == "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"
    assert churn.parameters == {"Date": None, "Epochs": 10}
    assert churn.steps == ["Prep", "Train", "Gate", "Report", "Stop"]
    assert churn.definition == definition
    assert repr(churn) == "<Pipeline churn version 1: Prep, Train, Gate, Report, Stop>"


@pytest.mark.usefixtures("newer_botocore")
def test_aliases_name_the_version_that_an_add_makes(smpipeline: SMPipelineMock, one_step: JsonObject, definition: JsonObject) -> None:
    """The next version has aliases of its own, or none."""
    first, second = smpipeline.add("churn", one_step, aliases=["prod", "eu"]), smpipeline.add("churn", definition)

    assert (first.aliases, second.aliases) == (["prod", "eu"], [])


def test_what_the_installed_botocore_does_not_know_is_refused(smpipeline: SMPipelineMock) -> None:
    """Leaving it out would let a test pass that says something else."""
    with pytest.raises(UsageError) as caught:
        put_pipeline(smpipeline._service, "us-east-1", "123456789012", {"PipelineName": "churn", "PipelineMood": "good"})

    assert str(caught.value) == (
        "Pipeline 'churn' can't be added: the installed botocore does not know 'PipelineMood'. Install a newer boto3."
    )


def test_without_a_role_a_pipeline_has_one_of_its_account(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """The role is in the account and partition of the pipeline."""
    pipeline = smpipeline.add("churn", one_step, region="cn-north-1", account_id="999999999999")

    assert pipeline.role_arn == "arn:aws-cn:iam::999999999999:role/SageMakerPipelineRole"


def test_a_second_add_without_a_role_keeps_the_first_ones(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """What an add does not name stays as it was."""
    role = "arn:aws:iam::123456789012:role/Mine"
    smpipeline.add("churn", one_step, role_arn=role)

    assert smpipeline.add("churn", one_step).role_arn == role


def test_a_pipeline_can_lie_in_another_region(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """It is invisible from the mock's own region."""
    abroad = smpipeline.add("churn", one_step, region="eu-west-1")
    here, there = smpipeline.client(), smpipeline.client("eu-west-1")

    assert abroad.arn == "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/churn"
    assert there.describe_pipeline(PipelineName="churn")["PipelineArn"] == abroad.arn
    with pytest.raises(here.exceptions.ResourceNotFound):
        here.describe_pipeline(PipelineName="churn")


def test_a_second_add_makes_the_next_version(smpipeline: SMPipelineMock, one_step: JsonObject, definition: JsonObject) -> None:
    """The pipeline goes on under its name and ARN; the first handle keeps showing version 1."""
    first = smpipeline.add("churn", one_step)
    second = smpipeline.add("churn", definition, description="better")

    assert (first.arn, first.version, first.steps) == (second.arn, 1, ["Train"])
    assert (second.version, second.definition) == (2, definition)
    assert first != second
    smpipeline.script("churn", Train=succeed(metrics={"auc": 0.9}))
    assert smpipeline.start("churn", {"Date": "d"}).version == 2


def test_the_same_definition_again_is_no_new_version(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """What has not changed keeps its version; two handles on one version are equal."""
    first, second = smpipeline.add("churn", one_step), smpipeline.add("churn", one_step, description="described")

    assert second.version == 1
    assert {first, second} == {first}
    assert first != "churn"


def test_tags_of_a_second_add_join_those_that_are_there(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """A key that is there gets the new value, others stay."""
    smpipeline.add("churn", one_step, tags={"team": "ml", "stage": "test"})

    again = smpipeline.add("churn", one_step, tags=[{"Key": "stage", "Value": "prod"}])

    assert again.tags == {"team": "ml", "stage": "prod"}


def test_an_object_with_name_and_definition_may_be_given_alone(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """As a Pipeline of the SageMaker SDK, which returns its definition as JSON text."""

    class Churn:
        name = "churn"

        def definition(self) -> JsonObject:
            return one_step

    assert smpipeline.add(Churn()).steps == ["Train"]


def test_adding_is_no_call(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """``smp.calls`` holds what the code under test did."""
    smpipeline.add("churn", one_step)

    assert not smpipeline.calls


def test_parallelism_is_a_number_or_the_dict_of_the_api(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """Both set the limit of the pipeline's executions."""
    smpipeline.add("one", one_step, parallelism=7)
    smpipeline.add("two", one_step, parallelism={"MaxParallelExecutionSteps": 8})

    assert [smpipeline.start(name).parallelism for name in ("one", "two")] == [7, 8]


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        (
            {"tags": "team"},
            "tags='team' is not valid: expected a dict such as {'team': 'ml'}, or the API's list of Key and Value.",
        ),
        (
            {"tags": {"": "ml"}},
            (
                "Pipeline 'churn' can't be added:\n  1 validation error detected: Value '' at 'tags.1.member.key' failed to satisfy "
                "constraint: Member must have length greater than or equal to 1"
            ),
        ),
        (
            {"parallelism": "5"},
            "parallelism='5' is not valid: expected a whole number of steps, or the API's ParallelismConfiguration.",
        ),
        (
            {"parallelism": True},
            "parallelism=True is not valid: expected a whole number of steps, or the API's ParallelismConfiguration.",
        ),
        (
            {"parallelism": 0},
            (
                "Pipeline 'churn' can't be added:\n  1 validation error detected: Value '0' at "
                "'parallelismConfiguration.maxParallelExecutionSteps' failed to satisfy constraint: "
                "Member must have value greater than or equal to 1"
            ),
        ),
        ({"aliases": "prod"}, "aliases='prod' is not valid: expected a list of names. Write aliases=['prod']."),
        ({"region": "Frankfurt"}, "region='Frankfurt' is not valid: expected the name of an AWS region such as 'us-east-1'."),
        (
            {"account_id": "12"},
            "account_id='12' is not valid: expected the twelve digits of an AWS account as a string, such as '123456789012'.",
        ),
    ],
    ids=repr,
)
@pytest.mark.parametrize("there", [(), ("churn",)], ids=["new", "existing"])
def test_what_the_service_would_refuse_is_a_usage_error(
    smpipeline: SMPipelineMock,
    one_step: JsonObject,
    definition: JsonObject,
    there: tuple[str, ...],
    keywords: dict[str, object],
    message: str,
) -> None:
    """The message says what is wrong, and nothing has changed, whether the pipeline is new or there already."""
    before = [smpipeline.add(name, one_step, tags={"team": "ml"}) for name in there]

    with pytest.raises(UsageError) as caught:
        smpipeline.add("churn", definition, **keywords)  # type: ignore[arg-type]  # the point of the test

    assert str(caught.value) == message
    after = smpipeline.add("churn", one_step)
    assert (after.version, after.tags, after.steps) == (1, before[0].tags if before else {}, ["Train"])


def test_every_problem_of_a_definition_is_named_on_a_line_with_its_place(smpipeline: SMPipelineMock) -> None:
    """One run of the test shows all that is to be corrected."""
    steps: list[JsonObject] = [{"Name": "A", "Type": "Trainin"}, {"Name": "B", "Type": "Fail"}]

    with pytest.raises(UsageError) as caught:
        smpipeline.add("churn", {"Version": "1", "Steps": [*steps]})

    assert str(caught.value) == (
        "Pipeline 'churn' can't be added:\n"
        "  'Version' takes '2020-12-01', not '1'. @ $.Version\n"
        "  'Trainin' is not a type of step. Did you mean 'Training'? @ $.Steps[0].Type\n"
        "  'Arguments' is required. @ $.Steps[1]"
    )


def test_a_name_that_the_service_would_refuse_is_a_usage_error(smpipeline: SMPipelineMock, one_step: JsonObject) -> None:
    """The words are those of the service."""
    with pytest.raises(UsageError) as caught:
        smpipeline.add("churn model", one_step)

    assert str(caught.value) == (
        "Pipeline 'churn model' can't be added:\n"
        "  1 validation error detected: Value 'churn model' at 'pipelineName' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}"
    )


class Nameless:
    """Something with a definition and no name."""

    def definition(self) -> str:
        """Return some text."""
        return "{}"


@pytest.mark.parametrize("arguments", [(Nameless(),), (5, {}), (Nameless(), {})], ids=["nameless", "number", "both"])
def test_add_takes_a_name_and_a_definition(smpipeline: SMPipelineMock, arguments: tuple[object, ...]) -> None:
    """Or one object that has both, or what to build one from."""
    with pytest.raises(UsageError) as caught:
        smpipeline.add(*arguments)  # type: ignore[arg-type]  # the point of the test

    assert str(caught.value) == (
        "add() takes a name and a definition, a name and steps= or parameters= to build one from, "
        "or one object with .name and .definition()."
    )


def test_a_name_alone_is_told_how_to_build_any_pipeline(smpipeline: SMPipelineMock) -> None:
    """A definition that is None by mistake builds nothing, but the shortest thing to write is named."""
    with pytest.raises(UsageError, match=r"write add\('churn', steps=\['Train'\]\)\.$"):
        smpipeline.add("churn")

    assert smpipeline.add("churn", steps=["Train"]).steps == ["Train"]


def test_a_pipeline_can_be_copied_to_another_region(smpipeline: SMPipelineMock, definition: JsonObject) -> None:
    """What ``add`` returns has a name and a definition, so it may be given alone."""
    here = smpipeline.add("churn", definition)

    there = smpipeline.add(here, region="eu-west-1")

    assert there.arn == "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/churn"
    assert there.definition == here.definition


def test_what_boto3_describes_may_be_added(smpipeline: SMPipelineMock, smpipeline_client: "SageMakerClient", one_step: JsonObject) -> None:
    """The answer of DescribePipeline has the definition in it."""
    smpipeline.add("churn", one_step)

    described = smpipeline_client.describe_pipeline(PipelineName="churn")

    assert smpipeline.add("copy", described).definition == one_step


def test_nothing_is_added_to_a_mock_that_has_ended() -> None:
    """Neither pipelines nor executions; what is there can still be read."""
    with mock_smpipeline() as smp:
        smp.add("churn", steps=["Train"])

    for add in (lambda: smp.add("churn", steps=["Prep"]), lambda: smp.add_execution("churn")):
        with pytest.raises(UsageError, match="This mock has ended"):
            add()
