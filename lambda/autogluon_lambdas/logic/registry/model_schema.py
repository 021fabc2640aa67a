"""Read what a model version takes and answers."""

from autogluon_contracts.documents.feature_schema import FILE_NAME, FeatureSchemaHeader
from autogluon_contracts.names import report_file
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.models.model_package import ModelPackage
from autogluon_lambdas.ports import ObjectStore

_LARGEST_SCHEMA_BYTES = 32_000_000


def read_model_schema(store: ObjectStore, package: ModelPackage) -> FeatureSchemaHeader:
    """Return a version's feature schema.

    Raises NotReadableError or ValueError for a version that the Train state machine did not
    register, or whose files were deleted.
    """
    # SageMaker writes <run folder>/output/model.tar.gz.
    run_folder = S3Location.parse(package.model_data_url).parent().parent()
    location = report_file(run_folder, FILE_NAME)
    return FeatureSchemaHeader.from_text(store.read(location, 0, _LARGEST_SCHEMA_BYTES))
