"""How messages show a value that came from outside: short, printable, and by the name JSON gives its kind."""

from typing import Final

from pytest_smpipeline.values import Json

_LONGEST: Final = 120


def printable(text: str) -> str:
    """Return the text cut to a readable length, with lone surrogates spelt out so that it can be encoded."""
    cut = text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
    return cut.encode("utf-8", "backslashreplace").decode("utf-8")


def quoted(text: str) -> str:
    """Return the text in single quotes, cut and printable."""
    return f"'{printable(text)}'"


def found(value: Json) -> str:
    """Return a boolean or a number as JSON writes it, and of anything else the kind."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return printable(str(value))
        case _:
            return kind_of(value)


def kind_of(value: Json) -> str:
    """Return what JSON calls the value, with its article."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
        case _:
            return "an object"
