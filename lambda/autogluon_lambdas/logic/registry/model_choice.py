"""Choose the model version that an input names."""

from collections.abc import Callable, Iterable

from autogluon_contracts.models.version_before import (
    PromotedVersion,
    version_before,
    version_live_last,
)
from autogluon_contracts.quality_gate import APPROVED
from autogluon_contracts.wording import listed
from autogluon_lambdas.models.errors import InvalidInputError
from autogluon_lambdas.models.model_package import ModelPackage, ModelVersion, group_of
from autogluon_lambdas.ports import ModelRegistry, PredictorStore

NONE = "none"
# Each takes a call to SageMaker; nothing older is returned to.
_MOST_VERSIONS_COMPARED = 100


class ModelChooser:
    """Resolves `input.model`, or another key, for one predictor.

    Every method raises InvalidInputError.
    """

    def __init__(
        self,
        registry: ModelRegistry,
        predictors: PredictorStore,
        group: str,
        predictor: str,
        *,
        key: str = "model",
    ) -> None:
        self._key = key
        self._registry = registry
        self._predictors = predictors
        self._group = group
        self._predictor = predictor

    def for_batch(self, wanted: str | int) -> ModelPackage:
        """Return the version for `live`, `latest`, a version number or an ARN."""
        if wanted == "live":
            return self.live()
        if wanted == "latest":
            return self._describe(self._versions()[0].arn)
        return self._named(wanted, words=("live", "latest"))

    def for_promotion(self, wanted: str | int) -> ModelPackage:
        """Return the version for one of the words of a promotion, a version number or an ARN."""
        if wanted == "latest-approved":
            return self._describe(self._latest_approved().arn)
        if wanted == "previous":
            return self._previous()
        if wanted == "last-live":
            return self._last_live()
        return self._named(wanted, words=("latest-approved", "previous", "last-live", NONE))

    def live(self) -> ModelPackage:
        """Return the live model."""
        arn = self._predictors.live_model(self._predictor)
        if arn == NONE:
            raise InvalidInputError(
                f'input.{self._key}: predictor "{self._predictor}" has no live model.',
                advice="Promote one first (start the Promote state machine with "
                f'{{"predictor": "{self._predictor}", "model": "latest-approved"}}), '
                'or ask for "latest" or a version number.',
            )
        return self._describe(arn)

    def _named(self, wanted: str | int, words: tuple[str, ...]) -> ModelPackage:
        text = str(wanted)
        if text.isdigit():
            return self._describe(self._version(int(text)).arn)
        group = group_of(text)
        if group is None:
            raise InvalidInputError(
                f'input.{self._key}: got "{text}".',
                advice=f"Allowed: {', '.join(words)}, a version number, or a model package ARN of "
                f'group "{self._group}".',
            )
        if group != self._group:
            raise InvalidInputError(
                f'input.{self._key}: {text} belongs to group "{group}", but predictor '
                f'"{self._predictor}" uses versions of "{self._group}".'
            )
        return self._describe(text)

    def _describe(self, arn: str) -> ModelPackage:
        package = self._registry.describe(arn)
        if package is None:
            raise InvalidInputError(
                f"input.{self._key}: {arn} does not exist.", advice=self._existing()
            )
        return package

    def _versions(self) -> list[ModelVersion]:
        versions = self._registry.versions(self._group)
        if not versions:
            raise InvalidInputError(
                f'input.{self._key}: predictor "{self._predictor}" has no model versions.',
                advice="Train it first.",
            )
        return versions

    def _version(self, number: int) -> ModelVersion:
        for version in self._versions():
            if version.version == number:
                return version
        raise InvalidInputError(
            f'input.{self._key}: version {number} of predictor "{self._predictor}" does not exist.',
            advice=self._existing(),
        )

    def _existing(self) -> str:
        known = [
            f"{version.version} ({version.status})"
            for version in self._registry.versions(self._group)
        ]
        return f"Existing versions: {listed(known, limit=10) or 'none'}."

    def _latest_approved(self) -> ModelVersion:
        for version in self._versions():
            if version.status == APPROVED:
                return version
        raise InvalidInputError(
            f'input.{self._key}: predictor "{self._predictor}" has no approved version.',
            advice=f"{self._existing()} {how_to_approve('<model package ARN>')}",
        )

    def _previous(self) -> ModelPackage:
        """Return the approved version that was live before the live one."""
        live = self._predictors.live_model(self._predictor)
        if live == NONE:
            return self._promoted(lambda versions: version_before(versions, None))
        number = self._describe(live).version
        return self._promoted(
            lambda versions: version_before(versions, number),
            where=f" before its live version {number}",
        )

    def _last_live(self) -> ModelPackage:
        """Return the live version; while none is live, the approved one that was live last."""
        live = self._predictors.live_model(self._predictor)
        return self._promoted(version_live_last) if live == NONE else self._describe(live)

    def _promoted(
        self, choose: Callable[[Iterable[PromotedVersion]], int | None], *, where: str = ""
    ) -> ModelPackage:
        """Return the approved version that `choose` finds by its number."""
        approved = [version for version in self._versions() if version.status == APPROVED]
        packages = {
            version.version: self._describe(version.arn)
            for version in approved[:_MOST_VERSIONS_COMPARED]
        }
        chosen = choose(
            PromotedVersion(
                number=package.version,
                is_approved=True,
                live_since=package.metadata.live_since,
                promotion_failed=package.metadata.promotion_failed,
            )
            for package in packages.values()
        )
        if chosen is not None:
            return packages[chosen]
        raise InvalidInputError(
            f'input.{self._key}: predictor "{self._predictor}" has no approved version{where} to '
            "return to.",
            advice=self._existing(),
        )


def how_to_approve(arn: str) -> str:
    """Return the advice for a version that is not approved."""
    return (
        "Approve it with `aws sagemaker update-model-package --model-approval-status Approved "
        f"--model-package-arn {arn}`."
    )
