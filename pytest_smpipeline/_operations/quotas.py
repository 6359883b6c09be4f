"""What an account may have at once in a region."""

from pytest_smpipeline._operations.context import Context
from pytest_smpipeline.exceptions import ServiceError


def check_pipelines(context: Context) -> None:
    """Make sure that one more pipeline may be created; raise ``ResourceLimitExceeded`` when the quota is used up."""
    _check(context, "pipelines", len(context.territory.pipelines), "Maximum number of pipelines allowed per account", "Pipelines")


def check_concurrent_executions(context: Context) -> None:
    """Make sure that one more execution may run; raise ``ResourceLimitExceeded`` when the quota is used up."""
    running = len(context.territory.active)
    _check(context, "concurrent_executions", running, "Maximum number of concurrent pipeline executions allowed per account", "Executions")


def _check(context: Context, option: str, used: int, quota: str, unit: str) -> None:
    limit = context.limit(option)
    if used >= limit:
        message = (
            f"The account-level service limit '{quota}' is {limit} {unit}, "
            f"with current utilization of {used} {unit} and a request delta of 1 {unit}."
        )
        raise ServiceError("ResourceLimitExceeded", message)
