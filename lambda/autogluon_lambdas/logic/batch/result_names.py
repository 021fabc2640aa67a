"""Name the results of a batch after its input files."""

from collections import Counter
from collections.abc import Sequence


def result_names(names: Sequence[str], output_format: str) -> list[str]:
    """Return a name for each input's result: its own with the result's suffix.

    Inputs that differ in their suffix only keep it, so that no result replaces another.
    """
    stems = [_without_suffix(name) for name in names]
    count = Counter(stems)
    return [
        f"{stem if count[stem] == 1 else name}.{output_format}"
        for stem, name in zip(stems, names, strict=True)
    ]


def _without_suffix(name: str) -> str:
    folder, slash, last = name.rpartition("/")
    stem = last.rpartition(".")[0] or last
    return f"{folder}{slash}{stem}"
