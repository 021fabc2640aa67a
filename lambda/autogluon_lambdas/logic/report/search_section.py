"""Write the section of a report that shows the trials of the search that the model won."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from autogluon_contracts.documents.tuning_spec import TuningSpec
from autogluon_contracts.documents.tuning_summary import trial_columns
from autogluon_contracts.shown.report_page import with_section
from autogluon_contracts.shown.scores import ShownMetric
from autogluon_contracts.shown.short_paths import short_paths
from autogluon_lambdas.logic.report.axis import Axis, category_axis, number_axis
from autogluon_lambdas.logic.report.dots_chart import Dot, dots_chart

_TITLE = "Search"
_DASH = "\N{EN DASH}"


@dataclass(frozen=True)
class _Trial:
    """One trial; `objective` with the sign that people see, `minutes` from the search's start."""

    number: int
    name: str
    status: str
    objective: float | None
    minutes: float | None
    seconds: float | None
    values: Mapping[str, Any]
    failure: str
    is_best: bool

    @property
    def title(self) -> str:
        return f"trial {self.number}: {_number(self.objective)}"


def with_search(
    page: str, trials_csv: str, best_trial: str, tuning: TuningSpec | None, metric: ShownMetric
) -> str:
    """Return the page of the best trial with plots and the table of all trials.

    Args:
        page: the best trial's.
        trials_csv: the text of `trials.csv`.
        best_trial: the training job that trained the model.
        tuning: what was searched; None where the settings have it no more.
        metric: the predictor's, unless the search has an objective of its own.
    """
    own = None if tuning is None else tuning.objective
    is_error = metric.is_error if own is None else own.type == "Minimize"
    what = f"validation {metric.name}" if own is None else "objective"
    trials = _trials(trials_csv, best_trial, metric if own is None else None)
    paths = sorted({path for trial in trials for path in trial.values})
    names = dict(zip(paths, short_paths(paths), strict=True))
    better = f"{'lower' if is_error else 'higher'} is better"
    label = f"{what} ({better})"
    measured = [trial for trial in trials if trial.objective is not None]
    charts = []
    if measured:
        charts.append(_over_time(measured, label, is_error))
        charts += [_of_argument(measured, path, names[path], tuning, label) for path in paths]
    content = "\n".join(
        (
            f'<p class="lead">{escape(_lead(trials, what))}</p>',
            '<div class="charts">', *filter(None, charts), "</div>",
            _table(trials, names, what, better), _failures(trials),
        )
    )  # fmt: skip
    return with_section(page, "search", _TITLE, content)


def _trials(text: str, best: str, metric: ShownMetric | None) -> list[_Trial]:
    rows = list(csv.DictReader(io.StringIO(text)))
    starts = [_time(row["started"]) for row in rows if row["started"]]
    begin = min(starts, default=None)
    trials = []
    for number, row in enumerate(rows, start=1):
        objective = float(row["objective"]) if row["objective"] else None
        minutes = None
        if begin is not None and row["ended"]:
            minutes = (_time(row["ended"]) - begin).total_seconds() / 60
        trials.append(
            _Trial(
                number=number,
                name=row["trial"],
                status=row["status"],
                objective=objective if metric is None else metric.shown(objective),
                minutes=minutes,
                seconds=float(row["seconds"]) if row["seconds"] else None,
                values={
                    path: json.loads(cell)
                    for path, cell in row.items()
                    if path not in trial_columns() and cell
                },
                failure=row["failure"],
                is_best=row["trial"] == best,
            )
        )
    return trials


def _lead(trials: Sequence[_Trial], what: str) -> str:
    completed = sum(trial.status == "Completed" for trial in trials)
    best = next((trial for trial in trials if trial.is_best), None)
    won = "" if best is None else f" Trial {best.number} won with {_number(best.objective)}."
    return (
        f"{completed} of {len(trials)} trials completed, compared by {what}.{won} The other "
        "sections are about its model."
    )


def _over_time(trials: Sequence[_Trial], label: str, is_error: bool) -> str:
    ended = sorted(
        (trial for trial in trials if trial.minutes is not None),
        key=lambda trial: trial.minutes or 0.0,
    )
    if not ended:
        return ""
    dots = [_dot(trial, trial.minutes or 0.0, trial.objective or 0.0) for trial in ended]
    steps: list[Dot] = []
    for dot in dots:
        best = dot.y if not steps else (min if is_error else max)(steps[-1].y, dot.y)
        steps.append(Dot(dot.x, best, ""))
    x = number_axis("minutes from the start of the first trial", [dot.x for dot in dots])
    y = number_axis(label, [dot.y for dot in dots], logarithmic=False)
    chart = dots_chart(
        x, y, dots, steps=steps,
        alternative=f"{label} of each trial at its end, and the best so far, which ends at "
        f"{_number(steps[-1].y)}.",
    )  # fmt: skip
    return _figure(
        chart,
        "Each trial at its end; the dashed line is the best so far, and the square is the "
        "trial that won. A line that has been flat for long says that more trials bring little.",
    )


def _of_argument(
    trials: Sequence[_Trial], path: str, name: str, tuning: TuningSpec | None, label: str
) -> str:
    """Draw one argument against the objective; nothing where no trial has a value of it."""
    given = [(trial, trial.values[path]) for trial in trials if path in trial.values]
    if not given:
        return ""
    tuned = None if tuning is None else tuning.ranges.get(path)
    is_number = all(isinstance(value, int | float) and value is not True and value is not False
                    for _, value in given)  # fmt: skip
    objectives = [trial.objective or 0.0 for trial, _ in given]
    objective = number_axis(label, objectives, logarithmic=False)
    alternative = f"{label} by {path}, one dot per trial."
    if is_number and (tuned is None or tuned.type != "categorical"):
        by_magnitude = None if tuned is None else {"Linear": False, "Logarithmic": True}.get(
            tuned.scaling
        )  # fmt: skip
        x = number_axis(name, [float(value) for _, value in given], logarithmic=by_magnitude)
        dots = [_dot(trial, float(value), trial.objective or 0.0) for trial, value in given]
        return _figure(dots_chart(x, objective, dots, alternative=alternative), path)
    declared = () if tuned is None else tuned.values
    # In the order of the settings.
    texts = list(dict.fromkeys(map(_value, (*declared, *(value for _, value in given)))))
    y: Axis = category_axis(name, texts)
    dots = [
        _dot(trial, trial.objective or 0.0, float(texts.index(_value(value))))
        for trial, value in given
    ]
    return _figure(dots_chart(objective, y, dots, alternative=alternative), path)


def _dot(trial: _Trial, x: float, y: float) -> Dot:
    return Dot(x, y, trial.title, trial.is_best)


def _figure(svg: str, caption: str) -> str:
    return f'<figure class="chart">\n{svg}\n<figcaption>{escape(caption)}</figcaption>\n</figure>'


def _table(trials: Sequence[_Trial], names: Mapping[str, str], what: str, better: str) -> str:
    shared = _shared_beginning([trial.name for trial in trials])
    columns = ("trial", what, "status", "seconds", *names.values(), "training job")
    begin = f"; names of training jobs begin with {shared}" if shared else ""
    caption = f"Trials in the order of their start ({what}: {better}{begin})"
    heads = "".join(
        f'<th scope="col"{_number_class(name in (what, "seconds"))}>{escape(name)}</th>'
        for name in columns
    )
    rows = []
    for trial in trials:
        cells = (
            (_number(trial.objective), True),
            (trial.status, False),
            (_number(trial.seconds), True),
            *((_value(trial.values.get(path)), False) for path in names),
            (trial.name.removeprefix(shared), False),
        )
        number = f"{trial.number} (best)" if trial.is_best else str(trial.number)
        rows.append(
            f'<tr><th scope="row">{number}</th>'
            + "".join(f"<td{_number_class(right)}>{escape(text)}</td>" for text, right in cells)
            + "</tr>"
        )
    return (
        f'<div class="block">\n<h3>{escape(caption)}</h3>\n'
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(caption)}">\n'
        f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n"
        + "\n".join(rows)
        + "\n</tbody>\n</table>\n</div>\n</div>"
    )


def _failures(trials: Sequence[_Trial]) -> str:
    return "\n".join(
        f'<p class="note warning" role="note">Trial {trial.number}: {escape(trial.failure)}</p>'
        for trial in trials
        if trial.failure
    )


def _shared_beginning(job_names: Sequence[str]) -> str:
    """Return the tuning job's name with the dash behind it; empty where names differ in that."""
    # SageMaker adds a number and random letters, each behind a dash.
    beginning = job_names[0].rsplit("-", 2)[0] + "-"
    return beginning if all(name.startswith(beginning) for name in job_names) else ""


def _number_class(is_number: bool) -> str:
    return ' class="number"' if is_number else ""


def _value(value: Any) -> str:
    if value is None:
        return _DASH
    if isinstance(value, float):
        return _number(value)
    return value if isinstance(value, str) else json.dumps(value)


def _number(value: float | None) -> str:
    """Write a number with four significant digits, and more where it is larger."""
    if value is None:
        return _DASH
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
