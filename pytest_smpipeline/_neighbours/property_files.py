"""Property files in S3: what a step leaves in a test's script, whoever looks into the bucket finds there."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, cast

from pytest_smpipeline._doors.clients import make_client
from pytest_smpipeline._engine.property_file_uris import property_file_uri
from pytest_smpipeline._neighbours.reasons import reason_of
from pytest_smpipeline._state.changes import Change
from pytest_smpipeline._state.entities import StepState
from pytest_smpipeline._wire.undelivered import Undelivered
from pytest_smpipeline.values import Json


def write_property_files(changes: Sequence[Change]) -> Iterator[Undelivered]:
    """Put the files of steps that have succeeded where their jobs would leave them; yield those that nobody took."""
    for change in changes:
        state = change.step
        if state is None or change.status != "Succeeded" or state.cache_source is not None:
            continue
        region = change.execution.arn.split(":")[3]
        for name, content in state.property_files.items():
            uri = _uri(state, name)
            output = state.step.property_files[name].output_name
            problem = f"The step's output {output} has no S3Uri." if uri is None else _put(uri, content, region)
            if problem:
                what = f"property file {name} of step {state.step.name}"
                yield Undelivered(what, uri or "S3", problem)


def _uri(state: StepState, name: str) -> str | None:
    try:
        return property_file_uri(state, name)
    except KeyError:
        return None


def _put(uri: str, content: Json, region: str) -> str | None:
    """Write a JSON text into S3; return why that is not possible, None when it was."""
    from botocore.exceptions import BotoCoreError, ClientError

    bucket, _, key = uri.removeprefix("s3://").partition("/")
    s3 = cast("Any", make_client(region, "s3"))  # botocore makes the methods of its clients at run time
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(content).encode())
    except (BotoCoreError, ClientError) as error:
        return reason_of(error)
    return None
