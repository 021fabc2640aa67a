"""Count what an endpoint was asked and answered in a period, portion by portion."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autogluon_contracts.documents.drift_baseline import DriftBaseline
from autogluon_jobs.baseline.answer_values import AnswerValues
from autogluon_jobs.baseline.column_counts import ColumnCounter
from autogluon_jobs.baseline.column_values import ColumnValues, feature_values
from autogluon_jobs.baseline.quality import mean_error
from autogluon_jobs.drift.answers import answer_values
from autogluon_jobs.drift.captured import Captured, Payload
from autogluon_jobs.drift.comparisons import Quality
from autogluon_jobs.drift.labels import Truth
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.feature_table import UNKNOWN_CODE, FeatureTable, joined
from autogluon_jobs.serving.codecs import codec_of

_PORTION = 10_000  # rows that are counted together


@dataclass
class Period:
    """The counts of a period's requests.

    Attributes:
        features: of the features that are compared, in training order.
        answers: of what of the answers is compared.
        truth: the labels that have arrived.
    """

    schema: FeatureSchema
    baseline: DriftBaseline
    truth: Truth
    columns: Sequence[str]
    requests: int = 0
    rows: int = 0
    unreadable: int = 0
    unanswered: int = 0
    features: list[ColumnCounter] = field(default_factory=list)
    answers: list[ColumnCounter] = field(default_factory=list)
    _errors: list[ColumnValues] = field(default_factory=list)
    _waiting: list[FeatureTable] = field(default_factory=list)
    _waiting_rows: int = 0

    def __post_init__(self) -> None:
        self._reader = RowReader(self.schema)
        self.features = [
            ColumnCounter(item) for item in self.baseline.features if item.name in self.columns
        ]
        self.answers = [ColumnCounter(item) for item in self.baseline.answers]
        self._by_feature = {each.baseline.name: each for each in self.features}
        self._unknown: dict[str, list[str]] = {name: [] for name in self._by_feature}

    def count(self, requests: Iterable[Captured]) -> None:
        """Count requests whose rows were captured."""
        for captured in requests:
            if captured.input is None:
                continue
            self.requests += 1
            try:
                codec = codec_of(captured.input.content_type)
                parsed = codec.parse(self._reader, captured.input.body)
                table = parsed.table(self.schema.features)
                self._name_unknown(table, captured.input)
            except InputError:
                self.unreadable += 1
                continue
            self.rows += len(table)
            self._waiting.append(table)
            self._waiting_rows += len(table)
            self._count_answers(captured, len(table))
            if self._waiting_rows >= _PORTION:
                self._count_waiting()
        self._count_waiting()

    @property
    def labelled_rows(self) -> int:
        """Return how many rows have an answer and a label."""
        return sum(len(each.present) for each in self._errors)

    @property
    def quality(self) -> Quality | None:
        """Return how wrong the answers were; None without labels or held-out rows."""
        before = self.baseline.quality
        if before is None or not self.labelled_rows:
            return None
        first = self._errors[0]
        present = np.concatenate([each.present for each in self._errors])
        found = dataclasses.replace(first, present=present)
        counter = ColumnCounter(before.column)
        counter.add(found)
        return Quality(before, counter, mean_error(found))

    def _count_waiting(self) -> None:
        if not self._waiting:
            return
        table = joined(self._waiting)
        self._waiting, self._waiting_rows = [], 0
        for name, counter in self._by_feature.items():
            feature, unknown = self.schema.by_name[name], self._unknown[name]
            counter.add(feature_values(feature, table.columns[name], unknown))
            unknown.clear()

    def _name_unknown(self, table: FeatureTable, sent: Payload) -> None:
        """Note the texts of categories that training did not see, which the table lacks."""
        if not table.unknown_categories().cells:
            return
        names = [
            feature.name
            for feature in self.schema.features
            if feature.kind == "category" and UNKNOWN_CODE in table.columns[feature.name]
        ]
        found = self._texts_of(names, sent)
        for name in names:
            if name in self._unknown:
                mask = table.columns[name] == UNKNOWN_CODE
                self._unknown[name] += [str(text) for text in found[name][mask]]

    def _texts_of(self, names: Sequence[str], sent: Payload) -> dict[str, Any]:
        """Return columns of categories as texts."""
        features = tuple(
            dataclasses.replace(
                item,
                kind="text",
                dtype="object",
                categories=None,
                allowed=None,
                whole_numbers=True,
            )
            if item.name in names
            else item
            for item in self.schema.features
        )
        reader = RowReader(dataclasses.replace(self.schema, features=features))
        parsed = codec_of(sent.content_type).parse(reader, sent.body)
        return {name: parsed.table(features).columns[name] for name in names}

    def _count_answers(self, captured: Captured, rows: int) -> None:
        if captured.output is None:
            return
        found = answer_values(self.schema, captured.output, rows)
        if found is None:
            self.unanswered += 1
            return
        by_name = {each.name: each for each in found.columns(self.schema)}
        for counter in self.answers:
            if counter.baseline.name in by_name:
                counter.add(by_name[counter.baseline.name])
        if captured.inference_id is not None and self.truth:
            self._judge(found, captured.inference_id, rows)

    def _judge(self, answers: AnswerValues, inference_id: str, rows: int) -> None:
        keys = [(inference_id, row) for row in range(1, rows + 1)]
        known = [at for at, key in enumerate(keys) if key in self.truth]
        if not known:
            return
        labels, scores = answers.labels, answers.scores
        judged = AnswerValues(
            labels=None if labels is None else [labels[at] for at in known],
            scores=None if scores is None else scores[known],
        )
        errors = judged.errors(self.schema, [self.truth[keys[at]] for at in known])
        if errors is not None:
            self._errors.append(errors)
