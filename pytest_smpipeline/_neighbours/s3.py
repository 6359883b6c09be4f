"""S3: where a pipeline definition can lie, and what a step has left for a later one."""

from typing import Any, cast

from pytest_smpipeline._doors.clients import make_client
from pytest_smpipeline._doors.moto_service import is_awake
from pytest_smpipeline._neighbours.reasons import reason_of
from pytest_smpipeline.exceptions import validation_exception


def read_object(bucket: str, key: str, version: str | None, region: str) -> str:
    """Return the text of an object.

    Raises ``ServiceError`` (ValidationException) when the bucket, the key or the version does not exist or is no possible
    name, and when the object is not UTF-8. moto is not woken for it.
    """
    if not is_awake():  # whatever lies in S3 was put there through moto: nothing yet, and waking it takes long
        message = f"Unable to read s3://{bucket}/{key}: The specified bucket does not exist"
        raise validation_exception(message)
    from botocore.exceptions import BotoCoreError, ClientError

    s3 = cast("Any", make_client(region, "s3"))  # botocore makes the methods of its clients at run time
    request = {"Bucket": bucket, "Key": key} | ({} if version is None else {"VersionId": version})
    try:
        return cast("str", s3.get_object(**request)["Body"].read().decode("utf-8"))
    except (BotoCoreError, ClientError) as error:
        message = f"Unable to read s3://{bucket}/{key}: {reason_of(error)}"
    except UnicodeEncodeError as error:  # a name that cannot be sent
        message = f"Unable to read s3://{bucket}/{key}: {error}"
    except UnicodeDecodeError as error:
        message = f"The object at s3://{bucket}/{key} is not UTF-8: {error.reason} at byte {error.start}"
    raise validation_exception(message)
