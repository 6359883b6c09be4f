"""Ready clients, from one session of our own that reads neither files nor the user's credentials.

A session keeps the service models it has parsed. SageMaker's is 2.6 MB, and ``boto3.client`` parses it anew whenever
something has dropped boto3's default session, as ``moto.mock_aws`` does.
"""

import functools
import os
import threading
from typing import TYPE_CHECKING, Any, Final, cast

from pytest_smpipeline._doors.backend import SERVICE
from pytest_smpipeline._doors.environment import ACCESS_KEY, SECRET_KEY

if TYPE_CHECKING:
    from collections.abc import Callable

    import boto3
    from botocore.client import BaseClient
    from botocore.config import Config

_lock: Final = threading.Lock()


def make_client(region: str, service: str = SERVICE, config: "Config | None" = None) -> "BaseClient":
    """Return a new client for this region, of SageMaker or another service, with dummy credentials."""
    create = cast("Callable[..., BaseClient]", _session().client)  # its own type lists every service by name
    with _lock:  # sessions are not safe to share between threads, clients are
        return create(service, region_name=region, config=config)


@functools.lru_cache(maxsize=16)
def own_client(region: str) -> Any:  # noqa: ANN401 - botocore makes the methods of its clients at run time
    """Return the SageMaker client that all calls which a test makes through this library share in a region.

    It never retries: a fault shows at once, and nothing sleeps between attempts.
    """
    from botocore.config import Config

    # Made once, since that takes far longer than a call.
    return make_client(region, config=Config(retries={"total_max_attempts": 1}))


def botocore_errors() -> tuple[type[Exception], ...]:
    """Return what botocore raises: the service's own refusals, and all it finds or meets by itself."""
    from botocore.exceptions import BotoCoreError, ClientError

    return ClientError, BotoCoreError


@functools.cache
def _session() -> "boto3.Session":
    import boto3
    import botocore.session

    # Where a setting comes from: key in the config file, environment variable, default, conversion.
    core = botocore.session.Session(
        {
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
            "profile": (None, None, None, None),
            "ignore_configured_endpoint_urls": (None, None, True, None),
        }
    )
    return boto3.Session(aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET_KEY, botocore_session=core)
