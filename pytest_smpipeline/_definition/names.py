"""What a parameter and a step may be called."""

import re
from typing import Final

from pytest_smpipeline._definition.objects import ObjectReader
from pytest_smpipeline._definition.problems import Problems
from pytest_smpipeline._definition.wording import quoted

_ALLOWED: Final = re.compile(r"[A-Za-z0-9_-]+")
LONGEST_PARAMETER_NAME: Final = 256
LONGEST_STEP_NAME: Final = 64


def read_name(holder: ObjectReader, member: str, longest: int, problems: Problems) -> str | None:
    """Return the name in a member, or None after reporting that it is none."""
    name = holder.string(member)
    if name is None or (_ALLOWED.fullmatch(name) and len(name) <= longest):
        return name
    problems.add(holder.place(member), f"{quoted(name)} is not a name: expected 1 to {longest} letters, digits, '-' and '_'.")
    return None
