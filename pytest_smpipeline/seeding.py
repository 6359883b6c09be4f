"""Seeding: pipelines put into the service by the test itself."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import indent
from typing import cast

from pytest_smpipeline._definition.nodes import ParameterValue
from pytest_smpipeline._definition.problems import DefinitionError
from pytest_smpipeline._operations.tags import merged_tags
from pytest_smpipeline._state.arns import partition_of
from pytest_smpipeline._state.entities import PipelineState
from pytest_smpipeline._wire import service_model
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline._wire.validation import validate
from pytest_smpipeline.built_pipelines import BuiltParameters, BuiltSteps, built_definition
from pytest_smpipeline.definition_sources import DefinitionSource, HasDefinition, definition_text, named_definition
from pytest_smpipeline.exceptions import ServiceError, UsageError
from pytest_smpipeline.flowcharts import defined_flowchart
from pytest_smpipeline.mermaid import render_mermaid
from pytest_smpipeline.options import check_keywords
from pytest_smpipeline.step_templates import BuiltStep
from pytest_smpipeline.suggestions import choices, did_you_mean
from pytest_smpipeline.values import JsonObject


class Pipeline:
    """A pipeline at the version that a call of ``smp.add()`` made or found."""

    __slots__ = ("_state", "_version")

    def __init__(self, state: PipelineState) -> None:
        """Show a pipeline's state; tests get these from ``smp.add()``."""
        self._state = state
        self._version = state.latest

    @property
    def name(self) -> str:
        """The pipeline's name."""
        return self._state.name

    @property
    def arn(self) -> str:
        """The PipelineArn."""
        return self._state.arn

    @property
    def version(self) -> int:
        """The id of the version, counted from 1."""
        return self._version.number

    @property
    def definition(self) -> JsonObject:
        """The definition of the version as a dict of its own."""
        return cast("JsonObject", json.loads(self._version.text))

    @property
    def parameters(self) -> dict[str, ParameterValue | None]:
        """The declared parameters with their defaults; None where a start must give a value."""
        return {name: parameter.default for name, parameter in self._version.definition.parameters.items()}

    @property
    def steps(self) -> list[str]:
        """The names of all steps, those in branches included, in the order of the definition."""
        return list(self._version.definition.steps)

    @property
    def role_arn(self) -> str:
        """The role that executions use."""
        return self._state.role_arn

    @property
    def tags(self) -> dict[str, str]:
        """The pipeline's tags."""
        return dict(self._state.tags)

    @property
    def aliases(self) -> list[str]:
        """The aliases of the version."""
        return list(self._version.aliases)

    def mermaid(self) -> str:
        """Return the version's steps as the text of a Mermaid flowchart, to paste where Mermaid is drawn."""
        return render_mermaid(defined_flowchart(f"{self.name} version {self.version}", self._version.definition))

    def __eq__(self, other: object) -> bool:
        """Compare by ARN and version."""
        return (self.arn, self.version) == (other.arn, other.version) if isinstance(other, Pipeline) else NotImplemented

    def __hash__(self) -> int:
        """Hash by ARN and version."""
        return hash((self.arn, self.version))

    def __repr__(self) -> str:
        """Show name, version and steps."""
        return f"<Pipeline {self.name} version {self.version}: {', '.join(self.steps)}>"


@dataclass(frozen=True, slots=True)
class Given:
    """What ``smp.add()`` is given beside the name; what is None is left to the service, or to the mock."""

    definition: DefinitionSource | None
    parameters: BuiltParameters | None
    steps: BuiltSteps | None
    role_arn: str | None
    description: str | None
    display_name: str | None
    tags: Mapping[str, str] | Sequence[Mapping[str, str]] | None
    parallelism: int | Mapping[str, int] | None
    aliases: Sequence[str] | None
    region: str | None
    account_id: str | None


def add_pipeline(service: Service, name: str | HasDefinition, given: Given) -> Pipeline:
    """Put a pipeline into the service, or make the next version of one that is there.

    Raises ``UsageError`` for a value that has no form in the API, and for what the service would refuse.
    """
    name, definition = named_definition(name, given.definition, {"parameters": given.parameters, "steps": given.steps})
    region = given.region or service.options.region
    account_id = given.account_id or service.options.account_id
    if given.region or given.account_id:
        check_keywords({"region": region, "account_id": account_id})
    if definition is None:
        place = BuiltStep("", name, given.role_arn or default_role(region, account_id), region, account_id)
        definition = built_definition(place, given.parameters, given.steps)
    members: dict[str, object] = {
        "PipelineName": name,
        "PipelineDefinition": definition_text(definition),
        "RoleArn": given.role_arn,
        "PipelineDescription": given.description,
        "PipelineDisplayName": given.display_name,
        "Tags": tag_list(given.tags or ()),
        "ParallelismConfiguration": None if given.parallelism is None else parallelism_configuration(given.parallelism),
        "PipelineVersionAliases": alias_list(given.aliases or ()) or None,
    }
    request = cast("JsonObject", {member: value for member, value in members.items() if value is not None})
    with service.lock:
        return put_pipeline(service, region, account_id, request)


def find_pipeline(service: Service, name: str) -> PipelineState:
    """Return the pipeline of this name in the mock's own account and region; ``UsageError`` with the closest when there is none."""
    pipelines = service.store.territory(service.options.account_id, service.options.region).pipelines
    if name not in pipelines:
        message = f"There is no pipeline {name!r}.{did_you_mean(str(name), pipelines)} Existing: {choices(pipelines)}. add() it first."
        raise UsageError(message)
    return pipelines[name]


def put_pipeline(service: Service, region: str, account_id: str, request: JsonObject) -> Pipeline:
    """Create a pipeline through the service's own operation, or make its next version when it exists.

    Raises ``UsageError`` with every problem and its path when the service would refuse; nothing has changed then.
    """
    territory = service.store.territory(account_id, region)
    name = cast("str", request["PipelineName"])
    creation = {"RoleArn": default_role(region, account_id)} | request | {"ClientRequestToken": service.ids.client_token()}
    shape = service_model.current().input_shape("CreatePipeline")
    unknown = request.keys() - shape.members.keys()
    if unknown:
        message = f"Pipeline {name!r} can't be added: the installed botocore does not know {choices(unknown)}. Install a newer boto3."
        raise UsageError(message)
    try:
        if name in territory.pipelines:
            # Whatever creation would refuse is refused now too: UpdatePipeline knows no tags.
            validate(shape, creation)
            tags = merged_tags(territory.pipelines[name].tags, request)
            service.perform("UpdatePipeline", _without_tags(request), region, account_id)
            territory.pipelines[name].tags = tags
        else:
            service.perform("CreatePipeline", creation, region, account_id)
    except ServiceError as refusal:
        raise UsageError(_refused(name, refusal)) from refusal
    return Pipeline(territory.pipelines[name])


def default_role(region: str, account_id: str) -> str:
    """Return the role of a pipeline that was added without one."""
    return f"arn:{partition_of(region)}:iam::{account_id}:role/SageMakerPipelineRole"


def tag_list(tags: Mapping[str, str] | Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return tags as the API has them, from a dict or from the API's own list.

    Raises ``UsageError`` for anything else.
    """
    if isinstance(tags, Mapping):
        return [{"Key": key, "Value": value} for key, value in tags.items()]
    if isinstance(tags, Sequence) and all(isinstance(tag, Mapping) for tag in tags):
        return [dict(tag) for tag in tags]
    message = f"tags={tags!r} is not valid: expected a dict such as {{'team': 'ml'}}, or the API's list of Key and Value."
    raise UsageError(message)


def parallelism_configuration(parallelism: int | Mapping[str, int]) -> dict[str, int]:
    """Return a ParallelismConfiguration from its one number or from the API's own dict.

    Raises ``UsageError`` for anything else.
    """
    if isinstance(parallelism, Mapping):
        return dict(parallelism)
    if isinstance(parallelism, int) and not isinstance(parallelism, bool):
        return {"MaxParallelExecutionSteps": parallelism}
    message = f"parallelism={parallelism!r} is not valid: expected a whole number of steps, or the API's ParallelismConfiguration."
    raise UsageError(message)


def alias_list(aliases: Sequence[str]) -> list[str]:
    """Return the names of aliases; raise ``UsageError`` for a single string, which is a sequence of letters."""
    if isinstance(aliases, str):
        message = f"aliases={aliases!r} is not valid: expected a list of names. Write aliases=[{aliases!r}]."
        raise UsageError(message)
    return list(aliases)


def _without_tags(request: JsonObject) -> JsonObject:
    return {member: value for member, value in request.items() if member != "Tags"}


def _refused(name: str, refusal: ServiceError) -> str:
    report = refusal.report() if isinstance(refusal, DefinitionError) else refusal.message
    return f"Pipeline {name!r} can't be added:\n{indent(report, '  ')}"
