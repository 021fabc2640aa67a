"""Group the files of a bulk batch into processing jobs."""

import math
from collections.abc import Sequence

GIGABYTE = 1_000_000_000


def cut_into_groups(sizes: Sequence[int], *, most_files: int, most_bytes: int) -> list[range]:
    """Return the indices of each job's files: consecutive, even, and within both limits.

    A single file of more than `most_bytes` has a job to itself, which has all parts of it.
    """
    jobs = math.ceil(len(sizes) / most_files)
    even = math.ceil(len(sizes) / jobs)
    groups, start, held = [], 0, 0
    for index, size in enumerate(sizes):
        if index > start and (index - start == even or held + size > most_bytes):
            groups.append(range(start, index))
            start, held = index, 0
        held += size
    return [*groups, range(start, len(sizes))]
