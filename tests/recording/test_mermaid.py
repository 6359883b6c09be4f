"""``pipeline.mermaid()`` and ``run.mermaid()``: graphs as text, to be drawn wherever Mermaid is."""

import re
import textwrap
from collections.abc import Callable

import pytest

from pytest_smpipeline import Pipeline, SMPipelineMock, fail, succeed
from pytest_smpipeline.flowcharts import Edge, Flowchart, Node
from pytest_smpipeline.mermaid import STYLES, render_mermaid
from pytest_smpipeline.values import Json, JsonObject

Draw = Callable[..., list[str]]


def step(name: str, *depends_on: Json, kind: str = "Processing", **members: Json) -> JsonObject:
    """Return a step that waits for others."""
    return {"Name": name, "Type": kind, "Arguments": {}, "DependsOn": list(depends_on), **members}


def condition(name: str, if_steps: list[JsonObject], else_steps: list[JsonObject], holds: bool = True) -> JsonObject:  # noqa: FBT001, FBT002
    """Return a Condition step that holds, or does not."""
    equals: JsonObject = {"Type": "Equals", "LeftValue": 1, "RightValue": 1 if holds else 2}
    return {"Name": name, "Type": "Condition", "Arguments": {"Conditions": [equals], "IfSteps": [*if_steps], "ElseSteps": [*else_steps]}}


def lines_of(text: str, pattern: str) -> list[str]:
    """Return the lines in which a pattern is found, without their indent."""
    return [line.strip() for line in text.splitlines() if re.search(pattern, line)]


@pytest.fixture
def arrows(smpipeline: SMPipelineMock) -> Draw:
    """Return the function that makes a pipeline of steps and returns its arrows, by the names of the steps."""

    def draw(*steps: JsonObject) -> list[str]:
        pipeline = smpipeline.add("drawn", {"Version": "2020-12-01", "Steps": [*steps]})
        names = dict(enumerate(pipeline.steps))
        drawn = lines_of(pipeline.mermaid(), r"--?>")
        return [re.sub(r"\bn(\d+)\b", lambda place: names[int(place[1])], line) for line in drawn]

    return draw


def test_a_pipeline_is_drawn_as_its_definition_says(churn: Pipeline) -> None:
    """Boxes with name and type, a rhombus for a condition, and its branches named on the arrows."""
    assert churn.mermaid() == textwrap.dedent(
        """\
        flowchart TD
            accTitle: churn version 1
            n0["Prep<br/>Processing"]
            n1["Train<br/>Training"]
            n2{"Gate<br/>Condition"}
            n3["Report<br/>Model"]
            n4["Stop<br/>Fail"]
            n0 --> n1
            n1 --> n2
            n2 -->|"if"| n3
            n2 -->|"else"| n4
            classDef defined fill:#eef1f5,stroke:#5c6773,color:#1c2024
            class n0,n1,n2,n3,n4 defined
        """
    )


def test_an_execution_is_drawn_as_it_stands(smpipeline: SMPipelineMock, churn: Pipeline) -> None:
    """Every step says in words how it stands and has the colours of it; what was not started is dashed, and so are the ways to it."""
    smpipeline.script("churn", Train=succeed(metrics={"auc": 0.5}))
    run = smpipeline.start("churn", {"Date": "today"})

    assert run.mermaid() == textwrap.dedent(
        f"""\
        flowchart TD
            accTitle: churn/{run.id} Failed
            n0["✓ Prep<br/>Processing: Succeeded"]
            n1["✓ Train<br/>Training: Succeeded"]
            n2{{"✓ Gate<br/>Condition: Succeeded"}}
            n3["○ Report<br/>Model: branch not taken"]
            n4["✗ Stop<br/>Fail: Failed"]
            n0 --> n1
            n1 --> n2
            n2 -.->|"if"| n3
            n2 -->|"else"| n4
            classDef succeeded fill:#dcf2e1,stroke:#1a7f37,color:#0b3316
            class n0,n1,n2 succeeded
            classDef failed fill:#fde3e1,stroke:#c62828,color:#5c0d0d
            class n4 failed
            classDef idle fill:#f4f4f4,stroke:#8a8a8a,color:#595959,stroke-dasharray:4 3
            class n3 idle
        """
    )


def test_a_drawing_repeats(smpipeline: SMPipelineMock, churn: Pipeline) -> None:
    """The same pipeline is the same text, so it can be kept in a file and compared."""
    run = smpipeline.start("churn", {"Date": "today"})

    assert churn.mermaid() == smpipeline.add("churn", churn.definition).mermaid()
    assert run.mermaid() == run.mermaid()


def test_the_body_of_a_foreach_step_is_a_subgraph(smpipeline: SMPipelineMock) -> None:
    """The steps of the body stand inside it, and say how many of their runs came to the worst of their statuses."""
    body: list[Json] = [step("Evaluate"), step("Compare", "Evaluate")]
    arguments: JsonObject = {"IterableItems": ["a", "b", "c"], "MaxConcurrency": 1, "ForEachBody": body}
    each = step("Each", "Prep", kind="ForEach") | {"Arguments": arguments}
    pipeline = smpipeline.add("loop", {"Version": "2020-12-01", "Steps": [step("Prep"), each, step("After", "Each")]})
    smpipeline.script("loop", {"Evaluate-1": fail("bad")})

    drawn = smpipeline.start("loop").mermaid()

    assert pipeline.mermaid().splitlines()[2:] == [
        '    n0["Prep<br/>Processing"]',
        '    subgraph n1["Each, ForEach"]',
        "        direction TB",
        '        n2["Evaluate<br/>Processing"]',
        '        n3["Compare<br/>Processing"]',
        "    end",
        '    n4["After<br/>Processing"]',
        "    n2 --> n3",
        "    n0 --> n1",
        "    n1 --> n4",
        f"    classDef defined {STYLES['defined']}",
        "    class n0,n2,n3,n4 defined",
        "    classDef definedFrame fill:none,stroke:#5c6773",
        "    class n1 definedFrame",
    ]
    assert lines_of(drawn, "Each,|Evaluate|After") == [
        'subgraph n1["✗ Each, ForEach: Failed"]',
        'n2["✗ Evaluate<br/>Processing: 1 of 3 Failed"]',
        'n4["○ After<br/>Processing: not run"]',
    ]


def test_a_foreach_step_that_was_not_started_has_a_body_that_was_not(smpipeline: SMPipelineMock) -> None:
    """None of its steps is shown as if it had run."""
    arguments: JsonObject = {"IterableItems": ["a"], "MaxConcurrency": 1, "ForEachBody": [step("Evaluate")]}
    each = step("Each", "Prep", kind="ForEach") | {"Arguments": arguments}
    smpipeline.add("loop", {"Version": "2020-12-01", "Steps": [step("Prep"), each]})
    smpipeline.script("loop", Prep=fail("no data"))

    drawn = smpipeline.start("loop").mermaid()

    assert lines_of(drawn, "class .* idle") == ["class n2 idle", "class n1 idleFrame"]
    assert lines_of(drawn, "Def idleFrame") == ["classDef idleFrame fill:none,stroke:#8a8a8a,stroke-dasharray:4 3"]


def test_a_trigger_is_written_on_its_arrow(arrows: Draw) -> None:
    """That a step waits for success needs no words."""
    assert arrows(
        step("Train"),
        step("After", "Train"),
        step("Clean", {"Step": "Train", "Trigger": "Failed"}),
        step("Note", {"Step": "Train", "Trigger": "Stopped"}),
        step("Close", {"Step": "Train", "Trigger": "Any"}),
    ) == ["Train --> After", 'Train -->|"on Failed"| Clean', 'Train -->|"on Stopped"| Note', 'Train -->|"on any end"| Close']


def test_what_follows_from_other_arrows_is_not_drawn(arrows: Draw) -> None:
    """An arrow past steps that come between says nothing new."""
    assert arrows(step("A"), step("B", "A"), step("C", "B", "A"), step("D", "C", "A", "B")) == ["A --> B", "B --> C", "C --> D"]


def test_an_arrow_does_not_follow_from_a_trigger(arrows: Draw) -> None:
    """Waiting for a failure of what comes between is something else than waiting for success."""
    drawn = arrows(step("A"), step("B", "A"), step("C", "A", {"Step": "B", "Trigger": "Failed"}))

    assert drawn == ["A --> B", "A --> C", 'B -->|"on Failed"| C']


def test_a_branch_is_named_where_it_begins(arrows: Draw) -> None:
    """Steps that follow others of the same branch have no arrow from the condition."""
    drawn = arrows(condition("Gate", [step("A"), step("B", "A"), step("C")], [step("D")]))

    assert drawn == ['Gate -->|"if"| A', "A --> B", 'Gate -->|"if"| C', 'Gate -->|"else"| D']


def test_a_branch_is_named_although_its_step_waits_for_others_too(arrows: Draw) -> None:
    """A step outside of the branch that waits for the condition as well does not make the branch a matter of course."""
    drawn = arrows(condition("Gate", [step("A", "Outside")], []), step("Outside", "Gate"))

    assert sorted(drawn) == ["Gate --> Outside", 'Gate -->|"if"| A', "Outside --> A"]


def test_a_nested_branch_belongs_to_the_branch_around_it(arrows: Draw) -> None:
    """A step that follows one in a nested branch follows the outer condition anyhow."""
    drawn = arrows(condition("Outer", [condition("Inner", [step("A")], []), step("B", "A")], []))

    assert sorted(drawn) == ["A --> B", 'Inner -->|"if"| A', 'Outer -->|"if"| Inner']


def test_a_whole_nested_branch_is_not_taken(smpipeline: SMPipelineMock) -> None:
    """What stands in a condition of the other branch can't run any more, whatever that condition would say."""
    inner = condition("Inner", [step("A")], [])
    outer = condition("Outer", [inner], [step("B")], holds=False)
    smpipeline.add("nested", {"Version": "2020-12-01", "Steps": [outer]})

    assert lines_of(smpipeline.start("nested").mermaid(), "branch not taken") == [
        'n1{"○ Inner<br/>Condition: branch not taken"}',
        'n2["○ A<br/>Processing: branch not taken"]',
    ]


@pytest.mark.smpipeline(progress="manual")
def test_what_can_still_run_is_not_run_yet(smpipeline: SMPipelineMock, churn: Pipeline) -> None:
    """An execution that goes on is drawn as it stands now."""
    run = smpipeline.start("churn", {"Date": "today"})
    smpipeline.advance(1)

    assert lines_of(run.mermaid(), "n[03][^0-9]*<br") == [
        'n0["► Prep<br/>Processing: Executing"]',
        'n3["○ Report<br/>Model: not run yet"]',
    ]


@pytest.mark.smpipeline(progress="manual")
def test_a_stopped_step_says_so(smpipeline: SMPipelineMock, churn: Pipeline) -> None:
    """It neither failed nor succeeded."""
    run = smpipeline.start("churn", {"Date": "today"})
    smpipeline.advance(1)
    run.stop()
    smpipeline.run_until_idle()

    assert lines_of(run.mermaid(), "Prep") == ['n0["■ Prep<br/>Processing: Stopped"]']


def test_attempts_and_reuse_are_said(smpipeline: SMPipelineMock, churn: Pipeline) -> None:
    """How often a step was tried, and where its result comes from when it did not make it."""
    smpipeline.script("churn", Train=[fail("no capacity"), succeed(metrics={"auc": 0.9})])
    first = smpipeline.start("churn", {"Date": "today"})
    first.retry()
    again = smpipeline.start("churn", {"Date": "today"}, only=["Train"], source=first)

    assert lines_of(first.mermaid(), "Train") == ['n1["✓ Train<br/>Training: Succeeded, 2 attempts"]']
    assert lines_of(again.mermaid(), "n[0-4][^0-9]*<br")[0] == 'n0["✓ Prep<br/>Processing: Succeeded, reused"]'
    assert lines_of(again.mermaid(), "Report") == ['n3["○ Report<br/>Model: not selected"]']


def test_a_result_from_the_cache_is_said(smpipeline: SMPipelineMock) -> None:
    """The step succeeded without doing its work."""
    smpipeline.add("cached", {"Version": "2020-12-01", "Steps": [step("Prep", CacheConfig={"Enabled": True, "ExpireAfter": "1d"})]})
    smpipeline.start("cached")

    assert lines_of(smpipeline.start("cached").mermaid(), "Prep") == ['n0["✓ Prep<br/>Processing: Succeeded, from cache"]']


def test_a_name_can_be_anything() -> None:
    """What could mean something to Mermaid or to HTML is written as the numbers of its characters."""
    nodes = (Node('a"b]<i>', "Training"), Node("`x`; %%\n--> n0", "Condition"), Node("end ü", "ForEach", words="#35;"))

    drawn = render_mermaid(Flowchart('t"; <b>\nx', nodes, (Edge(0, 1, 'if "|'),)))

    assert drawn.splitlines()[1:9] == [
        "    accTitle: t b x",
        '    n0["a#34;b#93;#60;i#62;<br/>Training"]',
        '    n1{"#96;x#96;#59; #37;#37;#10;--#62; n0<br/>Condition"}',
        '    subgraph n2["end ü, ForEach: #35;35#59;"]',
        "        direction TB",
        "    end",
        '    n0 -->|"if #34;#124;"| n1',
        f"    classDef defined {STYLES['defined']}",
    ]


def test_nothing_is_drawn_as_nothing(smpipeline: SMPipelineMock) -> None:
    """A pipeline without steps is still valid text."""
    pipeline = smpipeline.add("empty", {"Version": "2020-12-01", "Steps": []})

    assert pipeline.mermaid() == "flowchart TD\n    accTitle: empty version 1\n"


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_colours_can_be_read_on_any_page(style: str) -> None:
    """Each box brings its background, and its text has a contrast of at least 4.5 to it, as WCAG 2 asks for."""
    fill, colour = (luminance(match) for match in re.findall(r"(?:fill|color):#(\w{6})", style))

    assert (fill + 0.05) / (colour + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
