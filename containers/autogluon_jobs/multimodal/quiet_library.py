"""Prepare the process before AutoGluon's multimodal library is imported."""

from __future__ import annotations

import logging
import os


def forbid_dictionaries() -> None:
    """Have AutoGluon not download NLTK's dictionaries, which only synonyms need.

    It tries in each process that loads a predictor of text, with lines in its log.
    """
    from autogluon.multimodal.data import trivial_augmenter

    trivial_augmenter._nltk_downloaded = True


def prepare_library(*, offline: bool) -> None:
    """Turn progress bars off, which fill a job's log, and with `offline` all downloads.

    Hugging Face's libraries read these variables when they are imported.
    """
    os.environ["AUTOMM_DISABLE_PROGRESS_BAR"] = "1"
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    if offline:
        os.environ["HF_HUB_OFFLINE"] = "1"
    for name in ("lightning.pytorch", "lightning.fabric", "nltk"):
        logging.getLogger(name).setLevel(logging.WARNING)
