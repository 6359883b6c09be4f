"""Random sequences of operations, right and wrong, against a small model of the rules that they obey."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from itertools import chain, count
from typing import Any, NoReturn

import boto3
import time_machine
from botocore.exceptions import ClientError
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from hypothesis.strategies import SearchStrategy

from pytest_smpipeline import mock_smpipeline, succeed

NOON = datetime(2026, 11, 22, 12, 0, 0, 123_000, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ROLE = "arn:aws:iam::123456789012:role/SageMakerRole"
ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/"
UNKNOWN = ARN + "churn/execution/abcdefghijkl"

MOST_PIPELINES = 2
MOST_EXECUTIONS = 2

JOB = "arn:aws:sagemaker:us-east-1:123456789012:training-job/"
ARN_ORDER = "PipelineExecutionArn"

Bounds = Mapping[str, tuple[int, int]]
Members = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of definition: its only step, how that comes out and after how long, and the parameters with their defaults."""

    step: Mapping[str, object]
    status: str
    takes: timedelta
    parameters: Mapping[str, tuple[str, int | None]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The definition."""
        parameters = [
            {"Name": name, "Type": kind} | ({} if default is None else {"DefaultValue": default})
            for name, (kind, default) in self.parameters.items()
        ]
        return json.dumps({"Version": "2020-12-01", "Parameters": parameters, "Steps": [{"Name": "Only", **self.step}]})


CONDITION = {"Type": "Equals", "LeftValue": "not a number", "RightValue": 1}
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/approvals"
LATER = timedelta(days=300)

TRAIN = Kind({"Type": "Training", "Arguments": {}}, "Succeeded", timedelta(minutes=5), {"Epochs": ("Integer", 1)})
CALL = Kind({"Type": "Lambda", "FunctionArn": FUNCTION, "Arguments": {}}, "Succeeded", SECOND, {"Date": ("String", None)})
BROKEN = Kind(
    {"Type": "Condition", "Arguments": {"Conditions": [CONDITION], "IfSteps": [], "ElseSteps": []}}, "Failed", timedelta(0)
)  # fmt: skip
FAIL = Kind({"Type": "Fail", "Arguments": {"ErrorMessage": "no"}}, "Failed", timedelta(milliseconds=500))
ASK = Kind({"Name": "Ask", "Type": "Callback", "SqsQueueUrl": QUEUE, "Arguments": {}}, "Succeeded", LATER)
KINDS = {kind.text: kind for kind in (TRAIN, CALL, BROKEN, FAIL, ASK)}


@dataclass
class Version:
    """What the model knows of a version."""

    text: str
    created: datetime
    aliases: list[str]
    said: dict[str, str] = field(default_factory=dict)
    last: str | None = None


@dataclass
class Step:
    """What the model knows of the only step of an execution, once it has started."""

    started: datetime
    attempts: int
    status: str = "Executing"
    ended: datetime | None = None
    reason: str | None = None
    outputs: list[dict[str, str]] = field(default_factory=list)
    token: str | None = None


@dataclass
class Run:
    """What the model knows of an execution: ``agenda`` is what will happen to it, and when."""

    arn: str
    pipeline: "Pipe"
    number: int
    shown: dict[str, Any]
    parameters: list[dict[str, str]]
    status: str = "Executing"
    step: Step | None = None
    stops: datetime | None = None
    agenda: list[tuple[datetime, Callable[[datetime], None]]] = field(default_factory=list)

    @property
    def version(self) -> Version:
        """The version that runs."""
        return self.pipeline.versions[self.number - 1]

    @property
    def kind(self) -> Kind:
        """What it runs."""
        return KINDS[self.version.text]

    @property
    def created(self) -> datetime:
        """When it was started."""
        created: datetime = self.shown["CreationTime"]
        return created

    @property
    def is_active(self) -> bool:
        """Whether it has not ended."""
        return self.status in {"Executing", "Stopping"}

    def go(self, now: datetime) -> None:
        """Execute, for the first time or again: what has succeeded stays."""
        self.status, self.stops = "Executing", None
        done = self.step is not None and self.step.status == "Succeeded"
        self.agenda = [(now + SECOND, partial(self._end, "Succeeded") if done else self._begin)]

    def stop(self, now: datetime) -> None:
        """Be stopped: a Lambda function that runs is waited for, and so is the answer to a Callback step."""
        self.status, self.stops = "Stopping", now + SECOND
        if self.step is None or self.step.status != "Executing":
            self.agenda = [(self.stops, partial(self._end, "Stopped"))]
        elif self.kind is ASK:
            self.step.status, self.agenda = "Stopping", []
        elif self.kind is not CALL:
            self.step.status, self.agenda = "Stopping", [(self.stops, partial(self._end_step, "Stopped"))]

    def answer(self, now: datetime, status: str) -> None:
        """Have the Callback step ended by an answer."""
        self._end_step(status, now)
        self.pass_on(now)

    def pass_on(self, now: datetime) -> None:
        """Become what is due by now."""
        while self.agenda and self.agenda[0][0] <= now:
            due, act = self.agenda.pop(0)
            act(due)

    def _begin(self, now: datetime) -> None:
        self.step = Step(now, self.step.attempts + 1 if self.step else 1)
        self.agenda = [(now + self.kind.takes, partial(self._end_step, self.kind.status))]

    def _end_step(self, status: str, now: datetime) -> None:
        assert self.step is not None
        self.step.status, self.step.ended = status, now
        self.agenda = [(now, partial(self._end, status)) if self.stops is None else (max(now, self.stops), partial(self._end, "Stopped"))]

    def _end(self, status: str, _: datetime) -> None:
        self.status = status


@dataclass
class Pipe:
    """What the model knows of a pipeline; ``shown`` are the members that it was given."""

    shown: dict[str, Any]
    modified: datetime
    place: int
    tags: dict[str, str]
    versions: list[Version] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)

    def alias(self, alias: str) -> int:
        """Return the number of the version that carries an alias."""
        return next((number for number, one in enumerate(self.versions, 1) if alias in one.aliases), 0) or refuse("ResourceNotFound")

    def pick(self, members: Members) -> int:
        """Return the number of the version that a request names."""
        number, alias = members.get("PipelineVersionId"), members.get("PipelineVersionAlias")
        if number and alias:
            refuse("ValidationException")
        if number and number > len(self.versions):
            refuse("ResourceNotFound")
        return number or (self.alias(alias) if alias else len(self.versions))

    def check_aliases(self, aliases: list[str]) -> None:
        """Refuse numbers and what is not unique."""
        taken = list(chain.from_iterable(version.aliases for version in self.versions)) + aliases
        if any(alias.isdecimal() or taken.count(alias) > 1 for alias in aliases):
            refuse("ValidationException")


@dataclass
class Walk:
    """Pages that are read one after another while other things happen; ``entries`` are those of the list, ascending, with their keys."""

    operation: str
    query: Members
    member: str
    entries: Callable[[], list[tuple[Any, dict[str, Any]]]]
    sizes: list[int]
    pages: int = 0
    token: str | None = None
    last: Any = None

    @property
    def members(self) -> Members:
        """What asks for the next page."""
        size = self.sizes[self.pages % len(self.sizes)]
        return shown(**self.query, MaxResults=size, NextToken=self.token)

    def turn(self, answer: Any) -> object:
        """Return the next page: what stands behind the last item that was served, and a token if that is not all."""
        falling = self.query.get("SortOrder") != "Ascending"
        left = [entry for entry in self.entries() if self.last is None or (entry[0] < self.last if falling else entry[0] > self.last)]
        page = (left[::-1] if falling else left)[: self.members["MaxResults"]]
        self.token = answer["NextToken"] if len(left) > len(page) else None
        self.last = page[-1][0] if page else None
        self.pages += 1
        return {self.member: [summary for _, summary in page]} | shown(NextToken=self.token)


class RefusedError(Exception):
    """The rules refuse the request with this code."""


def refuse(code: str) -> NoReturn:
    """Refuse the request."""
    raise RefusedError(code)


def shown(**members: object) -> dict[str, Any]:
    """Return the members of an answer that have something to show."""
    return {name: value for name, value in members.items() if value is not None and value != []}


def request(required: Mapping[str, SearchStrategy[Any]], **optional: SearchStrategy[Any]) -> SearchStrategy[dict[str, Any]]:
    """Return the requests with these members."""
    return st.fixed_dictionaries(dict(required), optional=optional)


def some(*values: Any) -> SearchStrategy[Any]:
    """Return any of these values."""
    return st.sampled_from(values)


NAME = some("churn", "churn", "churn", "churn", "prep", "rank", "no_name")
REFERENCE = some(*["churn"] * 5, *[ARN + "churn"] * 3, "prep", ARN + "prep", ARN.replace("us-east-1", "eu-west-1") + "churn", "no_name")
TEXT = some(*KINDS, *KINDS, "{")
ALIAS = some("prod", "next", "7")
NUMBER = some(1, 2, 3)
NTH = st.integers(0, 5)
LIMIT = some(*({"MaxParallelExecutionSteps": limit} for limit in (1, 2)))
TOKEN = some("0123456789abcdef" * 2, "fedcba9876543210" * 2)
WORDS = some("", "a", "b")
LABEL = some("x", "y")
GIVEN = some({}, {"Epochs": "7"}, {"Epochs": "many"}, {"Date": "today"}, {"Epoch": "7"}).map(
    lambda given: [{"Name": name, "Value": value} for name, value in given.items()]
)
PICK = {"PipelineVersionId": NUMBER, "PipelineVersionAlias": ALIAS}
ORDER = some("Ascending", "Descending")
SIZES = st.lists(some(1, 1, 2, 3, 100), min_size=1, max_size=3)
BOUND = st.tuples(NTH, some(-1, 0, 1))
NO_BOUNDS: dict[str, tuple[int, int]] = {}
BOUNDS = st.just(NO_BOUNDS) | request({}, CreatedAfter=BOUND, CreatedBefore=BOUND)
TAGGED = some(*[ARN + "churn"] * 4, ARN + "prep", ARN.replace("123456789012", "999999999999") + "churn")
KEY = some("team", "stage", "Team")
TAGS = st.dictionaries(KEY, LABEL, max_size=3).map(lambda tags: [{"Key": key, "Value": value} for key, value in tags.items()])
OWNER = some("CUSTOMER", "CUSTOMER", "AWS")
NOT_COMPARED = {"ResponseMetadata", "CreatedBy", "LastModifiedBy"}


@cache
def shared_client() -> Any:
    """Return a client as the code under test has one, made once: making a client takes longer than an example."""
    return boto3.client("sagemaker", region_name="us-east-1")


class Operations(RuleBasedStateMachine):
    """The service behind a real client, and the model beside it."""

    def __init__(self) -> None:
        """Begin with nothing, at noon."""
        super().__init__()
        self.client = shared_client()
        self.travel = time_machine.travel(NOON, tick=False)
        self.travel.start()
        self.mock = mock_smpipeline(
            progress="manual", seed=0, strict=False, limits={"pipelines": MOST_PIPELINES, "concurrent_executions": MOST_EXECUTIONS}
        )
        self.smp = self.mock.start()
        self.now = NOON
        self.pipes: dict[str, Pipe] = {}
        self.started: list[str] = []
        self.tokens: dict[tuple[str, str], tuple[Members, object]] = {}
        self.callbacks: dict[str, Run] = {}
        self.places = count()
        self.walk: Walk | None = None

    def teardown(self) -> None:
        """Leave time and network as they were."""
        self.mock.stop()
        self.travel.stop()

    def ask(self, operation: str, members: Members) -> Any:
        """Return what the service answers, or the code that it refuses with."""
        try:
            answer: dict[str, Any] = getattr(self.client, operation)(**members)
        except ClientError as error:
            return error.response["Error"]["Code"]
        return {member: value for member, value in answer.items() if member not in NOT_COMPARED}

    def agree(self, operation: str, members: Members, expect: Callable[[Any], object]) -> bool:
        """Make a call and hold its answer against what ``expect`` makes of it, its refusal against the one that ``expect`` raises."""
        answer = self.ask(operation, members)
        agreed = True
        try:
            expected = self.once(operation, members, partial(expect, answer))
        except RefusedError as refused:
            expected, agreed = str(refused), False
        assert answer == expected, f"{operation} {members}"
        return agreed

    def once(self, operation: str, members: Members, act: Callable[[], object]) -> object:
        """Act, unless the request is malformed or its token has come before."""
        name, by_name = members.get("PipelineName", ""), operation in {"create_pipeline", "update_pipeline", "delete_pipeline"}
        if name == "no_name" or (by_name and name.startswith("arn:")):
            refuse("ValidationException")
        token = members.get("ClientRequestToken")
        if token is None:
            return act()
        before, expected = self.tokens.get((operation, token), (members, None))
        if before != members:
            refuse("ConflictException")
        if expected is None:
            expected = act()
            self.tokens[operation, token] = (members, expected)
        return expected

    def find(self, reference: str) -> Pipe:
        """Return the pipeline of this name or ARN."""
        return self.pipes.get(reference.removeprefix(ARN)) or refuse("ResourceNotFound")

    def run(self, arn: str) -> Run:
        """Return the execution with this ARN."""
        return next((run for run in self.all_runs if run.arn == arn), None) or refuse("ResourceNotFound")

    def nth(self, number: int) -> str:
        """Return the ARN of one of the executions ever started, counted from the newest; the last one never was."""
        return ([UNKNOWN, *self.started][::-1])[number % (len(self.started) + 1)]

    @property
    def all_runs(self) -> list[Run]:
        """The executions of all pipelines."""
        return [run for pipe in self.pipes.values() for run in pipe.runs]

    def check_room(self) -> None:
        """Refuse one execution too many."""
        if sum(run.is_active for run in self.all_runs) >= MOST_EXECUTIONS:
            refuse("ResourceLimitExceeded")

    @initialize(
        texts=st.lists(some(*KINDS, ASK.text), min_size=1, max_size=3),
        waits=st.lists(some(0, 2, 301), min_size=2, max_size=4),
        order=request({}, SortBy=some("CreationTime", ARN_ORDER), SortOrder=ORDER),
    )
    def a_beginning(self, texts: list[str], waits: list[float], order: Members) -> None:
        """A pipeline has some versions, tags and executions, which are being listed, so that short sequences come somewhere."""
        usual: dict[str, Any] = {"PipelineName": "churn", "RoleArn": ROLE, "ParallelismConfiguration": {"MaxParallelExecutionSteps": 3}}
        usual |= {"PipelineVersionAliases": ["prod"], "Tags": listed({"team": "x"})}
        self.create(usual | {"PipelineDefinition": texts[0]})
        for text in texts[1:]:
            self.update({"PipelineName": "churn", "PipelineDefinition": text})
        given = [{"Name": name, "Value": "1"} for name in KINDS[self.pipes["churn"].versions[-1].text].parameters]
        for seconds in waits:
            self.start({"PipelineName": "churn", "PipelineParameters": given})
            self.wait(seconds)
        self.list_executions({"PipelineName": "churn", **order}, None, {}, [1])

    @rule(
        members=request(
            {"PipelineName": NAME, "PipelineDefinition": TEXT, "RoleArn": some(ROLE)},
            PipelineDisplayName=LABEL, PipelineDescription=WORDS, ParallelismConfiguration=LIMIT, ClientRequestToken=TOKEN,
            PipelineVersionAliases=st.lists(ALIAS, min_size=1, max_size=2), Tags=TAGS,
        )
    )  # fmt: skip
    def create(self, members: Members) -> None:
        """A new name within the quota gives version 1 and no history; a token gives the old answer."""

        def expect(_: object) -> object:
            name, text = members["PipelineName"], members["PipelineDefinition"]
            if name in self.pipes:
                refuse("ValidationException")
            if len(self.pipes) >= MOST_PIPELINES:
                refuse("ResourceLimitExceeded")
            aliases = members.get("PipelineVersionAliases", [])
            own = {"PipelineArn": ARN + name, "PipelineDisplayName": name, "CreationTime": self.now}
            left_out = {"PipelineDefinition", "PipelineVersionAliases", "ClientRequestToken", "Tags"}
            given = {member: value for member, value in members.items() if member not in left_out}
            pipe = Pipe(own | given, self.now, next(self.places), tags_of(members))
            pipe.check_aliases(aliases)
            if text not in KINDS:
                refuse("ValidationException")
            pipe.versions.append(Version(text, self.now, aliases))
            self.pipes[name] = pipe
            return {"PipelineArn": ARN + name}

        self.agree("create_pipeline", members, expect)
        self.let_nobody_answer(members)

    def let_nobody_answer(self, members: Members) -> None:
        """Have a Callback step wait for its answer as long as the test lasts."""
        pipe = self.pipes.get(members["PipelineName"])
        if pipe is not None and pipe.versions[-1].text == ASK.text:
            self.smp.script(members["PipelineName"], Ask=succeed(duration=LATER))

    @rule(
        members=request(
            {"PipelineName": REFERENCE},
            PipelineDefinition=TEXT, PipelineDisplayName=LABEL, PipelineDescription=WORDS, ParallelismConfiguration=LIMIT,
            PipelineVersionAliases=st.lists(ALIAS, min_size=1, max_size=2),
        )
    )  # fmt: skip
    def update(self, members: Members) -> None:
        """Another definition makes the next version, which takes the aliases; without one there are none to take."""

        def expect(_: object) -> object:
            pipe = self.find(members["PipelineName"])
            text, aliases = members.get("PipelineDefinition"), members.get("PipelineVersionAliases", [])
            changes = text not in {None, pipe.versions[-1].text}
            pipe.check_aliases(aliases)
            if (changes and text not in KINDS) or (aliases and not changes):
                refuse("ValidationException")
            if text is not None and changes:
                pipe.versions.append(Version(text, self.now, aliases))
            own = {"PipelineDisplayName", "PipelineDescription", "ParallelismConfiguration"}
            pipe.shown |= {member: value for member, value in members.items() if member in own}
            pipe.modified = self.now
            return {"PipelineArn": pipe.shown["PipelineArn"], "PipelineVersionId": len(pipe.versions)}

        self.agree("update_pipeline", members, expect)
        self.let_nobody_answer(members)

    @rule(
        members=request(
            {"PipelineArn": some(ARN + "churn", ARN + "prep"), "PipelineVersionId": NUMBER},
            PipelineVersionDisplayName=LABEL, PipelineVersionDescription=WORDS,
            PipelineVersionAliasOperations=request({}, Add=st.lists(ALIAS, max_size=1), Remove=st.lists(ALIAS, max_size=1)),
        )
    )  # fmt: skip
    def update_version(self, members: Members) -> None:
        """Aliases are added where no version has them, and removed where the version has them."""

        def expect(_: object) -> object:
            pipe = self.find(members["PipelineArn"])
            version = pipe.versions[pipe.pick(members) - 1]
            operations = members.get("PipelineVersionAliasOperations", {})
            add, remove = operations.get("Add", []), operations.get("Remove", [])
            if add and add == remove:
                refuse("ValidationException")
            if not set(remove) <= set(version.aliases):
                refuse("ResourceNotFound")
            pipe.check_aliases(add)
            version.aliases = [alias for alias in version.aliases if alias not in remove] + add
            said = {"PipelineVersionDisplayName", "PipelineVersionDescription"}
            version.said |= {member: value for member, value in members.items() if member in said}
            return {"PipelineArn": members["PipelineArn"], "PipelineVersionId": members["PipelineVersionId"]}

        self.agree("update_pipeline_version", members, expect)

    @rule(members=request({"PipelineName": NAME}, ClientRequestToken=TOKEN))
    def delete(self, members: Members) -> None:
        """A pipeline goes with all its executions, once they have ended."""

        def expect(_: object) -> object:
            pipe = self.find(members["PipelineName"])
            if any(run.is_active for run in pipe.runs):
                refuse("ConflictException")
            del self.pipes[members["PipelineName"]]
            return {"PipelineArn": pipe.shown["PipelineArn"]}

        self.agree("delete_pipeline", members, expect)

    @rule(members=request({"PipelineName": REFERENCE}, **PICK))
    def describe(self, members: Members) -> None:
        """A pipeline is shown at the version that is asked for, with what was given last."""

        def expect(_: object) -> object:
            pipe = self.find(members["PipelineName"])
            version = pipe.versions[pipe.pick(members) - 1]
            last_run = pipe.runs[-1].shown["CreationTime"] if pipe.runs else None
            times = shown(LastModifiedTime=pipe.modified, LastRunTime=last_run, PipelineVersionAliases=version.aliases)
            return pipe.shown | version.said | times | {"PipelineDefinition": version.text, "PipelineStatus": "Active"}

        self.agree("describe_pipeline", members, expect)

    @rule(
        members=request(
            {"PipelineName": REFERENCE},
            **PICK, PipelineParameters=GIVEN, ParallelismConfiguration=LIMIT, ClientRequestToken=TOKEN,
            PipelineExecutionDisplayName=LABEL, PipelineExecutionDescription=WORDS,
        ),
    )  # fmt: skip
    def start(self, members: Members) -> None:
        """The version that is asked for runs with its parameters, within the quota; a token starts nothing twice."""

        def expect(answer: Any) -> object:
            pipe = self.find(members["PipelineName"])
            number = pipe.pick(members)
            given = {one["Name"]: one["Value"] for one in members.get("PipelineParameters", [])}
            declared = KINDS[pipe.versions[number - 1].text].parameters
            values = {name: given.get(name, default) for name, (_, default) in declared.items()}
            if not given.keys() <= declared.keys() or "many" in given.values() or None in values.values():
                refuse("ValidationException")
            self.check_room()
            arn = answer["PipelineExecutionArn"]
            assert arn.startswith(pipe.shown["PipelineArn"] + "/execution/")
            assert arn not in self.started
            usual = {"PipelineExecutionDisplayName": f"execution-{round(self.now.timestamp() * 1000)}", "CreationTime": self.now}
            own = {"PipelineExecutionDisplayName", "PipelineExecutionDescription", "ParallelismConfiguration"}
            limit = {member: value for member, value in pipe.shown.items() if member == "ParallelismConfiguration"}
            told = limit | usual | {member: value for member, value in members.items() if member in own}
            run = Run(arn, pipe, number, told, [{"Name": name, "Value": str(value)} for name, value in values.items()])
            run.go(self.now)
            pipe.runs.append(run)
            self.started.append(arn)
            run.version.last = arn
            return {"PipelineExecutionArn": arn}

        self.agree("start_pipeline_execution", members, expect)

    @rule(
        number=NTH,
        members=request(
            {}, PipelineExecutionDisplayName=LABEL, PipelineExecutionDescription=WORDS, ParallelismConfiguration=LIMIT
        ),
    )  # fmt: skip
    def update_execution(self, number: int, members: Members) -> None:
        """What is named changes, whether it runs or has ended."""
        arn = self.nth(number)

        def expect(_: object) -> object:
            self.run(arn).shown |= members
            return {"PipelineExecutionArn": arn}

        self.agree("update_pipeline_execution", {"PipelineExecutionArn": arn, **members}, expect)

    @rule(number=NTH, token=st.none() | TOKEN)
    def stop(self, number: int, token: str | None) -> None:
        """Only what executes can be stopped."""
        arn = self.nth(number)

        def expect(_: object) -> object:
            run = self.run(arn)
            if run.status != "Executing":
                refuse("ValidationException")
            run.stop(self.now)
            return {"PipelineExecutionArn": arn}

        self.agree("stop_pipeline_execution", shown(PipelineExecutionArn=arn, ClientRequestToken=token), expect)

    @rule(number=NTH, members=request({}, ParallelismConfiguration=LIMIT, ClientRequestToken=TOKEN))
    def retry(self, number: int, members: Members) -> None:
        """What failed or was stopped executes again within the quota, unless a Fail step failed it."""
        arn = self.nth(number)

        def expect(_: object) -> object:
            run = self.run(arn)
            if run.status not in {"Failed", "Stopped"} or (run.kind is FAIL and run.status == "Failed"):
                refuse("ValidationException")
            self.check_room()
            run.shown |= {member: value for member, value in members.items() if member == "ParallelismConfiguration"}
            run.go(self.now)
            return {"PipelineExecutionArn": arn}

        self.agree("retry_pipeline_execution", {"PipelineExecutionArn": arn, **members}, expect)

    @rule(number=NTH)
    def look_at_execution(self, number: int) -> None:
        """An execution shows its status, its version and what it was given; its definition and parameters stay."""
        arn = self.nth(number)
        asked = {"PipelineExecutionArn": arn}

        def expect(answer: Any) -> object:
            run = self.run(arn)
            assert run.shown["CreationTime"] <= answer.pop("LastModifiedTime") <= self.now
            told = {"PipelineArn": run.pipeline.shown["PipelineArn"], "PipelineExecutionStatus": run.status}
            reason = "Step failure: One or multiple steps failed." if run.status == "Failed" else None
            more = shown(FailureReason=reason, PipelineVersionId=run.number, PipelineVersionAliases=run.version.aliases)
            return asked | run.shown | told | more

        self.agree("describe_pipeline_execution", asked, expect)
        self.agree(
            "describe_pipeline_definition_for_execution",
            asked,
            lambda _: {"PipelineDefinition": self.run(arn).version.text, "CreationTime": self.run(arn).version.created},
        )
        self.agree("list_pipeline_parameters_for_execution", asked, lambda _: {"PipelineParameters": self.run(arn).parameters})
        self.look_at_steps(arn)

    @rule(
        members=request({"PipelineName": REFERENCE}, SortOrder=ORDER, SortBy=some("CreationTime", ARN_ORDER)),
        alias=some(None, None, "prod", "next"),
        bounds=BOUNDS,
        sizes=SIZES,
    )
    def list_executions(self, members: Members, alias: str | None, bounds: Bounds, sizes: list[int]) -> None:
        """Executions are listed by time or ARN: all, those of the version with an alias, those of some time."""
        query = {**members, **shown(PipelineVersionAlias=alias), **self.times(bounds)}

        def entries() -> list[tuple[Any, dict[str, Any]]]:
            pipe = self.find(query["PipelineName"])
            number = pipe.alias(alias) if alias else None
            found = [
                (run.arn if query.get("SortBy") == ARN_ORDER else (run.created, place), summary_of(run))
                for place, run in enumerate(pipe.runs)
                if number in {None, run.number} and is_between(run.created, query)
            ]
            return sorted(found, key=by_key)

        self.begin(Walk("list_pipeline_executions", query, "PipelineExecutionSummaries", entries, sizes))

    @rule(
        members=request(
            {}, PipelineNamePrefix=some("c", "p", "churn"), SortOrder=ORDER, SortBy=some("CreationTime", "Name"), ManagedBy=OWNER
        ),
        bounds=BOUNDS,
        sizes=SIZES,
    )
    def list_pipelines(self, members: Members, bounds: Bounds, sizes: list[int]) -> None:
        """Pipelines are listed by time or name, those with a prefix, those of some time, those of an owner."""
        query = {**members, **self.times(bounds)}

        def entries() -> list[tuple[Any, dict[str, Any]]]:
            found = [
                (name if query.get("SortBy") == "Name" else (pipe.shown["CreationTime"], pipe.place), described(pipe))
                for name, pipe in self.pipes.items()
                if name.startswith(query.get("PipelineNamePrefix", ""))
                and is_between(pipe.shown["CreationTime"], query)
                and query.get("ManagedBy") != "AWS"
            ]
            return sorted(found, key=by_key)

        self.begin(Walk("list_pipelines", query, "PipelineSummaries", entries, sizes))

    @rule(members=request({"PipelineName": REFERENCE}, SortOrder=ORDER), bounds=BOUNDS, sizes=SIZES)
    def list_versions(self, members: Members, bounds: Bounds, sizes: list[int]) -> None:
        """Versions are listed by number, all or those of some time."""
        query = {**members, **self.times(bounds)}

        def entries() -> list[tuple[Any, dict[str, Any]]]:
            pipe = self.find(query["PipelineName"])
            versions = enumerate(pipe.versions, 1)
            return [(number, of_version(pipe, number)) for number, version in versions if is_between(version.created, query)]

        self.begin(Walk("list_pipeline_versions", query, "PipelineVersionSummaries", entries, sizes))

    def times(self, bounds: Bounds) -> dict[str, datetime]:
        """Return bounds of time, each some seconds from a start or from the beginning; older botocore sends whole seconds only."""
        known = [NOON, *sorted({run.created for run in self.all_runs})]
        return {member: known[place % len(known)].replace(microsecond=0) + seconds * SECOND for member, (place, seconds) in bounds.items()}

    def begin(self, walk: Walk) -> None:
        """Read the first page; the others follow, one after each thing that happens."""
        self.walk = walk
        self.turn_a_page()

    def look_at_steps(self, arn: str) -> None:
        """A step is listed once it has started, with its attempt; what it has made is there while it runs and afterwards."""

        def expect(answer: Any) -> object:
            run = self.run(arn)
            items = [] if run.step is None else [self.item(run, run.step, answer["PipelineExecutionSteps"][0])]
            return {"PipelineExecutionSteps": items}

        self.agree("list_pipeline_execution_steps", {"PipelineExecutionArn": arn}, expect)

    def item(self, run: Run, step: Step, item: Any) -> object:
        """Return the item of a step, of whose names and tokens the answer is asked."""
        metadata: Any = {"Lambda": {"Arn": FUNCTION}} if run.kind is CALL else {}
        if run.kind is FAIL and step.status == "Failed":
            metadata = {"Fail": {"ErrorMessage": "no"}}
        elif run.kind is TRAIN:
            metadata = item["Metadata"]
            assert metadata["TrainingJob"]["Arn"].startswith(f"{JOB}pipelines-{run.arn[-12:]}-Only-")
        elif run.kind is ASK:
            step.token = step.token or item["Metadata"]["Callback"]["CallbackToken"]
            assert self.callbacks.setdefault(step.token, run) is run
            metadata = {"Callback": shown(CallbackToken=step.token, SqsQueueUrl=QUEUE, OutputParameters=step.outputs)}
        if run.kind is BROKEN and step.status == "Failed":
            step.reason = item["FailureReason"]
            assert step.reason.startswith("ClientError: ")
        return shown(
            StepName="Ask" if run.kind is ASK else "Only",
            StartTime=step.started,
            EndTime=step.ended,
            StepStatus=step.status,
            FailureReason="no" if run.kind is FAIL and step.status == "Failed" else step.reason,
            Metadata=metadata,
            AttemptCount=step.attempts,
        )

    @rule(nth=NTH, members=request({}, FailureReason=LABEL, ClientRequestToken=TOKEN) | request({}, OutputParameters=GIVEN))
    def answer(self, nth: int, members: Members) -> None:
        """A running Callback step is ended by an answer to its token, once."""
        for run in self.all_runs:
            if run.kind is ASK:
                self.look_at_steps(run.arn)
        token = (["abcdefghij", *self.callbacks][::-1])[nth % (len(self.callbacks) + 1)]

        def expect(_: object) -> object:
            run = self.callbacks.get(token)
            if run is None or run not in self.all_runs:
                refuse("ResourceNotFound")
            step = run.step
            if step is None or step.ended is not None or step.token != token:
                refuse("ValidationException")
            step.reason, step.outputs = members.get("FailureReason"), members.get("OutputParameters", [])
            run.answer(self.now, "Succeeded" if "OutputParameters" in members else "Failed")
            return {"PipelineExecutionArn": run.arn}

        operation = "send_pipeline_execution_step_" + ("success" if "OutputParameters" in members else "failure")
        self.agree(operation, {"CallbackToken": token, **members}, expect)

    @rule(arn=TAGGED, tags=TAGS, keys=st.lists(KEY, max_size=2))
    def tag(self, arn: str, tags: list[dict[str, str]], keys: list[str]) -> None:
        """New tags join the others, known ones get the new value, and what is taken off is gone."""

        def add(_: object) -> object:
            pipe = self.tagged(arn)
            pipe.tags |= tags_of({"Tags": tags})
            return {"Tags": listed(pipe.tags)}

        def delete(_: object) -> object:
            pipe = self.tagged(arn)
            pipe.tags = {key: value for key, value in pipe.tags.items() if key not in keys}
            return {}

        self.agree("add_tags", {"ResourceArn": arn, "Tags": tags}, add)
        if keys:
            self.agree("delete_tags", {"ResourceArn": arn, "TagKeys": keys}, delete)
        self.agree("list_tags", {"ResourceArn": arn}, lambda _: {"Tags": listed(self.tagged(arn).tags)})

    def tagged(self, arn: str) -> Pipe:
        """Return the pipeline with this ARN."""
        return self.pipes.get(arn.removeprefix(ARN)) or refuse("ValidationException")

    @rule(seconds=some(0.5, 1, 1.5, 2, 301))
    def wait(self, seconds: float) -> None:
        """Executions come to what is due, at the time that it is."""
        self.smp.advance(seconds)
        self.now += timedelta(seconds=seconds)
        for run in self.all_runs:
            run.pass_on(self.now)

    @invariant()
    def turn_a_page(self) -> None:
        """Whatever has happened since the last page, the next one begins behind it: nothing comes twice, and nothing is passed over."""
        if self.walk is not None:
            agreed = self.agree(self.walk.operation, self.walk.members, self.walk.turn)
            self.walk = self.walk if agreed and self.walk.token else None

    @invariant()
    def a_list_shows_all_there_is(self) -> None:
        """Pipelines, the newest first, with the times of their last change and their last start."""
        assert self.ask("list_pipelines", {})["PipelineSummaries"] == [described(pipe) for pipe in self.pipes.values()][::-1]


def tags_of(members: Members) -> dict[str, str]:
    """Return the tags that a request gives."""
    return {tag["Key"]: tag["Value"] for tag in members.get("Tags", [])}


def listed(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Return tags as the API lists them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def by_key(entry: tuple[Any, object]) -> Any:
    """Return what an entry is sorted by."""
    return entry[0]


def is_between(time: datetime, query: Members) -> bool:
    """Return whether filters leave what was made at this time."""
    after, before = query.get("CreatedAfter"), query.get("CreatedBefore")
    return (after is None or after < time) and (before is None or time < before)


def described(pipe: Pipe) -> dict[str, Any]:
    """Return a pipeline as a list has it."""
    own = {member: value for member, value in pipe.shown.items() if member != "ParallelismConfiguration"}
    return own | shown(LastModifiedTime=pipe.modified, LastExecutionTime=pipe.runs[-1].created if pipe.runs else None)


def of_version(pipe: Pipe, number: int) -> dict[str, Any]:
    """Return a version as a list has it."""
    version = pipe.versions[number - 1]
    return version.said | shown(
        PipelineArn=pipe.shown["PipelineArn"],
        PipelineVersionId=number,
        CreationTime=version.created,
        LastExecutionPipelineExecutionArn=version.last,
        PipelineVersionAliases=version.aliases,
    )


def summary_of(run: Run) -> dict[str, Any]:
    """Return an execution as a list has it."""
    return shown(
        PipelineExecutionArn=run.arn,
        StartTime=run.shown["CreationTime"],
        PipelineExecutionStatus=run.status,
        PipelineExecutionDescription=run.shown.get("PipelineExecutionDescription"),
        PipelineExecutionDisplayName=run.shown["PipelineExecutionDisplayName"],
        PipelineExecutionFailureReason="Step failure: One or multiple steps failed." if run.status == "Failed" else None,
        PipelineVersionAliases=run.version.aliases,
    )


def test_any_sequence_of_operations_obeys_the_rules(recent_model: None) -> None:
    """Every answer and every code of an error is what the model says, and so is what is there after each step."""
    run_state_machine_as_test(Operations, settings=settings(stateful_step_count=30))
