"""The members of a step that are small objects of their own: DependsOn, PropertyFiles, OutputParameters."""

from typing import Final, cast

from pytest_smpipeline._definition.nodes import Dependency, OutputParameter, ParameterType, PropertyFile, Trigger
from pytest_smpipeline._definition.objects import ObjectReader
from pytest_smpipeline._definition.parameter_parser import PARAMETER_TYPES
from pytest_smpipeline._definition.problems import Problems
from pytest_smpipeline._definition.wording import found

_TRIGGERS: Final = ("Completed", "Failed", "Stopped", "Any")
_DEPENDENCY_MEMBERS: Final = frozenset({"Step", "Trigger"})
_OUTPUT_MEMBERS: Final = frozenset({"OutputName", "OutputType"})
_FILE_MEMBERS: Final = ("PropertyFileName", "OutputName", "FilePath")


def read_dependencies(step: ObjectReader, problems: Problems) -> tuple[Dependency, ...]:
    """Return what a step's DependsOn lists: names, or objects with a step and how it must have ended."""
    dependencies: list[Dependency] = []
    for index, item in enumerate(step.array("DependsOn")):
        if isinstance(item, str):
            dependencies.append(Dependency(item))
            continue
        path = f"{step.place('DependsOn')}[{index}]"
        if isinstance(item, dict):
            dependencies.extend(_read_triggered(ObjectReader(item, path, problems)))
        else:
            problems.add(path, f"Expecting the name of a step but found {found(item)}.")
    return tuple(dependencies)


def _read_triggered(reader: ObjectReader) -> list[Dependency]:
    if not reader.members(_DEPENDENCY_MEMBERS, ("Step",)):
        return []
    name = reader.string("Step")
    trigger = cast("Trigger", reader.choice("Trigger", _TRIGGERS) or "Completed")
    return [] if name is None else [Dependency(name, trigger)]


def read_property_files(step: ObjectReader) -> dict[str, PropertyFile]:
    """Return the JSON files that a step's job leaves in its outputs, by name."""
    files: dict[str, PropertyFile] = {}
    for reader in step.objects("PropertyFiles"):
        if reader.members(set(_FILE_MEMBERS), _FILE_MEMBERS):
            name, output_name, file_path = (reader.string(member) for member in _FILE_MEMBERS)
            if name is not None and output_name is not None and file_path is not None:
                files[name] = PropertyFile(name, output_name, file_path)
    return files


def read_output_parameters(step: ObjectReader) -> tuple[OutputParameter, ...]:
    """Return the declared outputs of a Lambda or Callback step."""
    outputs: list[OutputParameter] = []
    for reader in step.objects("OutputParameters"):
        if reader.members(_OUTPUT_MEMBERS, ("OutputName",)):
            name = reader.string("OutputName")
            kind = cast("ParameterType", reader.choice("OutputType", PARAMETER_TYPES) or "String")
            outputs.extend([] if name is None else [OutputParameter(name, kind)])
    return tuple(outputs)
