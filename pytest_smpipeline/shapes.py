"""What one value on the wire must look like, in plain terms that know nothing of botocore."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """One type of the service's model and its constraints.

    ``type`` is the model's own word: ``structure``, ``list``, ``map``, ``string``, ``integer``, ``long``, ``float``, ``double``,
    ``boolean`` or ``timestamp``. ``minimum`` and ``maximum`` bound the length of a string or list and the value of a number.
    ``pattern`` is a Java regular expression for the whole text. ``members`` are those of a structure; ``element`` is what a list
    holds, and ``value`` what a map holds under its names. Shapes compare by identity: a model has each of them once, and they may
    contain themselves.
    """

    name: str
    type: str
    minimum: int | None = None
    maximum: int | None = None
    pattern: str | None = None
    enum: tuple[str, ...] = ()
    required: frozenset[str] = frozenset()
    members: Mapping[str, "Shape"] = field(default_factory=dict[str, "Shape"], repr=False)
    element: "Shape | None" = field(default=None, repr=False)
    value: "Shape | None" = field(default=None, repr=False)
