"""Help for a name that nobody knows: the nearest one that exists."""

from collections.abc import Iterable
from difflib import get_close_matches

# Below this, names of a few letters look alike that have nothing to do with each other.
_ALIKE = 0.7


def nearest(name: object, known: Iterable[str]) -> str | None:
    """The known name that `name` was most likely meant to be, or None when none is near.

    One that has `name` as a whole word, such as `roc_auc` has `auc`, goes before one that merely
    looks alike, such as `pac`.
    """
    folded = _fold(str(name))
    by_folded: dict[str, str] = {}
    for candidate in known:
        by_folded.setdefault(_fold(candidate), candidate)
    words = set(folded.split("_"))
    with_words = [entry for entry in by_folded if words <= set(entry.split("_"))]
    matches = get_close_matches(folded, by_folded, n=1, cutoff=_ALIKE)
    if with_words and folded not in by_folded:
        matches = [min(with_words, key=len)]
    return by_folded[matches[0]] if matches else None


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """A clause such as `; did you mean 'label'?`, empty when no known name is near."""
    match = nearest(name, known)
    return f"; did you mean '{match}'?" if match is not None else ""


def listed(names: Iterable[str], limit: int = 30) -> str:
    """Names for a sentence: `a, b, c`, cut after `limit` with the number left out."""
    everything = list(names)
    shown = ", ".join(everything[:limit])
    rest = len(everything) - limit
    return f"{shown} and {rest} more" if rest > 0 else shown


def _fold(name: str) -> str:
    return name.strip().casefold().replace("-", "_").replace(" ", "_")
