"""Lineage and Cleanup steps: what they show of the entities that they create and of the outputs that they delete."""

import re
from collections.abc import Callable

import pytest

from pytest_smpipeline import Execution
from pytest_smpipeline._state.entities import Metadata
from pytest_smpipeline.values import Json, JsonObject

Make = Callable[..., tuple[Metadata, JsonObject]]
Run = Callable[..., Execution]
Step = Callable[..., JsonObject]

ARN = "arn:aws:sagemaker:us-east-1:123456789012"
ENTITIES: JsonObject = {
    "Actions": [{"ActionName": "train", "ActionType": "ModelTraining"}],
    "Artifacts": [{"ArtifactName": "model", "ArtifactType": "Model"}, {"ArtifactType": "Model"}],
    "Contexts": [{"ContextName": "churn", "ContextType": "Project"}],
}


@pytest.mark.fidelity("LINEAGE-001")
def test_a_lineage_step_shows_the_arns_of_what_it_creates_by_name(make: Make) -> None:
    """An artifact is known by a hash and not by its name; one without a name is in no map."""
    metadata, properties = make("Lineage", ENTITIES)

    shown = metadata["Lineage"]
    assert (shown["ActionArns"], shown["ContextArns"]) == ({"train": f"{ARN}:action/train"}, {"churn": f"{ARN}:context/churn"})
    artifacts = shown["ArtifactArns"]
    assert isinstance(artifacts, dict)
    assert list(artifacts) == ["model"]
    assert re.fullmatch(f"{ARN}:artifact/[0-9a-f]{{32}}", str(artifacts["model"]))
    assert properties == shown


@pytest.mark.fidelity("LINEAGE-002")
def test_an_association_joins_what_the_step_creates_or_an_arn_names(make: Make) -> None:
    """What the step does not create it cannot join by name."""
    train: JsonObject = {"Name": "train", "Type": "Action"}
    associations: Json = [
        {"Source": train, "Destination": {"Name": "churn", "Type": "Context"}, "AssociationType": "AssociatedWith"},
        {"Source": {"Arn": "arn:other"}, "Destination": train},
        {"Source": train, "Destination": {"Name": "model", "Type": "Action"}},
        {"Source": train},
    ]

    metadata, _ = make("Lineage", {**ENTITIES, "Associations": associations})

    assert metadata["Lineage"]["Associations"] == [
        {"SourceArn": f"{ARN}:action/train", "DestinationArn": f"{ARN}:context/churn"},
        {"SourceArn": "arn:other", "DestinationArn": f"{ARN}:action/train"},
    ]


def test_a_lineage_step_that_creates_nothing_shows_nothing(make: Make) -> None:
    """Empty maps are left out."""
    assert make("Lineage", {"Actions": []}) == ({"Lineage": {}}, {})


@pytest.mark.fidelity("LINEAGE-001")
def test_a_later_step_refers_to_an_entity_by_its_name(run: Run, step: Step) -> None:
    """``Steps.X.ActionArns['name']``, as the SDK writes it."""
    use = step("Use", arguments={"Environment": {"ACTION": {"Get": "Steps.Record.ActionArns['train']"}}})

    execution = run(step("Record", kind="Lineage", arguments=ENTITIES), use)

    assert execution.steps["Use"].arguments == {"Environment": {"ACTION": f"{ARN}:action/train"}}


@pytest.mark.fidelity("CLEANUP-001")
def test_a_cleanup_step_shows_the_steps_whose_outputs_it_deleted(make: Make) -> None:
    """They are the sources of its arguments."""
    resources: JsonObject = {"Resources": {"S3": [{"StepName": "Train"}, {"StepName": "Prep", "S3Uris": ["s3://b/a"]}]}}

    assert make("Cleanup", resources) == ({"Cleanup": {"CleanedSteps": ["Train", "Prep"]}}, {})


@pytest.mark.fidelity("CLEANUP-002")
@pytest.mark.parametrize(("how", "message"), [({"failure": "no access"}, "no access"), ({}, "")])
def test_a_cleanup_step_that_fails_has_deleted_nothing(make: Make, how: dict[str, Json], message: str) -> None:
    """Every source is shown with the reason."""
    metadata, _ = make("Cleanup", {"Resources": {"S3": [{"StepName": "Train"}]}}, succeeded=False, **how)

    failed = {"StepName": "Train", "ErrorCode": "ClientError", "ErrorMessage": message}
    assert metadata == {"Cleanup": {"FailedSteps": [failed]}}
