"""The fixtures that a test asks for."""

from typing import TYPE_CHECKING, cast

import pytest

from pytest_smpipeline import pytest_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_sagemaker import SageMakerClient

    from pytest_smpipeline.handle import SMPipelineMock
    from pytest_smpipeline.options import OptionKeywords
    from pytest_smpipeline.server import SMPipelineServer

__all__ = ["smpipeline", "smpipeline_client", "smpipeline_server"]


@pytest.fixture
def smpipeline(request: pytest.FixtureRequest) -> "Iterator[SMPipelineMock]":
    """Emulate SageMaker Pipelines for this test; options come from @pytest.mark.smpipeline(...)."""
    # Imported here so that loading the plugin costs nothing.
    from pytest_smpipeline.exceptions import UsageError
    from pytest_smpipeline.mock import mock_smpipeline

    try:
        activation = mock_smpipeline(**_marked_options(request.node))
    except UsageError as error:
        raise pytest.UsageError(f"{request.node.nodeid}: {error}") from error
    mock = activation.start()
    # Asked when the test's function has run: then a complaint fails the test, and is no error of its tear-down.
    pytest_session.add_check(activation.complaint)
    try:
        yield mock
    finally:
        activation.end()


@pytest.fixture
def smpipeline_client(smpipeline: "SMPipelineMock") -> "SageMakerClient":
    """Return a boto3 SageMaker client in the region of the mock; it needs no credentials."""
    return smpipeline.client()


@pytest.fixture
def smpipeline_server(smpipeline: "SMPipelineMock") -> "Iterator[SMPipelineServer]":
    """Serve this test's mock by HTTP until the test ends, on a free port of this machine; needs the extra ``server``."""
    from pytest_smpipeline.exceptions import UsageError
    from pytest_smpipeline.server import serve_test

    try:
        server = serve_test(smpipeline)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from error
    with server:
        yield server


def _marked_options(node: pytest.Item) -> "OptionKeywords":
    """Merge the markers of module, class and function key by key; the nearest wins."""
    options: dict[str, object] = {}
    for marker in node.iter_markers("smpipeline"):
        if marker.args:
            message = f"{node.nodeid}: @pytest.mark.smpipeline takes keywords only, not {marker.args!r}"
            raise pytest.UsageError(message)
        options = dict(marker.kwargs) | options
    return cast("OptionKeywords", options)  # mock_smpipeline() checks names and values
