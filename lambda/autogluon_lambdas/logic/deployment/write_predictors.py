"""Write the parameters of the predictors that a deployment declares, and delete all others.

The parameters belong to no stack (docs/adr): a template has room for 500 resources, and
CloudFormation would write `none` over a live model, or delete it, where a template changes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_contracts import names
from autogluon_contracts.documents.declared_predictors import DeclaredPredictors
from autogluon_contracts.documents.spec_parameter import part_names, stored
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.ports import Parameters

_LIVE_MODEL = "ARN of the model package that is served; written by promotions"
_GOES_BACK = "UPDATE_ROLLBACK"


@dataclass(frozen=True)
class PredictorWriter:
    """Acts on the events of the custom resource `Custom::Predictors`.

    Its physical id is the file that the specs were written from. Another file is another id, so
    that CloudFormation sends `Delete` for the one before once the whole update has succeeded, or
    for the new one once it is rolled back: only then are parameters deleted.

    Attributes:
        read_file: returns the bytes of an object.
        stack_status: returns the status of a stack by its ARN.
    """

    parameters: Parameters
    read_file: Callable[[S3Location], bytes]
    stack_status: Callable[[str], str]

    def act(self, event: Mapping[str, Any]) -> str:
        """Act on a custom resource event, and return the physical id.

        Raises DocumentError for a file that is not what the contract says.
        """
        environment = str(event["ResourceProperties"]["Environment"])
        if event["RequestType"] == "Delete":
            physical_id = str(event["PhysicalResourceId"])
            self._delete(environment, physical_id, str(event["StackId"]))
            return physical_id
        properties = event["ResourceProperties"]
        source = str(properties["Source"])
        hosts = (str(properties["Registry"]), properties.get("Algorithms", {}))
        self._write(environment, source, hosts)
        return source

    def _write(self, environment: str, source: str, hosts: tuple[str, Mapping[str, str]]) -> None:
        declared = self._declared(source)
        found = self.parameters.below(names.predictor_prefix(environment))
        kept = self.parameters.below(names.kept_live_model_prefix(environment))
        for predictor in declared.specs:
            name = names.spec_parameter(environment, predictor)
            value = stored(declared.spec(predictor, *hosts))
            described = f"Settings of the predictor {predictor}; written by cdk deploy"
            folder = name.rpartition("/")[0]
            # Parts are named after their content: readers find the old ones, or all new ones.
            for part, text in value.parts:
                self._put(found, f"{folder}/{part}", text, described)
            self._put(found, name, value.parameter, described)
            before = kept.get(names.kept_live_model_parameter(environment, predictor))
            for live, first in _live_models(environment, predictor, declared, before).items():
                if live not in found:
                    self.parameters.create(live, first, _LIVE_MODEL)
        self.parameters.delete(list(kept))
        self.parameters.put(
            names.predictors_source_parameter(environment), source, "Where the specs are from"
        )

    def _put(self, found: Mapping[str, str], name: str, value: str, description: str) -> None:
        if found.get(name) != value:
            self.parameters.put(name, value, description)

    def _delete(self, environment: str, physical_id: str, stack: str) -> None:
        prefix = names.predictor_prefix(environment)
        marker = names.predictors_source_parameter(environment)
        source = self.parameters.value(marker)
        if source in (None, physical_id):
            # An update that added this resource and is rolled back leaves the code of before, which
            # reads the same parameters; Foundation, which had them, is updated already.
            if self.stack_status(stack).startswith(_GOES_BACK):
                return
            self.parameters.delete([*self.parameters.below(prefix), marker])
            return
        found = self.parameters.below(prefix)
        wanted: set[str] = set()
        declared = self._declared(str(source))
        for predictor in declared.specs:
            name = names.spec_parameter(environment, predictor)
            folder = name.rpartition("/")[0]
            wanted |= {name, *_live_models(environment, predictor, declared, None)}
            wanted |= {f"{folder}/{part}" for part in part_names(found.get(name, "{}"))}
        self.parameters.delete([name for name in found if name not in wanted])

    def _declared(self, source: str) -> DeclaredPredictors:
        return DeclaredPredictors.from_text(self.read_file(S3Location.parse(source)))


def _live_models(
    environment: str, predictor: str, declared: DeclaredPredictors, main: str | None
) -> dict[str, str]:
    """Return a predictor's parameters for live models, with what they hold at first.

    Args:
        main: what the main variant's holds; None for `none`, as all others'.
    """
    endpoint = declared.specs[predictor].get("endpoint") or {}
    found = {
        names.live_model_parameter(environment, predictor, variant): names.NO_MODEL
        for variant in (names.MAIN_VARIANT, *(endpoint.get("variants") or ()))
    }
    main_one = names.live_model_parameter(environment, predictor)
    return found | {main_one: main or names.NO_MODEL}
