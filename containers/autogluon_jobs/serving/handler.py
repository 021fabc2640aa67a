"""Define the serving script's functions, as the AutoGluon 1.6 container calls them.

The container calls `model_fn` once and `transform_fn` for every request; it answers 400 with the
text of a `ValueError`, and 500 to anything else.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from autogluon_jobs.serving.http_context import CUSTOM_ATTRIBUTES, answer_with, custom_attributes
from autogluon_jobs.serving.overload import RETRY_AFTER_SECONDS, UnavailableError
from autogluon_jobs.serving.served_model import ServedModel, load_model


def model_fn(model_dir: str) -> ServedModel:
    """Load the model from the unpacked artifact.

    Args:
        model_dir: the folder, `/opt/ml/model` in the container.

    Raises:
        ValueError: the artifact is not one of this project, or the batch does not fit it.
    """
    return load_model(Path(model_dir), os.environ)


def transform_fn(
    model: ServedModel, body: str | bytes, content_type: str, accept: str
) -> tuple[str | bytes, str]:
    """Answer one request.

    Args:
        model: what `model_fn` returned.
        body: text for textual content types, bytes otherwise.
        content_type: the request's media type.
        accept: the media type asked for.

    Returns:
        The body and its content type.

    Raises:
        ValueError: the request cannot be answered; its text is the sentence for the caller.
        UnavailableError: too many requests, at a server that cannot be made to answer 503.
    """
    try:
        answer = model.answer(body, content_type, accept, custom_attributes())
    except UnavailableError as error:
        # The container would make a 500 of it, which says nothing and is not to be tried again.
        if not answer_with(503, {"Retry-After": str(RETRY_AFTER_SECONDS)}):
            raise
        return json.dumps({"detail": str(error)}), "application/json"
    answer_with(200, {CUSTOM_ATTRIBUTES: f"engine={model.engine.name}"})
    return answer
