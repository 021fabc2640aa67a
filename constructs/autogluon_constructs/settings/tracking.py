"""Define where training runs are tracked."""

import re
from typing import Annotated, ClassVar
from urllib.parse import urlsplit

from pydantic import AfterValidator

from autogluon_constructs.settings.fields import refuse
from autogluon_constructs.settings.section import Section

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[\w./~-]*)?")


def _server(address: str) -> str:
    if address.startswith("arn:"):
        raise refuse(
            "MLflow apps and tracking servers that SageMaker manages are not supported yet; give "
            "the address of a server, such as 'https://mlflow.example.com'"
        )
    if "@" in urlsplit(address).netloc:
        raise refuse(
            "settings are not a place for passwords; let the server trust the network of the "
            "functions, and leave user and password out"
        )
    if _ADDRESS.fullmatch(address) is None:
        raise refuse("allowed: 'http(s)://<host>[:<port>][/<path>]'")
    return address


class Tracking(Section):
    """Where each registered training run is logged besides the registry.

    A server that cannot be reached never fails a run: the run's output says so.
    """

    unsupported_keys: ClassVar = {
        "wandb": "only MLflow is supported; use mlflow",
        "experiment": "the experiment is that of the predictor, "
        "autogluon-<environment>-<predictor>; leave it out",
    }

    mlflow: Annotated[str, AfterValidator(_server)]
    """Address of an MLflow server that the stacks' functions reach."""
