"""Keep live models while CloudFormation deletes the parameters that Foundation had for them.

Earlier releases declared a parameter for each live model in Foundation, without a deletion policy.
The update that takes them out of the template creates this resource before it deletes them; the
update of Workflows that follows writes them again (`write_predictors`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_contracts import names
from autogluon_lambdas.ports import Parameters


@dataclass(frozen=True)
class LiveModelKeeper:
    """Acts on the events of the custom resource `Custom::KeptLiveModels`."""

    parameters: Parameters

    def act(self, event: Mapping[str, Any]) -> None:
        """Copy the live models on `Create`, and delete the copies on `Delete`."""
        environment = str(event["ResourceProperties"]["Environment"])
        if event["RequestType"] == "Create":
            self._copy(environment)
        elif event["RequestType"] == "Delete":
            kept = self.parameters.below(names.kept_live_model_prefix(environment))
            self.parameters.delete(list(kept))

    def _copy(self, environment: str) -> None:
        prefix = names.predictor_prefix(environment)
        for name, value in self.parameters.below(prefix).items():
            predictor, _, kind = name.removeprefix(f"{prefix}/").partition("/")
            if kind == "live-model" and value != names.NO_MODEL:
                self.parameters.put(
                    names.kept_live_model_parameter(environment, predictor),
                    value,
                    f"Live model of {predictor} during an upgrade",
                )
