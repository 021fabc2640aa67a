"""Define the file in which a deployment carries the specs of all predictors it declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from autogluon_contracts.document import Document, key
from autogluon_contracts.documents.predictor_spec import PredictorSpec

REGISTRY = "{registry}"
"""What image URIs have in this file where the host of AutoGluon's images belongs."""
ALGORITHMS = "{algorithms}"
"""What they have where the host of the images of the predictor's algorithm belongs."""
_URIS = ("image_uri", "inference_image_uri", "processing_image_uri")


@dataclass(frozen=True, kw_only=True)
class DeclaredPredictors(Document):
    """The asset `predictors.json`, which `write_predictors` turns into SSM parameters."""

    NAME: ClassVar[str] = "predictors.json"

    specs: Mapping[str, Any] = key(
        "predictor -> its spec, in which `{registry}` is where the host of AutoGluon's images "
        "belongs, and `{algorithms}` that of the images of the predictor's algorithm, which only "
        "the deployment knows"
    )

    def spec(
        self, predictor: str, registry: str, algorithms: Mapping[str, str] | None = None
    ) -> PredictorSpec:
        """Return one predictor's spec as the deployment to a region has it.

        Args:
            predictor: its name.
            registry: the host of AutoGluon's images.
            algorithms: the host of the images of each algorithm that trains any predictor, by the
                predictor's type.

        Raises:
            DocumentError: it is not what the contract says.
        """
        values = dict(self.specs[predictor])
        for name in (name for name in _URIS if name in values):
            uri = str(values[name]).replace(REGISTRY, registry)
            if ALGORITHMS in uri:
                uri = uri.replace(ALGORITHMS, (algorithms or {})[values["type"]])
            values[name] = uri
        return PredictorSpec.from_json(values)
