"""What a definition means, as frozen values: parameters, steps, and their graph."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

from pytest_smpipeline._definition.expressions import Arguments, Expression
from pytest_smpipeline._definition.paths import Path
from pytest_smpipeline.values import Json

ParameterType: TypeAlias = Literal["String", "Integer", "Float", "Boolean"]
ParameterValue: TypeAlias = str | int | float | bool
Trigger: TypeAlias = Literal["Completed", "Failed", "Stopped", "Any"]
Branch: TypeAlias = Literal["if", "else"]
Pick: TypeAlias = Literal["MaxBy", "MinBy"]
ComparisonType: TypeAlias = Literal["Equals", "GreaterThan", "GreaterThanOrEqualTo", "LessThan", "LessThanOrEqualTo"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A condition on two operands."""

    type: ComparisonType
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class In:
    """The condition that a value is one of several."""

    query: Expression
    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The condition that another does not hold."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class Or:
    """The condition that at least one of several holds."""

    conditions: "tuple[Condition, ...]"


Condition: TypeAlias = Comparison | In | Not | Or


@dataclass(frozen=True, slots=True)
class Parameter:
    """A declared parameter; ``default`` is None when a value must be given at the start."""

    name: str
    type: ParameterType = "String"
    default: ParameterValue | None = None
    enum_values: tuple[str, ...] = ()

    @property
    def has_default(self) -> bool:
        """Whether a run may start without a value for it."""
        return self.default is not None


@dataclass(frozen=True, slots=True)
class Dependency:
    """A step that must end first, and how it must have ended."""

    step: str
    trigger: Trigger = "Completed"


@dataclass(frozen=True, slots=True)
class PropertyFile:
    """A JSON file that a processing job leaves in one of its outputs."""

    name: str
    output_name: str
    file_path: str


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When a failed attempt is repeated; exactly one of ``max_attempts`` and ``expire_after_min`` is set."""

    exception_types: tuple[str, ...]
    interval_seconds: int = 1
    backoff_rate: float = 2.0
    max_attempts: int | None = None
    expire_after_min: int | None = None


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """Whether an earlier result may be reused, and up to which age in milliseconds."""

    enabled: bool
    expire_after: int | None = None


@dataclass(frozen=True, slots=True)
class OutputParameter:
    """A declared output of a Lambda or Callback step."""

    name: str
    type: ParameterType = "String"


def _no_members() -> Mapping[str, Expression]:
    return MappingProxyType({})


def _no_files() -> Mapping[str, PropertyFile]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """One step, wherever it stands in the definition; steps compare by identity.

    ``settings`` are the members beside ``Arguments`` that belong to the step's type (FunctionArn, SqsQueueUrl, CheckType, ...).
    A Condition step has ``conditions`` and the names of its branches' steps and no arguments of its own; a step inside a branch
    names its Condition step as ``parent``. A ForEach step has an ``iteration``, and no other step has one. What runs in an iteration is
    a copy of a step of the body, which is its ``origin``.
    """

    name: str
    type: str
    arguments: Arguments = field(default_factory=dict)
    depends_on: tuple[Dependency, ...] = ()
    display_name: str | None = None
    description: str | None = None
    property_files: Mapping[str, PropertyFile] = field(default_factory=_no_files)
    retry_policies: tuple[RetryPolicy, ...] = ()
    cache: CachePolicy | None = None
    output_parameters: tuple[OutputParameter, ...] = ()
    settings: Mapping[str, Expression] = field(default_factory=_no_members)
    conditions: tuple[Condition, ...] = ()
    if_steps: tuple[str, ...] = ()
    else_steps: tuple[str, ...] = ()
    parent: str | None = None
    branch: Branch | None = None
    iteration: "Iteration | None" = None
    origin: "Step | None" = None


@dataclass(frozen=True, slots=True)
class Graph:
    """Who waits for whom, by step name, in the order of the definition.

    ``dependencies`` tells of each step what it waits for, ``dependents`` who waits for it and until it has ended how.
    ``order`` counts the steps from 0. ``waiting`` counts what each step waits for, and ``first`` are the steps that wait for nothing, each
    after its place in that order: every execution begins with copies of them.
    """

    dependencies: Mapping[str, tuple[Dependency, ...]]
    dependents: Mapping[str, tuple[Dependency, ...]]
    order: Mapping[str, int]
    waiting: Mapping[str, int]
    first: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Selector:
    """Which iteration of a ForEach step is its selected one: that with the largest or smallest value of a body step's property."""

    pick: Pick
    step: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Iteration:
    """What a ForEach step repeats, over what, and how many at a time.

    ``items`` is a list whose items are scalars or nodes, or a node whose value is the JSON text of a list. The steps of ``body`` are
    no steps of the pipeline; ``graph`` tells who waits for whom among them.
    """

    items: Expression
    max_concurrency: int
    body: tuple[Step, ...]
    graph: Graph
    selector: Selector | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A whole pipeline definition that the service accepts.

    ``steps`` holds every step in the order of the document, those of branches included; ``top_level`` names the others.
    ``bound`` is what the last run was given for its parameters, and the values that it has.
    """

    version: str
    metadata: Mapping[str, Json]
    parameters: Mapping[str, Parameter]
    steps: Mapping[str, Step]
    top_level: tuple[str, ...]
    experiment: Mapping[str, Expression] | None
    mlflow: Mapping[str, Expression] | None
    graph: Graph
    bound: "tuple[list[tuple[str, str]], Mapping[str, ParameterValue]] | None" = field(default=None, init=False, repr=False, compare=False)

    def keep(self, given: Sequence[tuple[str, str]], values: Mapping[str, ParameterValue]) -> None:
        """Remember the values that a run has by what it was given."""
        object.__setattr__(self, "bound", (list(given), values))
