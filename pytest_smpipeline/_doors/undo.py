"""What has to be put back, in reverse order, whatever happens on the way."""

from collections.abc import Callable


class Undo:
    """The steps back from everything that has been patched so far."""

    def __init__(self) -> None:
        """Start with nothing to put back."""
        self._steps: list[Callable[[], None]] = []

    def add(self, step: Callable[[], None]) -> None:
        """Remember how to take back what is being done now."""
        self._steps.append(step)

    def run(self) -> None:
        """Take the latest step first and all of them, also those added meanwhile; then raise the first error there was."""
        errors: list[BaseException] = []
        while self._steps:
            try:
                self._steps.pop()()
            except BaseException as error:  # noqa: BLE001 # even an interrupt may not leave the rest patched
                errors.append(error)
        if errors:
            raise errors[0]
