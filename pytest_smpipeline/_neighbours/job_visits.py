"""Visits to jobs: what happens when somebody asks moto for a job, a model or an endpoint."""

import sys

from pytest_smpipeline._neighbours.job_stops import STOP_CALLS, stop_job
from pytest_smpipeline._neighbours.jobs import Jobs
from pytest_smpipeline._neighbours.moto_resources import RESOURCES, newest_versions
from pytest_smpipeline._wire.aws_json import parse_body
from pytest_smpipeline._wire.dispatch import Service
from pytest_smpipeline._wire.visitors import Payload
from pytest_smpipeline.exceptions import ServiceError


class JobVisitor:
    """Keeps moto's jobs up to date, and takes a look at one of them for a look at its execution."""

    def __init__(self, service: Service) -> None:
        """Follow the changes of a service."""
        self._service = service
        self._jobs = Jobs(service.store.changes, service.undelivered)

    def before(self, operation: str, body: bytes | str) -> Payload | None:
        """Let moto have what steps have made; whoever describes a running job looks at its execution, which ``poll`` moves on.

        Stopping the job of a step is answered here. Raises ``ServiceError`` when the service would refuse it.
        """
        self._jobs.bring_up()
        answer: Payload | None = None
        if operation in STOP_CALLS:
            answer = {} if stop_job(self._service, operation, _names(body), self._jobs.made.values()) else None
        elif operation in _DESCRIBE_CALLS:
            asked = _names(body)
            self._service.pace.before_look(
                [made.execution for made in self._jobs.made.values() if made.key in asked and made.ended is None]
            )
        self._service.advance(0)  # whatever this has moved, everybody hears of
        self._jobs.bring_up()
        return answer

    def after(self, operation: str) -> None:
        """Count the versions of model packages that somebody has made in moto: steps go on from there."""
        if operation == "CreateModelPackage":
            self.count_versions()

    def forget(self) -> None:
        """Let moto have nothing more of what has been made so far."""
        self._jobs.forget()

    def count_versions(self) -> None:
        """Take note of the versions of model packages that are in moto."""
        backends = getattr(sys.modules.get("moto.sagemaker.models"), "sagemaker_backends", {})
        for account_id, regions in list(backends.items()):
            for region, backend in list(regions.items()):
                for group, number in newest_versions(backend).items():
                    versions = self._service.store.territory(account_id, region).package_versions
                    versions[group] = max(number, versions.get(group, 0))


def _names(body: bytes | str) -> set[str]:
    try:
        return {value for value in parse_body(body).values() if isinstance(value, str)}
    except ServiceError:
        return set()


_DESCRIBE_CALLS = frozenset(resource.describe_call for resource in RESOURCES.values())
