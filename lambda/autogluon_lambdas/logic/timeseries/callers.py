"""Find what another time series model would break for the callers of the live one."""

from collections.abc import Iterator

from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.predictor_types.timeseries.series import SeriesFacts
from autogluon_contracts.wording import listed


def broken_for_callers(live: FeatureSchemaHeader, new: FeatureSchemaHeader) -> Iterator[str]:
    """Yield a clause about each thing that the columns of requests and answers do not show."""
    before, after = SeriesFacts.of(live.details), SeriesFacts.of(new.details)
    if live.label != new.label:
        yield f"it forecasts {new.label} instead of {live.label}"
    if before.prediction_length != after.prediction_length:
        yield f"it forecasts {after.prediction_length} steps instead of {before.prediction_length}"
    if before.freq != after.freq:
        yield f"its steps are {after.freq} instead of {before.freq}"
    was_known, is_known = set(before.known_covariates), set(after.known_covariates)
    if added := sorted((is_known - was_known).intersection(live.feature_names)):
        yield f"it needs the future of {listed(added)}, which they do not send"
    if removed := sorted((was_known - is_known).intersection(new.feature_names)):
        yield f"it makes no use of the future of {listed(removed)}, which they send"
    if before.stored_history and not after.stored_history:
        yield "it stores no series, so that requests have to send their history"
    if before.resampled and not after.resampled:
        yield "its series may not have gaps any more"
