"""Shorten paths of arguments as far as they stay different."""

from collections.abc import Sequence


def short_paths(paths: Sequence[str]) -> list[str]:
    """Return the shortest end of each path that no other one has.

    Example:
        >>> short_paths(["fit_args.GBM.depth", "fit_args.XGB.depth", "fit_args.GBM.leaves"])
        ['GBM.depth', 'XGB.depth', 'leaves']
    """
    parts = [path.split(".") for path in paths]
    longest = max(map(len, parts), default=0)
    ends = [[".".join(part[-length:]) for part in parts] for length in range(1, longest + 1)]
    return [
        next(of_length[k] for of_length in ends if of_length.count(of_length[k]) == 1)
        for k in range(len(parts))
    ]
