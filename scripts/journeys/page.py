"""Write the page of a journey, and tell whether two of its runs show the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autogluon_demo.cdk import ROOT
from scripts.journeys.journey import Done, Journey

PAGES = ROOT / "docs" / "journeys"
_HEAD = "<!-- Written by `python -m scripts.journeys`; do not edit. -->"
# Ids and names that AWS chooses.
_CHOSEN = re.compile(r"\b(?=[0-9a-z-]*\d)[0-9a-z]{8,}\b", re.IGNORECASE)
_NOT_TRAINED = "Note: MODEL was not trained"
_NUMBER = re.compile(r"(?<![A-Za-z])[-+]?\d[\d.,:]*")
_MODELS = re.compile(r"\b(?:LightGBM|CatBoost|RandomForest|ExtraTrees|XGBoost|NeuralNet)\w*")


def page(taken: Journey, done: Sequence[Done]) -> str:
    """Return the page of a journey that was taken."""
    parts = [f"# {taken.title}", _HEAD, taken.intro.strip()]
    for each in done:
        if each.step.say:
            parts.append(each.step.say.strip())
        lines = each.step.run.strip().splitlines()
        typed = "\n".join(["$ " + lines[0], *(f"  {line}" for line in lines[1:])])
        printed = "\n".join(line.rstrip() for line in each.printed.splitlines())
        parts.append(f"```console\n{typed}\n{printed}".rstrip() + "\n```")
    return "\n\n".join(parts) + "\n"


def shape(text: str) -> list[str]:
    """Return what is the same in each run: lines up to their first gap, with numbers alike.

    How many models a leaderboard has, and which could not be trained, depends on what a busy
    machine reaches within the time limit.

    Example:
        >>> shape("  roc_auc   0.93")
        ['roc_auc']
        >>> shape("LightGBM  0.9\\nXGBoost  0.8\\nNote: CatBoost was not trained: no time")
        ['MODEL']
    """
    found: list[str] = []
    for line in text.splitlines():
        start = re.split(r"\s{2,}", line.strip())[0]
        same = _NUMBER.sub("0", _CHOSEN.sub("ID", _MODELS.sub("MODEL", start)))
        is_another = same == "MODEL" and found[-1:] == ["MODEL"]
        if re.search(r"\w", same) and not is_another and not same.startswith(_NOT_TRAINED):
            found.append(same)
    return found
