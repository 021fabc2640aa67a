"""Render a finished job's facts into the page: scores of each class, and some masks."""

from __future__ import annotations

from autogluon.multimodal import MultiModalPredictor

from autogluon_contracts.predictor_types.multimodal.segmentation import mask_values
from autogluon_jobs.multimodal.segmentation.examples_section import examples_section
from autogluon_jobs.multimodal.segmentation.report_facts import MaskFacts
from autogluon_jobs.report.number_text import MISSING, number, percent, seconds
from autogluon_jobs.report.page import render_page
from autogluon_jobs.report.page_parts import Section, Table
from autogluon_jobs.report.run_section import run_section
from autogluon_jobs.tabular.report.metric_text import MetricText

_CLIENT_CLASS = "MultiModalCloudPredictor"


def render(predictor: MultiModalPredictor, facts: MaskFacts) -> tuple[str, list[str]]:
    """Render the page; return it with a warning for every section that could not be made."""
    metric = MetricText(facts.metrics["eval_metric"])
    score = metric.text(facts.evaluation.metrics[metric.name])
    headline = (
        f"{facts.metrics['best_model']} reaches {metric.with_article} of {score} "
        f"({metric.better}) on {len(facts.evaluation.rows):,} {facts.judged_on}."
    )
    tiles = [
        ("label", facts.metrics["label"]),
        ("problem", facts.metrics["problem_type"]),
        ("training images", f"{len(facts.rows.train):,}"),
        ("classes", str(facts.num_classes)),
        ("parameters", f"{facts.parameters:,}"),
        ("fit time", seconds(float(facts.metrics["fit_seconds"]))),
    ]
    return render_page(
        facts,
        headline,
        tiles,
        {
            "Performance": lambda: _performance(facts),
            "Examples": lambda: examples_section(predictor, facts),
            "Settings, versions and cost": lambda: run_section(facts, _CLIENT_CLASS),
        },
    )


def _performance(facts: MaskFacts) -> Section:
    chosen = facts.metrics["eval_metric"]
    scores = []
    for name, score in facts.evaluation.metrics.items():
        metric = MetricText(name)
        title = name + (" (eval metric)" if name == chosen else "")
        scores.append((title, metric.text(score), "lower" if metric.is_error else "higher"))
    counts = facts.evaluation.counts
    classes = [
        (str(value), percent(share), MISSING if iou is None else number(iou))
        for value, share, iou in zip(
            mask_values(facts.num_classes),
            counts.shares(),
            counts.intersections_over_unions(),
            strict=True,
        )
    ]
    return Section(
        "quality",
        "Performance",
        f"Measured on {facts.judged_on}, over all their pixels, at the images' own size.",
        [
            Table("Metrics", ("metric", "score", "better"), scores, frozenset(("score",))),
            Table(
                "Intersection over union of each value of the masks",
                ("value", "share of pixels", "iou"),
                classes,
                frozenset(("value", "share of pixels", "iou")),
            ),
        ],
    )
