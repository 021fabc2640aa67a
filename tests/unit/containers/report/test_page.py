"""The page that each kind of training job leaves, as its reader finds it."""

from __future__ import annotations

import re

import pytest

from autogluon_contracts.shown.report_page import with_section, with_tile
from tests.unit.containers.report.conftest import class_of, price_of
from tests.unit.containers.report.page_reader import Page, page_of

SEQUENTIAL = {"fold_fitting_strategy": "sequential_local"}


@pytest.fixture(params=["shop_job", "regression", "multiclass"])
def page(request) -> Page:
    return page_of(request.getfixturevalue(request.param))


class TestEveryPage:
    def test_needs_nothing_but_itself(self, page):
        assert {reference[0] for reference in page.references() - {"data:,"}} == {"#"}
        assert "url(http" not in page.html
        assert "@import" not in page.html
        assert page.all("script") == []
        assert len(page.html.encode()) < 1_500_000

    def test_forbids_the_browser_to_load_anything(self, page):
        policies = [item["content"] for item in page.all("meta") if "http-equiv" in item]
        assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]

    def test_gives_every_image_its_own_text_alternative(self, page):
        assert len(page.images) >= 6
        assert all(len(text) > 30 and text.endswith(".") for text in page.images)
        assert len(set(page.images)) == len(page.images)
        assert {image["role"] for image in page.all("svg")} == {"img"}

    def test_has_unique_ids_and_no_dead_reference(self, page):
        assert page.repeated_ids() == []
        ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
        wanted = {name[1:] for name in page.references() if name.startswith("#")}
        wanted |= set(re.findall(r"url\(#([^)]+)\)", page.html))
        assert wanted <= ids

    def test_draws_in_colours_that_the_page_decides(self, page):
        drawn = "".join(re.findall(r"<svg.*?</svg>", page.html, re.DOTALL))
        assert set(re.findall(r"(?:fill|stroke): ?(#\w+)", drawn)) == set()
        assert "var(--ink)" in drawn

    def test_puts_every_table_into_a_box_that_scrolls(self, page):
        boxes = [a for _, a in page.tags if a.get("class") == "scroll"]
        assert len(boxes) >= len(page.all("table")) >= 4
        assert all(box["tabindex"] == "0" and box["aria-label"] for box in boxes)

    def test_has_every_section(self, page):
        anchors = [item["id"] for item in page.all("section")]
        assert anchors == ["quality", "slices", "importance", "models", "data", "run"]

    def test_takes_another_tile_and_section(self, page):
        added = Page(with_section(with_tile(page.html, "cost", "<2 USD"), "more", "More", "<p>x"))
        assert [item["id"] for item in added.all("section")][-1] == "more"
        assert {"href": "#more"} in added.all("a")
        assert added.html.count("<dd>&lt;2 USD</dd>") == 1
        assert added.html.index("&lt;2 USD") < added.html.index("<nav")
        assert added.repeated_ids() == []

    def test_says_what_it_would_cost_to_make_again(self, page):
        assert "BillableTimeInSeconds" in page.text
        assert re.search(r"Fitting took [\d.,]+ m?s\.", page.text)
        assert "AutoGluon 1.6.3" in page.text


class TestCost:
    # At 1 USD a second, so that small jobs have digits.
    INSTANCES = {
        "type": "ml.m5.large", "count": 2, "usd_per_hour": 3600, "prices_as_of": "2026-11",
    }  # fmt: skip

    def test_is_estimated_and_says_how(self, finished):
        text = page_of(finished("priced", price_of, instances=self.INSTANCES)).text
        sentence = r"costs about ([\d.,]+) USD: ([\d.,]+) (m?s), from .*, on (.*) at 3,600 USD per"
        made = re.search(sentence, text)
        usd, seconds = (float(made[group].replace(",", "")) for group in (1, 2))
        seconds /= {"s": 1, "ms": 1000}[made[3]]
        assert usd == pytest.approx(2 * seconds, abs=0.2)
        assert made[4] == "2 x ml.m5.large"
        assert "uses the on-demand list price of us-east-1 as of 2026-11" in text
        assert f"cost, estimated {made[1]} USD" in text

    @pytest.mark.parametrize(
        ("changes", "what"),
        [({}, "its instance type"), ({"instances": INSTANCES | {"usd_per_hour": None}}, "ml.m5")],
    )
    def test_says_so_where_no_price_is_known(self, finished, changes, what):
        text = page_of(finished("unpriced", price_of, **changes)).text
        assert f"cannot be estimated, because its planner had no price for {what}" in text
        assert "costs about" not in text


class TestProblemTypes:
    def test_binary_page_shows_ranking_calibration_and_decisions(self, shop_job):
        images = " ".join(page_of(shop_job).images)
        for shown in ("ROC curve for yes", "Precision-recall", "Calibration", "Confusion matrix"):
            assert shown in images

    def test_regression_page_shows_residuals_in_the_label_s_units(self, regression):
        page = page_of(regression)
        assert "Residuals of what along the prediction" in " ".join(page.images)
        assert "units of what" in page.text

    def test_multiclass_page_sets_each_class_against_the_rest(self, multiclass):
        page = page_of(multiclass)
        assert "5 classes against all others" in " ".join(page.images)
        assert "Each class against all others" in page.text

    def test_class_names_cannot_become_markup(self, multiclass):
        page = page_of(multiclass)
        assert "medium <red>" in page.text
        assert "red" not in {tag for tag, _ in page.tags}

    def test_quantile_page_shows_coverage(self, finished):
        levels = {"problem_type": "quantile", "quantile_levels": [0.1, 0.5, 0.9]}
        forest = {"hyperparameters": {"RF": {"n_estimators": 10}}, "fit_weighted_ensemble": False}
        page = page_of(finished("quantile", price_of, init_args=levels, fit_args=forest))
        assert "Coverage of the quantiles: level 0.1 covers" in " ".join(page.images)

    def test_headline_states_the_metric_of_metrics_json_and_its_interval(self, regression):
        metrics = regression.metrics()
        score = metrics["metrics"]["root_mean_squared_error"]
        assert f"a root_mean_squared_error of {-score:,.0f} (95 % interval" in (
            page_of(regression).text
        )

    def test_errors_are_positive_and_say_that_lower_is_better(self, regression):
        page = page_of(regression)
        assert "lower is better) on" in page.text
        assert "How much root_mean_squared_error rises (lower is better)" in page.text
        assert "Rise of root_mean_squared_error" in " ".join(page.images)
        assert not re.search(r"-\d[\d,.]* (to|\()", page.text.partition("Weak segments")[0])

    def test_the_run_can_be_repeated_from_its_report(self, regression):
        text = page_of(regression).text
        assert "agcdk train what s3://" in text or "agcdk train shop s3://" in text
        assert "predictor = TabularCloudPredictor(predictor=" in text


class TestJudgedRows:
    def test_rows_held_out_by_autogluon_are_sliced_too(self, finished):
        page = page_of(finished("holdout", class_of, test=False))
        assert "held-out rows of the training data" in page.text
        assert "slices" in [item["id"] for item in page.all("section")]

    def test_out_of_fold_rows_are_sliced_too(self, finished):
        fit = {"hyperparameters": {"GBM": {"num_boost_round": 10}}, "num_bag_folds": 2,
               "fit_weighted_ensemble": False, "ag_args_ensemble": SEQUENTIAL}  # fmt: skip
        page = page_of(finished("folds", class_of, test=False, fit_args=fit))
        assert "training rows, each predicted by models" in page.text
        assert "slices" in [item["id"] for item in page.all("section")]

    def test_a_page_without_kept_rows_says_so(self, finished):
        fit = {"hyperparameters": {"GBM": {"num_boost_round": 10}}, "keep_only_best": True,
               "save_space": True, "fit_weighted_ensemble": False}  # fmt: skip
        job = finished("forgotten", class_of, test=False, fit_args=fit)
        assert job.metrics()["holdout"] == "recorded"
        assert "did not keep the held-out rows" in page_of(job).text


class TestSuspiciousData:
    def test_constant_and_identifier_columns_are_named(self, regression):
        text = page_of(regression).text
        assert "“always” is always 7" in text
        assert "“serial” has a different number in each row" in text
