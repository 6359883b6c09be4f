"""What Lineage steps show and tell: the ARNs of the entities that they create, by name, and the associations between them."""

from typing import Final

from pytest_smpipeline._engine.attempts import Attempt
from pytest_smpipeline._state.entities import Metadata
from pytest_smpipeline.values import Json, JsonObject

# Type of entity: the argument that lists them, the member that names one, the part of the ARN, the map of ARNs.
_ENTITIES: Final = {
    "Action": ("Actions", "ActionName", "action", "ActionArns"),
    "Artifact": ("Artifacts", "ArtifactName", "artifact", "ArtifactArns"),
    "Context": ("Contexts", "ContextName", "context", "ContextArns"),
}
_HASH: Final = 32


def lineage_metadata(attempt: Attempt) -> Metadata:
    """Show what was created; an association whose end this step does not create is left out."""
    created: dict[str, dict[str, Json]] = {kind: _created(attempt, kind) for kind in _ENTITIES}
    shown: JsonObject = {_ENTITIES[kind][3]: arns for kind, arns in created.items() if arns}
    ends = [(_end(entry.get("Source"), created), _end(entry.get("Destination"), created)) for entry in attempt.objects("Associations")]
    associations: list[Json] = [{"SourceArn": source, "DestinationArn": target} for source, target in ends if source and target]
    if associations:
        shown["Associations"] = associations
    return {"Lineage": shown}


def lineage_properties(_attempt: Attempt, metadata: Metadata) -> JsonObject:
    """Tell the same: later steps refer to the ARNs by the names of the entities."""
    return dict(metadata["Lineage"])


def _created(attempt: Attempt, kind: str) -> dict[str, Json]:
    argument, member, resource, _ = _ENTITIES[kind]
    names = [entity.get(member) for entity in attempt.objects(argument)]
    return {name: attempt.arn(f"{resource}/{_identity(attempt, kind, name)}") for name in names if isinstance(name, str)}


def _identity(attempt: Attempt, kind: str, name: str) -> str:
    # Artifacts are told apart by their source, so their names can be shared.
    return attempt.ids.hash(_HASH) if kind == "Artifact" else name


def _end(reference: Json, created: dict[str, dict[str, Json]]) -> Json:
    if not isinstance(reference, dict):
        return None
    return reference.get("Arn") or created.get(str(reference.get("Type")), {}).get(str(reference.get("Name")))
