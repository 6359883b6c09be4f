"""Ids that look like the service's and repeat from run to run.

The sequence depends on nothing but the seed: ``random`` is neither read nor disturbed. Every kind of id has a sequence of
its own, so that one call more of an unrelated kind leaves the others as they were.
"""

from collections.abc import Iterator
from hashlib import shake_128
from itertools import count
from string import ascii_letters, ascii_lowercase, digits
from typing import Final


def _alphabet(letters: str) -> bytes:
    """Return the table that turns every byte into one of these letters."""
    return bytes(ord(letters[byte % len(letters)]) for byte in range(256))


_LOWER: Final = _alphabet(digits + ascii_lowercase)
_MIXED: Final = _alphabet(digits + ascii_letters)
_HEX: Final = _alphabet("0123456789abcdef")
_FIRST: Final = 64
_MORE: Final = 336
"""How many letters are drawn at a time: few for the few ids that most tests see, and two blocks of the hash from then on."""


class IdSource:
    """A seeded source of ids."""

    def __init__(self, seed: str | int) -> None:
        """Start every sequence anew from ``seed``."""
        self._seed = seed
        self._sequences: dict[tuple[str, int], Iterator[str]] = {}
        # At hand, since every step that runs takes the one, and every call the other.
        self._job_suffixes = self._sequence("job", 10, _MIXED)
        self._request_ids = map(_dashed, self._sequence("request", 32, _HEX))

    def execution_id(self) -> str:
        """Return the twelve characters that end an execution's ARN."""
        return self._text("execution", 12, _LOWER)

    def job_suffix(self) -> str:
        """Return the ten characters that end the name of a job which a step creates."""
        return next(self._job_suffixes)

    def callback_token(self) -> str:
        """Return the ten characters of a Callback step's token."""
        return self._text("callback", 10, _MIXED)

    def resource_id(self, length: int) -> str:
        """Return the lower-case letters and digits by which services other than SageMaker call what they make."""
        return self._text("resource", length, _LOWER)

    def hash(self, length: int) -> str:
        """Return hexadecimal digits, as artifacts and the training jobs of a tuning job are told apart by."""
        return self._text("hash", length, _HEX)

    def query_id(self) -> str:
        """Return the id of a query in Athena, which is a UUID."""
        return _dashed(self._text("query", 32, _HEX))

    def request_id(self) -> str:
        """Return a request id in the form of a UUID."""
        return next(self._request_ids)

    def event_id(self, event: int | str) -> str:
        """Return the id of an event, a UUID: by its number, or by what tells it apart from all others; the same whenever asked for."""
        return _dashed(self._digest(f"event {event}", 32, _HEX))

    def client_token(self) -> str:
        """Return a ClientRequestToken for a start that the test itself makes."""
        return self._text("token", 36, _LOWER)

    def _text(self, kind: str, length: int, alphabet: bytes) -> str:
        sequence = self._sequences.get((kind, length))
        if sequence is None:
            sequence = self._sequences[kind, length] = self._sequence(kind, length, alphabet)
        return next(sequence)

    def _sequence(self, kind: str, length: int, alphabet: bytes) -> Iterator[str]:
        """Yield texts of one length without end; a hash can be long enough for many, and costs hardly more."""
        size, numbers = _FIRST, count()
        while True:
            text = self._digest(f"{kind} {length} {next(numbers)}", size, alphabet)
            for start in range(0, size - length + 1, length):
                yield text[start : start + length]
            size = _MORE

    def _digest(self, message: str, length: int, alphabet: bytes) -> str:
        return shake_128(f"{self._seed!r} {message}".encode()).digest(length).translate(alphabet).decode()


def _dashed(text: str) -> str:
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
