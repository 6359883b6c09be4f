"""What ``smpipeline_auto`` adds to a session: a bare ``moto.mock_aws`` emulates SageMaker Pipelines too."""

from collections.abc import Generator
from typing import Final, TypeVar

import pytest

from pytest_smpipeline._doors.auto import Auto, Emulation

T = TypeVar("T")

_NAME: Final = "smpipeline-auto"


def install(config: pytest.Config) -> None:
    """Follow moto from now to the end of the session; a second time does nothing."""
    if not config.pluginmanager.has_plugin(_NAME):
        auto = Auto(_begin)
        config.add_cleanup(auto.close)
        auto.open()
        config.pluginmanager.register(_AutoHooks(auto), _NAME)


class _AutoHooks:
    """Ends with a test what moto kept for its next activation in the same test."""

    def __init__(self, auto: Auto) -> None:
        self._auto = auto

    @pytest.hookimpl(wrapper=True, trylast=True)  # so that this comes before whatever looks for what is left of a mock
    def pytest_runtest_protocol(self) -> Generator[None, T, T]:
        """Let nothing of one test reach the next."""
        try:
            return (yield)
        finally:
            self._auto.settle()


def _begin() -> Emulation | None:
    # Imported here so that a session which never uses moto does not pay for it.
    from pytest_smpipeline.mock import is_active, mock_smpipeline

    if is_active():
        return None
    activation = mock_smpipeline(strict=False)
    activation.start()
    return activation
