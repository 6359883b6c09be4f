"""Replacing one attribute of somebody else's object, and putting back exactly what was there.

Patches of one attribute by several parties nest only while they end in the reverse order of their beginning. When
somebody patched over ours and has not ended yet, putting the original back would tear their patch down, and they would put
ours back later. Such a seam stays as it is, its replacement lets everything pass, and ``settle`` finishes the work once
they are gone.
"""

from typing import Final, Generic, Protocol, TypeVar

from pytest_smpipeline._doors.undo import Undo

Replacement = TypeVar("Replacement")


class _Restorable(Protocol):
    def restore(self) -> bool: ...


_covered: Final[list[_Restorable]] = []


class Seam(Generic[Replacement]):
    """One attribute or dict entry that is not ours, and what replaces it."""

    __slots__ = ("_name", "_owner", "_place", "_replacement", "beneath")

    def __init__(self, owner: object, name: str, replacement: Replacement) -> None:
        """Name the place; nothing is changed yet."""
        self._owner = owner
        self._place: dict[str, Replacement] = owner if isinstance(owner, dict) else vars(owner)  # of a class, one to read
        self._name = name
        self._replacement = replacement
        self.beneath: Replacement

    def open(self, undo: Undo) -> None:
        """Put the replacement in place until ``undo`` runs, and keep in ``beneath`` what it replaces.

        Raises ``RuntimeError`` when the place does not exist, so a library's change shows here and not as a real call.
        """
        if _covered:
            settle()
        try:
            self.beneath = self._place[self._name]
        except KeyError:
            message = (
                f"{self._owner!r} has no {self._name!r} any more, which pytest-smpipeline replaces while it is active. "
                "Install a newer pytest-smpipeline, or the boto3 and moto that worked before."
            )
            raise RuntimeError(message) from None
        undo.add(self._close)
        self._write(self._replacement)

    def restore(self) -> bool:
        """Put back what was there unless somebody's patch lies over ours; return whether it is there now."""
        if self._replacement is self.beneath:
            return True  # put back already
        found = self._place.get(self._name)
        if found is self._replacement:
            self._write(self.beneath)
        elif found is not self.beneath:
            return False
        self._replacement = self.beneath  # ours refers to us, and without a circle both are gone as soon as nobody needs them
        return True

    def _close(self) -> None:
        if not self.restore():
            _covered.append(self)

    def _write(self, value: Replacement) -> None:
        if self._place is self._owner:
            self._place[self._name] = value
        else:
            setattr(self._owner, self._name, value)


def settle() -> None:
    """Put back what was covered by somebody's patch that is gone by now."""
    _covered[:] = [seam for seam in _covered if not seam.restore()]
