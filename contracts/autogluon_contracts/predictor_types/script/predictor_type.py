"""Register script predictors."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from autogluon_contracts.code.own_objects import OwnObject
from autogluon_contracts.defaults import LATENCY
from autogluon_contracts.predictor_types import PredictorType
from autogluon_contracts.predictor_types.further_training import Method
from autogluon_contracts.predictor_types.script.arguments import check_fit_args, check_init_args
from autogluon_contracts.predictor_types.tabular.metrics import canonical, lower_is_better

_HONOURED = ("request_timeout_seconds",)


class _Script:
    """A person's own training script or image."""

    has_validation_score = False
    has_baseline = False
    further_methods: Mapping[str, Method] = {}

    def keeping_problem(
        self,
        init_args: object,  # noqa: ARG002 - with none of them
        fit_args: object,  # noqa: ARG002 - likewise
    ) -> str | None:
        """Say that only the script knows how to continue its model."""
        return "type 'script', whose models only the script knows how to continue"

    def init_args_problems(self, args: object, *, label_required: bool = True) -> Sequence[str]:
        """Return a sentence for each thing wrong with the facts about the problem."""
        return check_init_args(args, label_required=label_required)

    def fit_args_problems(self, args: object) -> Sequence[str]:
        """Return a sentence for each thing wrong with the hyperparameters."""
        return check_fit_args(args)

    def combination_problems(
        self,
        init_args: object,  # noqa: ARG002 - they are independent of each other
        fit_args: object,  # noqa: ARG002 - likewise
    ) -> Sequence[str]:
        """Return nothing: neither depends on the other."""
        return ()

    def own_objects(
        self,
        init_args: object,  # noqa: ARG002 - they name none
        fit_args: object,  # noqa: ARG002 - likewise
    ) -> Mapping[str, OwnObject]:
        """Return nothing: arguments name no objects of a person's own."""
        return {}

    def code_problem(self) -> str:
        """Say what jobs of the type do instead of importing a person's code."""
        return "type 'script', whose script imports what it needs; give script.source_dir"

    def weights_problem(
        self,
        fit_args: object,  # noqa: ARG002 - whatever the script does with them
        weights: Collection[str],
        *,
        isolated: bool,  # noqa: ARG002 - likewise
    ) -> str | None:
        """Say that AutoGluon's weights are not for scripts."""
        if not weights:
            return None
        return "weights: got them with type 'script', which AutoGluon does not train; leave it out"

    def image_problem(self, fit_args: object) -> None:
        """Return None: AWS's image has what every model needs."""

    def image_warning(self, fit_args: object) -> None:
        """Return None, likewise."""

    def latency_problem(self, fit_args: object) -> str | None:  # noqa: ARG002 - with none of them
        """Say that there is one model."""
        return (
            f"serving.optimize_for: got '{LATENCY}', which is for tabular predictors; leave it out"
        )

    def checkpoint_problem(self, fit_args: object) -> str | None:  # noqa: ARG002 - with none
        """Say that only the script knows what it has finished."""
        return (
            "type 'script', of which only the script knows what it has finished; leave it out, or "
            "train a tabular predictor"
        )

    def distribution_problem(self, fit_args: object) -> str:  # noqa: ARG002 - with any of them
        """Say that the artifact is one instance's."""
        return "type 'script', whose artifact is that of one instance; leave it out"

    def settings_problems(self, batch_engine: str, serving: Collection[str]) -> Sequence[str]:
        """Return a sentence for each setting that the image's own server cannot honour."""
        found = [
            f"serving.{name}: given with type 'script', which the image's own server does not "
            f"take; allowed: {', '.join(_HONOURED)}"
            for name in sorted(set(serving) - set(_HONOURED))
        ]
        if batch_engine == "bulk":
            found.append(
                "batch.engine: got 'bulk', which runs AutoGluon's container code; allowed: 'auto' "
                "or 'transform'"
            )
        return found

    def measured_metrics(
        self,
        problem_type: str | None,  # noqa: ARG002 - the script decides
        eval_metric: str | None,  # noqa: ARG002 - likewise
    ) -> Sequence[str]:
        """Return nothing: the script decides what it measures."""
        return ()

    def canonical_metric(self, name: str) -> str:
        """Return AutoGluon's own name of a metric, or the name itself."""
        return canonical(name)

    def best_value(self, metric: str) -> float:
        """Return 0 for an error that AutoGluon knows; a metric of one's own has no bound."""
        return 0.0 if lower_is_better(metric) else math.inf


PREDICTOR_TYPE: PredictorType = _Script()
