"""Load a fine-tuned model so that `fit` goes on from its weights."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autogluon.multimodal import MultiModalPredictor

from autogluon_contracts.documents.parent_model import ParentModel
from autogluon_contracts.predictor_types.multimodal.further_training import METHODS
from autogluon_contracts.predictor_types.multimodal.weights import SYNONYMS
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.multimodal.quiet_library import forbid_dictionaries
from autogluon_jobs.multimodal.training.checkpoints import WITHOUT_SYNONYMS

_TEXT = "text"  # AutoGluon's key of what prepares texts


def load_parent(
    parent: ParentModel, fit_args: Mapping[str, Any], folder: Path, *, verbosity: int
) -> MultiModalPredictor:
    """Load the predictor of an unpacked, verified artifact; its next `fit` starts from its weights.

    That needs a `save_path`: AutoGluon writes over no predictor.

    Args:
        parent: the model.
        fit_args: of the method, which are checked.
        folder: AutoGluon's part of the artifact.
        verbosity: of AutoGluon's log, from 0 to 4.

    Raises:
        InputError: another method than `fit`, or arguments that it does not take here.
    """
    method = METHODS.get(parent.method)
    if method is None:
        raise InputError(f'Unknown method "{parent.method}".')
    problems = method.fit_args_problems(parent.method, fit_args)
    if problems:
        raise InputError("; ".join(problems) + ".")
    forbid_dictionaries()
    predictor = MultiModalPredictor.load(str(folder), verbosity=verbosity)
    # The log has no place for bars; `load` takes no such argument.
    predictor._learner._enable_progress_bar = False
    _vary_without_synonyms(predictor)
    return predictor


def _vary_without_synonyms(predictor: MultiModalPredictor) -> None:
    """Have texts varied as in jobs with local checkpoints: synonyms need a dictionary.

    A parent that was trained with a network has them; the job that goes on may be without one.
    """
    for processor in predictor._learner._data_processors.get(_TEXT, ()):
        kinds = [kind for kind in processor.train_augment_types or () if SYNONYMS not in kind]
        processor.train_augment_types = kinds or list(WITHOUT_SYNONYMS)
        processor.train_augmenter = processor.construct_text_augmenter(
            processor.text_trivial_aug_maxscale, processor.train_augment_types
        )
