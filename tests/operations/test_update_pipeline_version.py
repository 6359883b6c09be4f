"""UpdatePipelineVersion."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from pytest_smpipeline import SMPipelineMock

ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"

Create = Callable[..., Any]
Define = Callable[..., str]
Picture = Callable[[], object]
Raw = Callable[..., tuple[int, dict[str, Any]]]
Refusal = Callable[..., tuple[str, str]]


def outcome(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without what botocore adds."""
    return {member: value for member, value in answer.items() if member != "ResponseMetadata"}


@pytest.fixture
def update(smpipeline_client: Any) -> Callable[..., dict[str, Any]]:
    """Return the function that updates a version of the pipeline churn, with aliases to add and to remove."""

    def call(number: int = 1, *, add: list[str] | None = None, remove: list[str] | None = None, **members: Any) -> dict[str, Any]:
        operations = {name: aliases for name, aliases in (("Add", add), ("Remove", remove)) if aliases is not None}
        given = {"PipelineVersionAliasOperations": operations} if operations else {}
        return outcome(smpipeline_client.update_pipeline_version(PipelineArn=ARN, PipelineVersionId=number, **given, **members))

    return call


Update = Callable[..., dict[str, Any]]


@pytest.fixture
def aliases(smpipeline_client: Any) -> Callable[[int], list[str] | None]:
    """Return the function that tells the aliases of a version of churn, None when the answer has none."""

    def of(number: int) -> list[str] | None:
        described = smpipeline_client.describe_pipeline(PipelineName="churn", PipelineVersionId=number)
        found: list[str] | None = described.get("PipelineVersionAliases")
        return found

    return of


Aliases = Callable[[int], list[str] | None]


@pytest.fixture
def two(create: Create, smpipeline_client: Any, define: Define, recent_model: None) -> None:
    """The pipeline churn with two versions: the first has the aliases prod and stable, the second next."""
    create(PipelineVersionAliases=["prod", "stable"])
    smpipeline_client.update_pipeline(PipelineName="churn", PipelineDefinition=define("Second"), PipelineVersionAliases=["next"])


@pytest.mark.fidelity("UPDVER-001", "UPDVER-002")
def test_names_and_description_of_a_version_are_updated(
    create: Create, smpipeline_client: Any, define: Define, definition: str, update: Update
) -> None:
    """DescribePipeline shows them with their version, and with no other."""
    create(PipelineDisplayName="Churn", PipelineDescription="daily")
    smpipeline_client.update_pipeline(PipelineName="churn", PipelineDefinition=define("Second"))
    given = {"PipelineVersionDisplayName": "baseline", "PipelineVersionDescription": "the first"}

    assert update(1, **given) == {"PipelineArn": ARN, "PipelineVersionId": 1}

    first, second = (smpipeline_client.describe_pipeline(PipelineName="churn", PipelineVersionId=number) for number in (1, 2))
    assert {member: first[member] for member in given} == given
    assert not given.keys() & second.keys()
    assert (first["PipelineDisplayName"], first["PipelineDescription"], first["PipelineDefinition"]) == ("Churn", "daily", definition)


@pytest.mark.fidelity("UPDVER-003", "UPDVER-004")
def test_an_update_of_a_version_leaves_what_it_does_not_name(
    create: Create, smpipeline: SMPipelineMock, smpipeline_client: Any, update: Update, picture: Picture, noon: datetime
) -> None:
    """An update without anything changes nothing, the pipeline's time of modification included."""
    create()
    update(PipelineVersionDisplayName="baseline", PipelineVersionDescription="the first")
    before = picture()
    smpipeline.advance(1)

    update()

    assert picture() == before
    assert smpipeline_client.describe_pipeline(PipelineName="churn")["LastModifiedTime"] == noon


@pytest.mark.fidelity("UPDVER-005")
def test_the_description_of_a_version_can_be_emptied(create: Create, smpipeline_client: Any, update: Update) -> None:
    """An empty text is a text; only an absent one leaves the description as it was."""
    create()
    update(PipelineVersionDescription="the first")

    update(PipelineVersionDescription="")

    assert smpipeline_client.describe_pipeline(PipelineName="churn")["PipelineVersionDescription"] == ""


@pytest.mark.fidelity("UPDVER-006", "UPDVER-020")
@pytest.mark.usefixtures("two")
def test_aliases_are_added_and_removed(update: Update, aliases: Aliases) -> None:
    """In one update; those that stay keep their order, and the new ones stand behind them."""
    update(1, add=["v1", "1.0"], remove=["prod"])

    assert aliases(1) == ["stable", "v1", "1.0"]
    assert aliases(2) == ["next"]


@pytest.mark.fidelity("UPDVER-006")
@pytest.mark.usefixtures("two")
def test_a_version_without_aliases_shows_none(update: Update, aliases: Aliases) -> None:
    """Empty lists are no change."""
    update(2, remove=["next"])
    update(2, add=[], remove=[])

    assert aliases(2) is None


@pytest.mark.fidelity("UPDVER-007", "UPDVER-008")
@pytest.mark.usefixtures("two")
def test_an_alias_moves_once_it_was_removed_where_it_was(
    update: Update, aliases: Aliases, smpipeline_client: Any, refusal: Refusal, picture: Picture
) -> None:
    """Until then it is refused; afterwards it leads to the other version."""
    before = picture()

    assert refusal(update, number=2, add=["new", "prod"], PipelineVersionDescription="new") == (
        "ValidationException",
        "Pipeline version alias 'prod' must be unique within the pipeline.",
    )
    assert picture() == before

    update(1, remove=["prod"])
    update(2, add=["prod"])
    assert (aliases(1), aliases(2)) == (["stable"], ["next", "prod"])
    execution = smpipeline_client.start_pipeline_execution(PipelineName="churn", PipelineVersionAlias="prod")["PipelineExecutionArn"]
    assert smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=execution)["PipelineVersionId"] == 2


@pytest.mark.fidelity("UPDVER-009")
@pytest.mark.usefixtures("two")
def test_an_execution_shows_the_aliases_that_its_version_has_now(update: Update, smpipeline_client: Any) -> None:
    """They are currently assigned, not those of the time of the start; which version ran does not change."""
    arn = smpipeline_client.start_pipeline_execution(PipelineName="churn", PipelineVersionAlias="prod")["PipelineExecutionArn"]

    update(1, add=["old"], remove=["prod", "stable"])
    update(2, add=["prod"])

    described = smpipeline_client.describe_pipeline_execution(PipelineExecutionArn=arn)
    (summary,) = smpipeline_client.list_pipeline_executions(PipelineName="churn")["PipelineExecutionSummaries"]
    assert (described["PipelineVersionId"], described["PipelineVersionAliases"]) == (1, ["old"])
    assert summary["PipelineVersionAliases"] == ["old"]
    assert smpipeline_client.list_pipeline_executions(PipelineName="churn", PipelineVersionAlias="prod")["PipelineExecutionSummaries"] == []


@pytest.mark.fidelity("UPDVER-010", "UPDVER-011", "UPDVER-012", "UPDVER-013", "UPDVER-014", "UPDVER-015")
@pytest.mark.parametrize(
    ("operations", "code", "message"),
    [
        (
            {"add": ["x", "prod"], "remove": ["prod"]},
            "ValidationException",
            "Pipeline version alias 'prod' can't be both added and removed.",
        ),
        ({"add": ["x", "42"]}, "ValidationException", "Pipeline version alias '42' can't consist of numbers only."),
        ({"add": ["prod"]}, "ValidationException", "Pipeline version alias 'prod' must be unique within the pipeline."),
        ({"add": ["x", "x"]}, "ValidationException", "Pipeline version alias 'x' must be unique within the pipeline."),
        (
            {"add": ["x"], "remove": ["stable", "next"]},
            "ResourceNotFound",
            f"Pipeline version alias 'next' of version '1' of pipeline '{ARN}' does not exist.",
        ),
        (
            {"remove": ["prod", "prod"]},
            "ResourceNotFound",
            f"Pipeline version alias 'prod' of version '1' of pipeline '{ARN}' does not exist.",
        ),
        (
            {"add": [f"v{number}" for number in range(9)]},
            "ValidationException",
            "A pipeline version can have up to 10 aliases; version '1' would have 11.",
        ),
    ],
    ids=["in both lists", "number", "its own", "twice", "not its own", "removed twice", "too many"],
)
@pytest.mark.usefixtures("two")
def test_aliases_that_cannot_be_changed_so_change_nothing(
    update: Update, refusal: Refusal, picture: Picture, operations: dict[str, list[str]], code: str, message: str
) -> None:
    """One wrong alias refuses the update as a whole, its other members included."""
    before = picture()

    refused = refusal(update, number=1, PipelineVersionDisplayName="new", PipelineVersionDescription="new", **operations)

    assert refused == (code, message)
    assert picture() == before


@pytest.mark.fidelity("UPDVER-012")
@pytest.mark.usefixtures("two")
def test_ten_aliases_count_after_the_update(update: Update, aliases: Aliases) -> None:
    """What is removed makes room for what is added."""
    update(1, add=[f"v{number}" for number in range(8)])

    update(1, add=["x", "y"], remove=["prod", "v0"])

    assert aliases(1) == ["stable", *(f"v{number}" for number in range(1, 8)), "x", "y"]


@pytest.mark.fidelity("UPDVER-016")
@pytest.mark.usefixtures("two")
def test_aliases_of_other_pipelines_are_free(create: Create, update: Update, aliases: Aliases) -> None:
    """An alias is unique within its pipeline only."""
    create("other", PipelineVersionAliases=["shared"])

    update(1, add=["shared"])

    assert aliases(1) == ["prod", "stable", "shared"]


@pytest.mark.fidelity("UPDVER-017")
@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:sagemaker:us-east-1:123456789012:pipeline/other",
        "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/churn",
        "arn:aws:sagemaker:us-east-1:999999999999:pipeline/churn",
        "arn:aws-cn:sagemaker:us-east-1:123456789012:pipeline/churn",
        "arn:aws:sagemaker:us-east-1:123456789012:pipeline/",
        "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn/execution/d84ewltjmxhe",
    ],
    ids=["name", "region", "account", "partition", "nameless", "execution"],
)
def test_a_version_of_a_pipeline_that_is_not_there_is_not_updated(
    create: Create, smpipeline_client: Any, refusal: Refusal, picture: Picture, arn: str
) -> None:
    """The name at the end of an ARN is not enough."""
    create()
    before = picture()

    refused = refusal(smpipeline_client.update_pipeline_version, PipelineArn=arn, PipelineVersionId=1, PipelineVersionDescription="new")

    assert refused == ("ResourceNotFound", f"Pipeline '{arn}' does not exist.")
    assert picture() == before


@pytest.mark.fidelity("UPDVER-018")
def test_the_pipeline_of_a_version_is_named_by_its_arn(create: Create, smpipeline_client: Any, refusal: Refusal) -> None:
    """The model takes no name here."""
    create()

    code, message = refusal(smpipeline_client.update_pipeline_version, PipelineArn="churn", PipelineVersionId=1)

    assert code == "ValidationException"
    assert message.startswith("1 validation error detected: Value 'churn' at 'pipelineArn' failed to satisfy constraint: ")


@pytest.mark.fidelity("UPDVER-019")
@pytest.mark.parametrize("number", [2, 2**63 - 1])
def test_a_version_that_is_not_there_is_not_updated(create: Create, update: Update, refusal: Refusal, number: int) -> None:
    """The pipeline has one version."""
    create()

    refused = refusal(update, number=number, PipelineVersionDescription="new")

    assert refused == ("ResourceNotFound", f"Pipeline version '{number}' of pipeline '{ARN}' does not exist.")
