"""Define the environment of a model's container, `AUTOGLUON_SERVING` among it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from autogluon_contracts.defaults import AUTO_JOINING, Joining
from autogluon_contracts.document import Document, key

VARIABLE = "AUTOGLUON_SERVING"
PROGRAM_VARIABLE = "SAGEMAKER_PROGRAM"
TIMEOUT_VARIABLE = "SAGEMAKER_MODEL_SERVER_TIMEOUT"
GUNICORN_VARIABLE = "GUNICORN_CMD_ARGS"
TORCHSERVE_REQUEST_VARIABLE = "TS_MAX_REQUEST_SIZE"
TORCHSERVE_RESPONSE_VARIABLE = "TS_MAX_RESPONSE_SIZE"
"""Bytes. The toolkit of the images 1.1 to 1.5 sets `enable_envvars_config`, so they take effect."""
PROGRAM = "inference.py"
"""The serving script, in the artifact's `code/` folder."""
ARTIFACT_VARIABLE = "AUTOGLUON_ARTIFACT_SHA256"
"""The artifact's hash (`artifact_hash`), in the model package; absent in those of release 0.1."""
ENGINE_VARIABLE = "AUTOGLUON_ENGINE"
"""A `ServingEngine`, set by the endpoint's stack; absent: `auto`."""


@dataclass(frozen=True, kw_only=True)
class ServerLimits(Document):
    """How each worker of a model server joins and bounds requests.

    The code inside the model's artifact reads it.
    """

    NAME: ClassVar[str] = VARIABLE
    ADVICE: ClassVar[str] = "Register the model again."

    workers: int = key("processes of the server", minimum=1)
    max_batch_rows: int = key("rows of concurrent requests that are predicted together", minimum=1)
    max_wait_ms: float = key(
        "how long rows wait for requests that are still being read, in milliseconds", minimum=0
    )
    joining: Joining = key(
        "whether rows of concurrent requests are predicted together: where that changes no bit "
        "(`auto`), or `always`",
        default=AUTO_JOINING,
        omit_default=True,
    )
    max_queued_requests: int = key("requests that may wait in each worker", minimum=1)
