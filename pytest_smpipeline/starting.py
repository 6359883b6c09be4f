"""Starting: the request that a test's ``smp.start()`` sends."""

from collections.abc import Mapping

from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.failures import shown
from pytest_smpipeline.values import JsonObject


def start_request(
    pipeline: str,
    parameters: Mapping[str, object] | None,
    *,
    token: str,
    selection: JsonObject | None,
    version: int | None,
    alias: str | None,
    display_name: str | None,
) -> dict[str, object]:
    """Return the StartPipelineExecution request of a start; values of parameters travel as ``str(value)``, as the SDK sends them.

    Raises ``UsageError`` for parameters that are no mapping, such as the API's list.
    """
    __tracebackhide__ = True
    if not isinstance(parameters, Mapping | None):
        message = f"parameters={shown(parameters)} is not valid: expected a mapping from names to values, such as {{'Date': '2026-11-22'}}."
        raise UsageError(message)
    request: dict[str, object] = {
        "PipelineName": pipeline,
        "PipelineParameters": [{"Name": name, "Value": str(value)} for name, value in (parameters or {}).items()] or None,
        "SelectiveExecutionConfig": selection,
        "ClientRequestToken": token,
        "PipelineVersionId": version,
        "PipelineVersionAlias": alias,
        "PipelineExecutionDisplayName": display_name,
    }
    return {member: value for member, value in request.items() if value is not None}
