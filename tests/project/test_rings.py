"""The rings of docs/design.md, read from the source: imports point down, and the core stays pure."""

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = "pytest_smpipeline"
ROOT = Path(__file__).parents[2]

# From the outside to the core; modules of one ring may import each other as long as no cycle arises.
SHELL = (
    {"plugin", "fixtures", "auto_hooks", "guard_hooks", "reporting", "__main__", "coverage_hooks", "html_report", "serve_command"},
    {"mock", "handle", "decorators", "decorated_classes", "json_door", "json_requests", "served_mock", "server"},
    {
        "assertions",
        "built_pipelines",
        "callback_records",
        "cases",
        "comparisons",
        "complaints",
        "condition_words",
        "coverage_fragment",
        "coverage_graph",
        "coverage_json",
        "coverage_points",
        "coverage_table",
        "coverage_words",
        "definition_sources",
        "differences",
        "durations",
        "failures",
        "flowcharts",
        "graph_layout",
        "history",
        "json_arguments",
        "json_records",
        "json_seeds",
        "known_pipelines",
        "lambda_functions",
        "logs",
        "markup",
        "mermaid",
        "missing_values",
        "outcome_checks",
        "past_children",
        "past_statuses",
        "past_times",
        "pipeline_coverage",
        "pytest_session",
        "records",
        "refused_starts",
        "releases",
        "report_page",
        "report_runs",
        "run_assertions",
        "run_expectations",
        "run_tree",
        "scripted_properties",
        "scripts",
        "seeding",
        "selections",
        "snapshots",
        "start_assertions",
        "starting",
        "step_absences",
        "step_functions",
        "step_records",
        "step_scripts",
        "step_templates",
        "strictness",
        "svg_graph",
        "text_files",
        "timeline",
    },
    {"_neighbours"},
    {"_doors"},
    {"_wire"},
)
CORE = (
    {"_operations"},
    {"_engine"},
    {"_events"},
    {"_state"},
    {"_definition"},
    {"exceptions", "options", "outcome_arguments", "outcomes", "shapes", "suggestions", "values"},
)
RINGS = SHELL + CORE

IMPURE = {"boto3", "botocore", "moto", "os", "pytest", "random", "socket", "threading", "time", "uuid"}
RIM = ("_doors.", "_neighbours.", "_wire.service_model")


def sources_of(root: Path) -> dict[str, str]:
    """Return the source of every module of the package, by its name within the package; packages themselves by their own."""
    found = {}
    for path in sorted((root / PACKAGE).rglob("*.py")):
        parts = path.relative_to(root / PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text(encoding="utf-8")
    return found


def imports_of(sources: Mapping[str, str]) -> dict[str, set[str]]:
    """Return what each module imports, wherever in it the import stands; the package's own modules without the package's name."""
    return {name: set(imported_names(source, sources)) for name, source in sources.items()}


def imported_names(source: str, modules: Mapping[str, str]) -> Iterator[str]:
    """Yield the modules that a source imports; ``from package import module`` is an import of the module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (within(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            base = within(node.module or "")
            for alias in node.names:
                member = f"{base}.{alias.name}".removeprefix(f"{PACKAGE}.")
                yield member if member in modules else base


def within(name: str) -> str:
    """Return a module's name without that of the package; the package itself keeps its own."""
    return name.removeprefix(f"{PACKAGE}.")


def ring_of(module: str) -> int | None:
    """Return the number of a module's ring, counted from the outside, or None for other libraries."""
    first = module.partition(".")[0]
    return next((number for number, ring in enumerate(RINGS) if first in ring), None)


def upward_imports(imports: Mapping[str, set[str]]) -> list[str]:
    """Return the imports that leave a ring for one further out, and the modules that belong to no ring."""
    found = []
    for module, imported in imports.items():
        own = ring_of(module)
        if module and own is None:
            found.append(f"{module} belongs to no ring: add it to RINGS and to docs/design.md")
        for other in sorted(imported):
            theirs = ring_of(other) if other in imports else None
            if own is not None and theirs is not None and theirs < own:
                found.append(f"{module} imports {other}, which lies further out")
    return found


def cycle_in(imports: Mapping[str, set[str]]) -> list[str]:
    """Return the modules of one import cycle, or nothing."""
    own = {module: imported & imports.keys() for module, imported in imports.items() if module}
    try:
        TopologicalSorter(own).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        return cycle
    return []


def impure_imports(imports: Mapping[str, set[str]]) -> list[str]:
    """Return the imports with which a module of the core would reach for a clock, dice, a thread, the network or AWS."""
    return [
        f"{module} imports {other}"
        for module, imported in imports.items()
        if (ring_of(module) or 0) >= len(SHELL)
        for other in sorted(imported)
        if other.partition(".")[0] in IMPURE
    ]


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """Return what the modules of this package import."""
    found = imports_of(sources_of(ROOT))
    assert "_wire.validation" in found, "the package was not found"
    return found


def test_imports_point_down(imports: dict[str, set[str]]) -> None:
    """A module imports from its own ring and from those within it."""
    assert upward_imports(imports) == []


def test_there_is_no_import_cycle(imports: dict[str, set[str]]) -> None:
    """No module needs itself, by whatever way, to be loaded."""
    assert cycle_in(imports) == []


def test_nobody_imports_the_package_root(imports: dict[str, set[str]]) -> None:
    """The root is the public face; from the inside it would close a cycle."""
    assert [module for module, imported in imports.items() if PACKAGE in imported] == []


def test_the_core_is_pure(imports: dict[str, set[str]]) -> None:
    """The core owns no clock, thread, socket or dice, and knows neither AWS's libraries nor pytest."""
    assert impure_imports(imports) == []


def test_aws_libraries_are_imported_at_the_rim_only(imports: dict[str, set[str]]) -> None:
    """What breaks when botocore or moto changes is in few, known places."""
    found = [
        f"{module} imports {other}"
        for module, imported in imports.items()
        for other in sorted(imported)
        if other.partition(".")[0] in {"boto3", "botocore", "moto"} and not module.startswith(RIM)
    ]

    assert found == []


@pytest.mark.parametrize("module", [PACKAGE, f"{PACKAGE}.plugin"])
def test_loading_the_plugin_imports_no_aws_library_and_no_server(module: str) -> None:
    """A test session that does not use the emulator pays nothing for having it installed."""
    heavy = {"boto3", "botocore", "flask", "http.server", "moto", "socketserver", "werkzeug"}
    program = f"import sys, {module}; print(sorted({heavy} & sys.modules.keys()))"

    result = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert result.stdout == "[]\n"


def test_an_upward_import_is_found() -> None:
    """The check sees imports inside functions, and modules that nobody placed."""
    imports = imports_of(
        {
            "": "",
            "mock": "from pytest_smpipeline import values",
            "values": "def f():\n    from pytest_smpipeline.mock import x",
            "tools": "import json",
        }
    )

    assert imports["mock"] == {"values"}
    assert upward_imports(imports) == [
        "values imports mock, which lies further out",
        "tools belongs to no ring: add it to RINGS and to docs/design.md",
    ]


def test_a_cycle_is_found() -> None:
    """The check names the modules on the way round."""
    imports = imports_of({"_engine.a": f"import {PACKAGE}._engine.b", "_engine.b": f"from {PACKAGE}._engine import a"})

    assert set(cycle_in(imports)) == {"_engine.a", "_engine.b"}


def test_an_import_of_the_root_is_found() -> None:
    """``from package import name`` is one, unless the name is a module."""
    imports = imports_of({"handle": f"from {PACKAGE} import succeed, values", "mock": f"import {PACKAGE}", "values": ""})

    assert imports == {"handle": {PACKAGE, "values"}, "mock": {PACKAGE}, "values": set()}


def test_an_impure_import_in_the_core_is_found() -> None:
    """What the shell may import, the core may not."""
    imports = imports_of({"_engine.clock": "import time", "_doors.express": "import time", "values": "from os import path"})

    assert impure_imports(imports) == ["_engine.clock imports time", "values imports os"]
