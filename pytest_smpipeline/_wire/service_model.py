"""SageMaker's own description of its API, read from the installed botocore.

This is the only module of the wire that touches botocore, and it does so inside functions: importing it costs nothing. What
leaves it is plain: names, enums and :class:`Shape` values, made the first time an operation is asked for.
"""

import threading
from typing import TYPE_CHECKING, Final, cast

from pytest_smpipeline.shapes import Shape

if TYPE_CHECKING:
    import botocore.model
    from botocore.model import ListShape, MapShape, StructureShape


class SageMakerModel:
    """Answers what SageMaker's operations take and give, in the version of the model that is installed."""

    def __init__(self, service_model: "botocore.model.ServiceModel") -> None:
        """Wrap a parsed model; nothing is converted yet."""
        self._model: Final = service_model
        self._shapes: Final[dict[str, Shape]] = {}
        self._inputs: Final[dict[str, Shape]] = {}
        self._converting: Final = threading.Lock()
        self.operations: Final = frozenset(service_model.operation_names)

    def has_operation(self, name: str) -> bool:
        """Return whether the service has an operation of this name, such as ``StartPipelineExecution``."""
        return name in self.operations

    def input_shape(self, operation: str) -> Shape:
        """Return what a request of the operation must look like; a structure without members when it takes nothing."""
        known = self._inputs.get(operation)
        if known is None:
            known = self._inputs[operation] = self._converted(self._model.operation_model(operation).input_shape)
        return known

    def output_shape(self, operation: str) -> Shape:
        """Return what an answer of the operation looks like; a structure without members when it gives nothing."""
        return self._converted(self._model.operation_model(operation).output_shape)

    def error_codes(self, operation: str) -> frozenset[str]:
        """Return the codes of the exceptions that the model declares for the operation; in SageMaker they are the shapes' names."""
        return frozenset(shape.name for shape in self._model.operation_model(operation).error_shapes)

    def enum(self, name: str) -> tuple[str, ...]:
        """Return the values of an enum, such as ``PipelineExecutionStatus``, in the model's order."""
        return self._converted(self._model.shape_for(name)).enum

    def _converted(self, source: "botocore.model.Shape | None") -> Shape:
        if source is None:
            return _NOTHING
        # A structure is known before its members are: no other thread may see it in between.
        with self._converting:
            return self._convert(source)

    def _convert(self, source: "botocore.model.Shape") -> Shape:
        known = self._shapes.get(source.name)
        if known is not None:
            return known
        metadata = source.metadata
        members: dict[str, Shape] = {}
        shape = Shape(
            name=source.name,
            type=source.type_name,
            minimum=metadata.get("min"),
            maximum=metadata.get("max"),
            pattern=metadata.get("pattern"),
            enum=tuple(metadata.get("enum", ())),
            required=frozenset(metadata.get("required", ())),
            members=members,
            # A list or a map contains itself only through a structure, and that is known before its members are read.
            element=self._convert(cast("ListShape", source).member) if source.type_name == "list" else None,
            value=self._convert(cast("MapShape", source).value) if source.type_name == "map" else None,
        )
        self._shapes[source.name] = shape
        if source.type_name == "structure":
            members.update((name, self._convert(member)) for name, member in cast("StructureShape", source).members.items())
        return shape


def current() -> SageMakerModel:
    """Return the process's model, the one that botocore's loader finds."""
    model = _models.get(_SERVICE)
    if model is None:
        import botocore.loaders
        import botocore.model

        description = botocore.loaders.create_loader().load_service_model(_SERVICE, "service-2")
        model = _models.setdefault(_SERVICE, SageMakerModel(botocore.model.ServiceModel(description, _SERVICE)))
    return model


_SERVICE: Final = "sagemaker"
_NOTHING: Final = Shape(name="Nothing", type="structure")
_models: Final[dict[str, SageMakerModel]] = {}
