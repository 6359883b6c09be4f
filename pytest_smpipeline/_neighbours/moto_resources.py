"""moto's SageMaker, kind by kind: how it makes and where it keeps what the steps of pipelines make.

This is moto's inner side, in all versions since 5.0.0. Its backends are asked directly: no credentials decide the account there, and
nothing is sent. What they are given is the least that they take; what a Describe call then tells is set afterwards.
"""

import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from pytest_smpipeline.values import Json, JsonObject

MotoBackend: TypeAlias = Any
"""``moto.sagemaker.models.SageMakerModelBackend``: it changes from version to version, and no type of it is a promise."""

_JOB: Final = {"Executing": "InProgress", "Stopping": "Stopping", "Succeeded": "Completed", "Failed": "Failed", "Stopped": "Stopped"}
_ENDPOINT: Final = {"Executing": "Creating", "Stopping": "Creating", "Succeeded": "InService", "Failed": "Failed", "Stopped": "Failed"}
_TABULAR: Final[JsonObject] = {"TargetAttributeName": "", "ProblemType": "Regression", "CompletionCriteria": {}}
_STAND_IN: Final = "stands-in-for-a-configuration-that-is-not-there"


@dataclass(frozen=True, slots=True, kw_only=True)
class MotoResource:
    """How moto keeps one kind of resource.

    ``noun`` begins the names of its members in the API, ``created_by`` is the backend's method, ``name`` what that calls the name,
    ``store`` where the backend keeps it, and ``fillers`` what it can't do without. ``statuses`` has the word for each status of a
    step, where the resource has a status; without, it is there once the step has succeeded. ``started`` and ``ended`` are the members
    for times of the job, and ``kept`` those that stay as moto made them when nothing is known of them.
    """

    noun: str
    created_by: str
    name: str
    store: str
    describe_call: str
    fillers: Mapping[str, Json] = field(default_factory=dict[str, Json])
    defaults: Mapping[str, Json] = field(default_factory=dict[str, Json])
    statuses: Mapping[str, str] | None = None
    started: str | None = None
    ended: str | None = None
    kept: frozenset[str] = frozenset()
    make: "Callable[[MotoBackend, MotoResource, str, Mapping[str, Json]], object] | None" = None


def backend_of(account_id: str, region: str) -> MotoBackend:
    """Return moto's SageMaker of this account and region; whatever moto raises for those that it does not know."""
    return sys.modules["moto.sagemaker.models"].sagemaker_backends[account_id][region]


def find(backend: MotoBackend, resource: MotoResource, key: str) -> object | None:
    """Return what moto keeps under this key; None when it is not there, or moto has no such resources."""
    kept: Mapping[str, object] = getattr(backend, resource.store, {})
    return kept.get(key)


def make(backend: MotoBackend, resource: MotoResource, key: str, values: Mapping[str, Json]) -> object | None:
    """Let moto make a resource with these values and fillers, and return it; None when this moto has no such resources.

    The values are by the names of the backend's own arguments. Raises what moto raises.
    """
    if not hasattr(backend, resource.created_by):
        return None
    if resource.make is not None:
        return resource.make(backend, resource, key, values)
    _create(backend, resource.created_by, {**values, **resource.fillers, resource.name: key})
    return find(backend, resource, key)


def group_of(key: str) -> tuple[str, int] | None:
    """Return the group and the number of a version of a model package, from its ARN; None for a package without a group."""
    _, *group, last = key.rpartition(":")[2].split("/")
    return (group[0], int(last)) if group else None


def newest_versions(backend: MotoBackend) -> dict[str, int]:
    """Return the highest version of model packages in each group."""
    newest: dict[str, int] = {}
    for package in list(backend.model_packages.values()):
        if package.model_package_version is not None:
            group = package.model_package_group_name
            newest[group] = max(package.model_package_version, newest.get(group, 0))
    return newest


def _create(backend: MotoBackend, method: str, values: Mapping[str, Json]) -> object:
    create = getattr(backend, method)
    # Absent values are None in moto, for each argument that the version at hand has.
    made: object = create(**{name: values.get(name) for name in inspect.signature(create).parameters})
    return made


def _make_endpoint(backend: MotoBackend, resource: MotoResource, key: str, values: Mapping[str, Json]) -> object:
    config = values.get("endpoint_config_name")
    if config not in backend.endpoint_configs:
        config = _STAND_IN
        _create(backend, "create_endpoint_config", {"endpoint_config_name": config, "production_variants": []})
    try:
        return _create(backend, resource.created_by, {**values, resource.name: key, "endpoint_config_name": config})
    finally:
        backend.endpoint_configs.pop(_STAND_IN, None)


def _make_package(backend: MotoBackend, resource: MotoResource, key: str, values: Mapping[str, Json]) -> object:
    versioned = group_of(key)
    given: JsonObject = {**values, "certify_for_marketplace": False}
    if versioned is None:
        given["model_package_name"] = key.rpartition("/")[2]
    else:
        given["model_package_group_name"] = versioned[0]
        if versioned[0] not in backend.model_package_groups:
            _create(backend, "create_model_package_group", {"model_package_group_name": versioned[0], "tags": []})
    # moto puts the name into lower case, and counts the versions that are there.
    made = backend.model_packages.pop(_create(backend, resource.created_by, given))
    backend.model_package_name_mapping |= {key: key, made.model_package_name: key}
    backend.model_packages[key] = made
    made.model_package_version = versioned and versioned[1]
    return made


RESOURCES: Final[Mapping[str, MotoResource]] = {
    "training-job": MotoResource(
        noun="TrainingJob",
        created_by="create_training_job",
        name="training_job_name",
        store="training_jobs",
        describe_call="DescribeTrainingJob",
        fillers={"algorithm_specification": {}, "output_data_config": {"S3OutputPath": ""}},
        defaults={"EnableNetworkIsolation": False, "EnableInterContainerTrafficEncryption": False, "EnableManagedSpotTraining": False},
        statuses=_JOB,
        started="TrainingStartTime",
        ended="TrainingEndTime",
    ),
    "processing-job": MotoResource(
        noun="ProcessingJob",
        created_by="create_processing_job",
        name="processing_job_name",
        store="processing_jobs",
        describe_call="DescribeProcessingJob",
        statuses=_JOB,
        started="ProcessingStartTime",
        ended="ProcessingEndTime",
    ),
    "transform-job": MotoResource(
        noun="TransformJob",
        created_by="create_transform_job",
        name="transform_job_name",
        store="transform_jobs",
        describe_call="DescribeTransformJob",
        statuses=_JOB,
        started="TransformStartTime",
        ended="TransformEndTime",
    ),
    "hyper-parameter-tuning-job": MotoResource(
        noun="HyperParameterTuningJob",
        created_by="create_hyper_parameter_tuning_job",
        name="hyper_parameter_tuning_job_name",
        store="hyper_parameter_tuning_jobs",
        describe_call="DescribeHyperParameterTuningJob",
        # Its lists read these two.
        fillers={"hyper_parameter_tuning_job_config": {"Strategy": None, "ResourceLimits": None}},
        statuses=_JOB,
        ended="HyperParameterTuningEndTime",
        kept=frozenset({"HyperParameterTuningJobConfig"}),
    ),
    "automl-job": MotoResource(
        noun="AutoMLJob",
        created_by="create_auto_ml_job_v2",
        name="auto_ml_job_name",
        store="auto_ml_jobs",
        describe_call="DescribeAutoMLJobV2",
        fillers={"auto_ml_problem_type_config": {"TabularJobConfig": _TABULAR}},
        statuses=_JOB,
        ended="EndTime",
    ),
    "model": MotoResource(
        noun="Model",
        created_by="create_model",
        name="model_name",
        store="_models",
        describe_call="DescribeModel",
        defaults={"EnableNetworkIsolation": False},
    ),
    "model-package": MotoResource(
        noun="ModelPackage",
        created_by="create_model_package",
        name="model_package_name",
        store="model_packages",
        describe_call="DescribeModelPackage",
        # Its lists read it.
        kept=frozenset({"ModelPackageName"}),
        make=_make_package,
    ),
    "endpoint-config": MotoResource(
        noun="EndpointConfig",
        created_by="create_endpoint_config",
        name="endpoint_config_name",
        store="endpoint_configs",
        describe_call="DescribeEndpointConfig",
        fillers={"production_variants": []},
        # Endpoints are made from it.
        kept=frozenset({"DataCaptureConfig"}),
    ),
    "endpoint": MotoResource(
        noun="Endpoint",
        created_by="create_endpoint",
        name="endpoint_name",
        store="endpoints",
        describe_call="DescribeEndpoint",
        statuses=_ENDPOINT,
        kept=frozenset({"ProductionVariants", "DataCaptureConfig"}),
        make=_make_endpoint,
    ),
}
"""The resources that moto has, by the word for them in their ARNs."""
