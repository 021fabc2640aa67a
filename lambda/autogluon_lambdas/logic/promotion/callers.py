"""Find what a new model would break for the callers of the live one.

Callers send the live model's features by name, or in its order without a header, and read its
answer's columns.
"""

from collections.abc import Iterator, Sequence

from autogluon_contracts.documents.feature_schema import FeatureHeader, FeatureSchemaHeader
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.names import NO_MODEL
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.predictor_types import predictor_type
from autogluon_lambdas.logic.registry.model_schema import read_model_schema
from autogluon_lambdas.models.errors import PromotionError
from autogluon_lambdas.models.model_package import ModelPackage
from autogluon_lambdas.ports import ModelRegistry, NotReadableError, ObjectStore

_MOST_NAMED = 5
# Every value of the first kind is one of the second.
_WIDER = {("int", "float"), ("category", "text"), ("text", "category")}


def require_unbroken_callers(
    registry: ModelRegistry,
    store: ObjectStore,
    spec: PredictorSpec,
    package: ModelPackage,
    previous: str,
) -> None:
    """Raise PromotionError for a version whose requests or answers break callers of the live one.

    Exempt are a version that was live before, predictors whose runs say themselves what they
    predict, and versions without a schema, which other programs registered.

    Args:
        registry: knows the live version.
        store: holds the versions' feature schemas.
        spec: the predictor.
        package: the version to promote.
        previous: the live version's ARN, or `none`.
    """
    was_live = package.metadata.live_since is not None
    if spec.endpoint is None or was_live or previous in (NO_MODEL, package.arn):
        return
    kind = predictor_type(spec)
    if not kind.settles_callers(spec.init_args):
        return
    live = registry.describe(previous)
    if live is None:
        return
    try:
        before, after = (read_model_schema(store, each) for each in (live, package))
    except (NotReadableError, ValueError):
        return
    if before.type != after.type:
        broken = [f"it is a {after.type} model instead of a {before.type} one"]
    else:
        broken = [*_columns(before, after), *_values(before, after)]
    if before.type == after.type == spec.type:
        broken += _answers(kind.answer_columns(before, "both"), kind.answer_columns(after, "both"))
        broken += kind.broken_for_callers(before, after)
    if broken:
        raise PromotionError(
            f'Version {package.version} of predictor "{spec.name}" would break callers of the '
            f"live version {live.version}: {'; '.join(broken)}.",
            advice='Once they are ready, promote it with "allow_schema_change": true.',
        )


def _columns(live: FeatureSchemaHeader, new: FeatureSchemaHeader) -> Iterator[str]:
    before, after = live.feature_names, new.feature_names
    added = [
        item.name for item in new.features if item.name not in before and item.optional != "always"
    ]
    refused = [name for name in before if name not in {*after, *new.ignored, new.label}]
    if added:
        yield f"it needs {_named(added)}, which they do not send"
    if refused:
        yield f"it does not know {_named(refused)}, which they send"
    if before != after and not added and not refused:
        yield "it takes rows without a header in another order or number of columns"


def _values(live: FeatureSchemaHeader, new: FeatureSchemaHeader) -> Iterator[str]:
    before = {feature.name: feature for feature in live.features}
    for feature in new.features:
        known = before.get(feature.name)
        if known is not None:
            yield from _values_of(known, feature)


def _values_of(live: FeatureHeader, new: FeatureHeader) -> Iterator[str]:
    kinds = (live.kind, new.kind)
    if None not in kinds and live.kind != new.kind and kinds not in _WIDER:
        yield f"{new.name} is {new.kind} instead of {live.kind}"
    elif new.allowed is not None and (
        live.allowed is None or not set(live.allowed) <= set(new.allowed)
    ):
        yield f"{new.name} takes only {_named([str(value) for value in new.allowed])}"
    if live.nullable and not new.nullable:
        yield f"{new.name} may not be missing any more"


def _answers(live: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    if list(live) != list(new):
        yield f"its answers have the columns {_named(new)} instead of {_named(live)}"


def _named(names: Sequence[str]) -> str:
    return listed(names, limit=_MOST_NAMED)
