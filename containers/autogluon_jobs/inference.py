"""The serving script's functions, as the AutoGluon 1.6 container calls them.

The container calls `model_fn` once and `transform_fn` for every request; it answers 400 with the
text of a `ValueError`, and 500 to anything else.
"""

from __future__ import annotations

import os
from pathlib import Path

from autogluon_jobs.serving import ServedModel


def model_fn(model_dir: str) -> ServedModel:
    """Load the model from the unpacked artifact.

    Args:
        model_dir: the folder, `/opt/ml/model` in the container.

    Raises:
        ValueError: the artifact is not one of this project, or the batch does not fit it.
    """
    return ServedModel.load(Path(model_dir), os.environ)


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
    """
    return model.answer(body, content_type, accept)
