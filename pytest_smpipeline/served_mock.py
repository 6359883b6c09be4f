"""The mock behind a server of its own, which may begin anew, once for each test of whoever calls it."""

from typing import Final, cast

from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.handle import SMPipelineMock
from pytest_smpipeline.mock import Activation, mock_smpipeline, wake_moto
from pytest_smpipeline.options import OptionKeywords, check_keywords
from pytest_smpipeline.suggestions import choices, did_you_mean
from pytest_smpipeline.values import JsonObject

SERVED_OPTIONS: Final = ("account_id", "limits", "progress", "region", "seed", "strict")
"""The options that mean something to a caller outside of the process."""


class ServedMock:
    """An activation from ``start()`` to ``end()``, with the options of the command line."""

    def __init__(self, options: OptionKeywords) -> None:
        """Take the options; nothing begins yet. Raises ``UsageError`` for one that does not exist or a value that it does not take."""
        self._options = check_keywords(cast("dict[str, object]", options))
        self._activation: Activation
        self._mock: SMPipelineMock

    def start(self) -> None:
        """Activate, and start moto beside it."""
        self._begin(self._options)

    def mock(self) -> SMPipelineMock:
        """Return the mock that is active now."""
        return self._mock

    def reset(self, options: JsonObject) -> str | None:
        """Forget everything, moto's data too, and begin anew with these options over those of the command line.

        Returns what a strict test would have been told at its end, or None. Raises ``UsageError``, and forgets nothing, for an
        option that does not exist here or a value that it does not take.
        """
        for name in options:
            if name not in SERVED_OPTIONS:
                message = f"reset takes no {name!r}.{did_you_mean(name, SERVED_OPTIONS)} It takes: {choices(SERVED_OPTIONS)}."
                raise UsageError(message)
        given = self._options | check_keywords(cast("dict[str, object]", options))
        complaint = self._activation.complaint()
        self.end()
        self._begin(given)
        return complaint

    def end(self) -> None:
        """Deactivate."""
        self._activation.end()

    def _begin(self, options: OptionKeywords) -> None:
        self._activation = mock_smpipeline(**options)
        self._mock = self._activation.start()
        wake_moto()
