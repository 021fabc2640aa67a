"""Define the serving script's functions, as AutoGluon's containers call them.

The container calls `model_fn` once and `transform_fn` for every request. The 1.6 image answers 400
with the text of a `ValueError`, and 500 to anything else; the images before answer 500 to every
exception, with its traceback, so the response is made here.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from autogluon_contracts.answer_attributes import AnswerAttributes
from autogluon_contracts.document import written
from autogluon_contracts.documents.error_facts import ErrorFacts
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.serving.http_context import CUSTOM_ATTRIBUTES, http_context, media_type
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
    model: ServedModel,
    body: str | bytes | bytearray,
    content_type: str,
    accept: str,
    context: Any = None,
) -> tuple[str | bytes, str]:
    """Answer one request.

    Args:
        model: what `model_fn` returned.
        body: text for textual content types, bytes otherwise.
        content_type: the request's media type.
        accept: the media type asked for.
        context: TorchServe's; the 1.6 image passes none.

    Returns:
        The body and its content type.

    Raises:
        ValueError: the request cannot be answered, at a server whose responses cannot be made
            here; its text is the sentence for the caller.
        UnavailableError: too many requests, at a server that cannot be made to answer 503.
    """
    http = http_context(context)
    content = bytes(body) if isinstance(body, bytearray) else body
    if context is not None:  # the 1.6 image does this itself
        content_type, accept = media_type(content_type), media_type(accept)
    try:
        answer = model.answer(content, content_type, accept, http.custom_attributes())
    except UnavailableError as error:
        # The container would make a 500 of it, which says nothing and is not to be tried again.
        if not http.answer_with(503, {"Retry-After": str(RETRY_AFTER_SECONDS)}):
            raise
        return _refusal(error, ErrorFacts(code="unavailable"))
    except InputError as error:
        # The container knows the sentence only.
        if not http.answer_with(400, {}):
            raise
        return _refusal(error, error.facts)
    said = AnswerAttributes(model.engine.name, answer.unknown)
    http.answer_with(200, {CUSTOM_ATTRIBUTES: said.text()})
    return answer.body, answer.content_type


def _refusal(error: Exception, facts: ErrorFacts) -> tuple[str, str]:
    document = {"detail": str(error), **written(facts)}
    return json.dumps(document, ensure_ascii=False), "application/json"
