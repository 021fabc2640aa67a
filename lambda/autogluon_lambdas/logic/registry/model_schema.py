"""Read what a model version takes and answers."""

from autogluon_contracts.documents.feature_schema import FILE_NAME, FeatureSchemaHeader
from autogluon_contracts.names import report_file
from autogluon_lambdas.models.errors import InvalidInputError
from autogluon_lambdas.models.model_package import ModelPackage
from autogluon_lambdas.ports import NotReadableError, ObjectStore

_LARGEST_SCHEMA_BYTES = 32_000_000


def read_model_schema(store: ObjectStore, package: ModelPackage) -> FeatureSchemaHeader:
    """Return a version's feature schema.

    Raises NotReadableError or ValueError for a version that the Train state machine did not
    register, or whose files were deleted.
    """
    location = report_file(package.run_folder, FILE_NAME)
    return FeatureSchemaHeader.from_text(store.read(location, 0, _LARGEST_SCHEMA_BYTES))


def require_model_schema(
    store: ObjectStore, package: ModelPackage, *, key: str, advice: str
) -> FeatureSchemaHeader:
    """Return a version's feature schema; raise InvalidInputError about `input.<key>` without."""
    try:
        return read_model_schema(store, package)
    except (NotReadableError, ValueError) as error:
        raise InvalidInputError(
            f"input.{key}: {package.arn} has no usable feature schema ({str(error).rstrip('.')}).",
            advice=advice,
        ) from error
