"""An answer has each of its columns: none silently takes another one's place."""

from __future__ import annotations

from pathlib import Path

import pytest

from autogluon_contracts.documents.transform_batch import TransformBatch
from autogluon_jobs.jobs.train import main
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_jobs.serving.transform_pieces import check_batch
from autogluon_jobs.tabular.explanations.contributions import Contributions
from tests.unit.containers.job_folder import JobFolder


def schema(label: str, classes: tuple[str, ...] | None, *names: str) -> FeatureSchema:
    features = tuple(Feature(name, "float", "float64", nullable=True) for name in names)
    problem = "regression" if classes is None else "multiclass"
    return FeatureSchema(label, problem, features, classes)


@pytest.mark.parametrize(("label", "cell"), [("yes_proba", "yes"), ("1_proba", "1")])
def test_a_label_named_like_a_probability_is_refused_before_it_is_fitted(
    job: JobFolder, monkeypatch: pytest.MonkeyPatch, label: str, cell: str
) -> None:
    monkeypatch.setattr("autogluon_jobs.tabular.training.job._fit", None)
    lines = [f"a,{label}", *(f"{at},{cell if at % 2 else 0}" for at in range(40))]
    job.put("train", "train.csv", "\n".join(lines) + "\n")
    job.put_job(label)
    assert main([], job.environ()) == 1
    assert f'The answer would have several columns named "{label}". Rename the label' in job.failure


@pytest.mark.parametrize(
    ("model", "doubled"),
    [
        (schema("y", None, "base", "a"), "base_contribution"),
        (schema("age_contribution", None, "age", "b"), "age_contribution"),
        (schema("y", ("c", "b_c", "d"), "a_b", "a"), "a_b_c_contribution"),
        (schema("base_d_contribution", ("c", "b", "d"), "a"), "base_d_contribution"),
    ],
)
def test_contributions_named_like_each_other_or_like_the_answer_are_refused(
    model: FeatureSchema, doubled: str
) -> None:
    with pytest.raises(InputError) as caught:
        _ = Contributions(Path(), model).names
    wanted = f'The answer would have several columns named "{doubled}". Leave out contributions.'
    assert str(caught.value) == wanted


def test_contributions_with_names_of_their_own_are_answered() -> None:
    names = Contributions(Path(), schema("y", ("c", "d", "e"), "a", "b")).names
    assert len(set(names)) == len(names) == 9


@pytest.mark.parametrize("name", ["y", "c_proba"])
def test_an_id_column_named_like_an_answer_is_refused(name: str) -> None:
    batch = TransformBatch(
        columns=("a", name),
        has_header=False,
        id_column=name,
        output="both",
        output_format="csv",
    )
    with pytest.raises(InputError, match=rf'cannot be .*"{name}", which the answer also holds'):
        check_batch(schema("y", ("c", "d"), "a"), batch, ["y", "c_proba", "d_proba"], by_row=True)
