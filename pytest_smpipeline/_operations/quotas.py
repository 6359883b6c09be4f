"""What an account may have at once."""

from pytest_smpipeline._operations.context import Context
from pytest_smpipeline.exceptions import ServiceError


def check_concurrent_executions(context: Context) -> None:
    """Make sure that one more execution may run.

    Raises ``ResourceLimitExceeded`` when as many as the quota allows are running in this account and region.
    """
    limit, used = context.limit("concurrent_executions"), len(context.territory.active())
    if used >= limit:
        message = (
            f"The account-level service limit 'Maximum number of concurrent pipeline executions allowed per account' is {limit} "
            f"Executions, with current utilization of {used} Executions and a request delta of 1 Executions."
        )
        raise ServiceError("ResourceLimitExceeded", message)
