"""Find test rows of groups that training has, and test rows that are not later than its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from autogluon_contracts.data.leak_limits import FEWEST_ROWS
from autogluon_jobs.data.leaks import is_compared_as_number

# What is sampled, whatever its number: the next rows may be of others.
_UNIT = re.compile(
    r"(^|[_\W])(subject|patient|person|customer|client|user|account|household|family|session|"
    r"device|sensor|machine|batch)s?([_\W]?(id|uuid|guid|key|code|no|number))?$",
    re.IGNORECASE,
)
# What numbers anything: units, and parties, brands or countries, whose number is small and fixed.
_NUMBERED = re.compile(r"(^|[_\W])(id|uuid|guid|group)s?$", re.IGNORECASE)
_WORD_BEGINS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_TIME = re.compile(r"(^|[_\W])(year|date|timestamp|epoch)$", re.IGNORECASE)
_ROWS_PER_GROUP = 2  # on average; with fewer, a column does not hold groups
_SHARE_OF_GROUPS = 0.1  # of the test rows; a split by groups shares none
_OLDER = 0.95  # of all pairs of a test row and a training row; half of them by chance
_BETWEEN = 0.5  # of the test rows; a split by time has none
_TOLD = 0.9  # correlation, or agreement beyond chance, with what training rows say
_SAMPLE = 10_000


def split_warnings(train: pd.DataFrame, test: pd.DataFrame | None, label: str) -> Iterator[str]:
    """Yield a sentence with its evidence where the test judges another task than it seems to.

    Every column but the label counts, also those that the model does not learn from: names of
    groups are among them. A split by chance is not named where neither groups nor times tell the
    label.

    Args:
        train: one row per example.
        test: the same columns, or None.
        label: the column to predict.
    """
    if test is None:
        return
    train, test = train[train[label].notna()], test[test[label].notna()]
    if min(len(train), len(test)) < FEWEST_ROWS:
        return
    labels = _Labels.of(train[label], test[label])
    names = [name for name in train.columns if name != label]
    for name in names:
        if holds_groups(name, train[name]):
            yield from _split_group(name, train[name], test[name], labels)
    for name in names:
        if pd.api.types.is_datetime64_any_dtype(train[name]) or (
            _TIME.search(name) and pd.api.types.is_integer_dtype(train[name])
        ):
            yield from _split_time(name, train[name], test[name], labels)


def holds_groups(name: str, values: pd.Series) -> bool:
    """Return whether rows of one value are of one unit, such as a patient, a device or a session.

    A column that is named after such a unit holds groups. One that is named an id only does so
    where its values are more than the rows of each: units are many, with few rows each, and each
    further row may be of a new one; a fixed list of parties, brands or countries is soon known, and
    has many rows of each. A code (`country_code`) is of such a list.

    Example:
        >>> holds_groups("party_id", pd.Series(range(30)).repeat(100))
        False
        >>> holds_groups("id", pd.Series(range(300)).repeat(4))
        True
    """
    words = _WORD_BEGINS.sub("_", name)
    is_unit = _UNIT.search(words) is not None
    if not is_unit and _NUMBERED.search(words) is None:
        return False
    different, known = values.nunique(), int(values.notna().sum())
    if different < FEWEST_ROWS or known < _ROWS_PER_GROUP * different:
        return False
    return is_unit or different * different > known


@dataclass(frozen=True)
class _Labels:
    """The labels of both, as numbers or as codes of classes."""

    train: np.ndarray
    test: np.ndarray
    are_numbers: bool

    @classmethod
    def of(cls, train: pd.Series, test: pd.Series) -> _Labels:
        if is_compared_as_number(train):
            return cls(train.to_numpy(float), test.to_numpy(float), are_numbers=True)
        codes = pd.factorize(pd.concat([train.astype(object), test.astype(object)]))[0]
        return cls(codes[: len(train)], codes[len(train) :], are_numbers=False)

    def told(self, positions: np.ndarray, said: np.ndarray) -> str | None:
        """Return how well some test rows' labels are told by what training rows say, if well.

        Args:
            positions: of the test rows.
            said: a number or class for each.
        """
        truth = self.test[positions]
        if len(truth) < FEWEST_ROWS or (truth == truth[0]).all() or (said == said[0]).all():
            return None
        if self.are_numbers:
            correlation = float(np.corrcoef(truth, said)[0, 1])
            return f"their correlation is {correlation:.2f}" if correlation > _TOLD else None
        agreed = float((truth == said).mean())
        classes = int(max(truth.max(), said.max())) + 1
        by_class = (np.bincount(codes, minlength=classes) / len(truth) for codes in (truth, said))
        chance = float(np.dot(*by_class))
        if agreed - chance <= _TOLD * (1 - chance):
            return None
        return f"{agreed:.0%} are the same"


def _split_group(name: str, train: pd.Series, test: pd.Series, labels: _Labels) -> Iterator[str]:
    codes, groups = pd.factorize(train)
    known = codes >= 0
    places = groups.get_indexer(test)
    shared = np.flatnonzero(places >= 0)
    if len(shared) <= _SHARE_OF_GROUPS * len(test):
        return
    if labels.are_numbers:
        said = pd.Series(labels.train[known]).groupby(codes[known]).mean().to_numpy()
    else:
        said = _most_frequent(codes[known], labels.train[known])
    told = labels.told(shared, said[places[shared]])
    if told is not None:
        yield (
            f'{len(shared)} of the {len(test)} test rows have a value of "{name}" that training '
            f"rows have, too, and those tell their label ({told}), so the metrics may overstate "
            f'the quality for new ones. Split the data by "{name}".'
        )


def _most_frequent(groups: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Return the class that most rows of each group have; of several, the first.

    A table of all groups and classes could be larger than any instance's memory.
    """
    count = int(classes.max()) + 1
    pairs, rows = np.unique(groups.astype(np.int64) * count + classes, return_counts=True)
    pairs = pairs[np.lexsort((-pairs, rows, pairs // count))]  # the last of a group is the one
    return pairs[np.flatnonzero(np.diff(pairs // count, append=-1))] % count


def _split_time(name: str, train: pd.Series, test: pd.Series, labels: _Labels) -> Iterator[str]:
    train_at, test_at = (np.flatnonzero(times.notna()) for times in (train, test))
    if min(len(train_at), len(test_at)) < FEWEST_ROWS:
        return
    step = max(1, len(test_at) // _SAMPLE)
    test_at = test_at[::step]
    order = train_at[np.argsort(train.to_numpy()[train_at], kind="stable")]
    times, asked = train.to_numpy()[order], test.to_numpy()[test_at]
    after = len(times) - np.searchsorted(times, asked, side="right")
    if after.sum() > _OLDER * len(times) * len(asked):
        yield (
            f'The test rows are older than the training rows: by "{name}" the last of them is of '
            f"{_shown(asked.max())}, and the training rows begin at {_shown(times[0])}. The "
            f"metrics judge the past; take the latest rows for the test."
        )
        return
    if ((asked >= times[0]) & (asked <= times[-1])).mean() < _BETWEEN:
        return
    next_to = np.clip(np.searchsorted(times, asked), 1, len(times) - 1)
    nearer = next_to - (asked - times[next_to - 1] < times[next_to] - asked)
    told = labels.told(test_at, labels.train[order[nearer]])
    if told is not None:
        yield (
            f'The test rows lie between the training rows in time ("{name}"), and the nearest of '
            f"those tell their label ({told}), so the metrics may overstate the quality for later "
            f"rows. Take the latest rows for the test."
        )


def _shown(moment: object) -> str:
    text = str(moment)
    return text.removesuffix("T00:00:00.000000000").split(".")[0]
