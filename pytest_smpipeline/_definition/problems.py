"""What is wrong with a definition: every problem with its place, and the error that carries them all.

Where the service's own words are known they are used alone; other problems are worded here and end with their place,
``... @ $.Steps[2].DependsOn[0]``.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pytest_smpipeline._definition.wording import printable
from pytest_smpipeline.exceptions import ServiceError
from pytest_smpipeline.suggestions import did_you_mean

UNABLE_TO_PARSE: Final = "Unable to parse pipeline definition. "
_SPELT_OUT: Final = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a definition.

    ``verbatim`` marks a message that stands alone: the service's own words, or words that name the place themselves.
    """

    message: str
    path: str
    verbatim: bool = False

    def located(self) -> str:
        """Return the message with its place, for whoever has to find it in the definition."""
        return f"{self.message} @ {self.path}"

    def answer(self) -> str:
        """Return the message as the service's answer words it."""
        return self.message if self.verbatim else self.located()


class DefinitionError(ServiceError):
    """The service refuses a definition; ``problems`` holds every reason, ``message`` the service's answer.

    The answer joins the reasons with ``; `` and counts those after the twentieth.
    """

    def __init__(self, problems: Sequence[Problem], *, prefix: str = "") -> None:
        """Word the answer from the problems, of which there is at least one."""
        answers = [problem.answer() for problem in problems[:_SPELT_OUT]]
        if len(problems) > _SPELT_OUT:
            answers.append(f"and {len(problems) - _SPELT_OUT} more")
        super().__init__("ValidationException", prefix + "; ".join(answers))
        self.problems = tuple(problems)

    def report(self) -> str:
        """Return all problems, one per line, each with its place."""
        return "\n".join(problem.located() for problem in self.problems)


class Problems:
    """Collects problems while a definition is read, in the order they are found."""

    def __init__(self) -> None:
        """Start with none."""
        self._found: list[Problem] = []

    def __len__(self) -> int:
        """Return how many problems were found so far."""
        return len(self._found)

    def __iter__(self) -> Iterator[Problem]:
        """Iterate over the problems in the order they were found."""
        return iter(self._found)

    def add(self, path: str, message: str, *, near: tuple[str, Iterable[str]] | None = None) -> None:
        """Report a problem in our own words; ``near`` is a name that is not valid and those that are."""
        # Finding the closest name compares with every candidate: a large definition with the same slip in every step must not pay for
        # hints that nobody is shown.
        hint = did_you_mean(printable(near[0]), near[1]) if near and len(self._found) < _SPELT_OUT else ""
        self._found.append(Problem(message + hint, path))

    def quote(self, path: str, message: str) -> None:
        """Report a problem in words that stand alone."""
        self._found.append(Problem(message, path, verbatim=True))

    def expecting_object(self, path: str) -> None:
        """Report something else where the service reads an object, in its words (SDK issue 3908)."""
        self.quote(path, "Expecting start of Json Object.")

    def expecting_array(self, path: str) -> None:
        """Report something else where the service reads a list, in its words (SDK issue 2345)."""
        self.quote(path, "Expecting start of Json Array.")

    def unknown_property(self, path: str, name: str) -> None:
        """Report a member that the object does not have, in the service's words (SDK issue 2746)."""
        self.quote(path, f"Cannot parse object, unknown property '{printable(name)}'.")

    def extend(self, others: Iterable[Problem]) -> None:
        """Report what was found elsewhere."""
        self._found.extend(others)

    def raise_found(self, *, prefix: str = "") -> None:
        """Raise ``DefinitionError`` when anything was found."""
        if self._found:
            raise DefinitionError(self._found, prefix=prefix)
