"""A predictor type is one folder: dropped in beside the others, it is found."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import autogluon_lambdas

PROJECT = Path(__file__).parents[3]
LAMBDAS = Path(autogluon_lambdas.__file__).parent
TYPES = {"tabular", "timeseries"}
TOY = """
from autogluon_lambdas.logic.programs.autogluon_program import AUTOGLUON


class _Toy:
    program = AUTOGLUON
    usual_metrics = ("luck",)
    has_bulk_engine = False
    has_contributions = False
    answers_by_row = False
    answers_pieces = False

    def argument_problems(self, plan, asked_init_args):
        return ["input.init_args.dice: missing"] if "dice" not in plan.init_args else []

    def check_training_data(self, store, files, columns, plan):
        assert columns["train_data"] == ("throw", "face")
        return ("The dice are loaded.",)

    def check_batch_files(self, store, files, schema, headerless):
        assert files.format == "csv"

    def canonical_metric(self, name):
        return name

    def answer_columns(self, schema, output):
        return ("face", "odds")

    def settles_callers(self, init_args):
        return False

    def broken_for_callers(self, live, new):
        return ()


PREDICTOR_TYPE = _Toy()
"""
STORY = """
import json
from autogluon_lambdas.logic.plan_batch import BatchPlanner
from autogluon_lambdas.logic.training.plan import TrainingPlanner
from autogluon_lambdas.models.errors import InvalidInputError
from tests.fakes.lambda_environment import ENVIRONMENT, planner_event
from tests.fakes.lambda_ports import FakeTrainingJobs
from tests.fakes.lambda_ports import FakeEndpoints, FakePredictors, FakeRegistry, package
from tests.fakes.sandbox import GROUP_ARN, spec
from tests.fakes.store import FakeStore
from tests.unit.lambdas.bulk_batches import SCHEMA

train, new = "s3://data-bucket/train.csv", "s3://data-bucket/new.csv"
store = FakeStore({train: "throw,face\\n1,6\\n", new: "throw\\n2\\n"})
store.put(
    "s3://artifact-bucket/income/runs/run-1/report/feature_schema.json",
    json.dumps({**SCHEMA, "label": "face", "features": [{"name": "throw"}]}),
)
predictors = FakePredictors(spec(type="toy", init_args={}), live=f"{GROUP_ARN}/1")
training = TrainingPlanner(ENVIRONMENT, predictors, store, FakeRegistry(), FakeTrainingJobs())
values = {"predictor": "income", "train_data": train}
try:
    training.plan(planner_event(values))
except InvalidInputError as error:
    problem = str(error)
request = training.plan(planner_event({**values, "init_args": {"dice": 2}}))["request"]
planner = BatchPlanner(ENVIRONMENT, predictors, store, FakeRegistry(package(1)), FakeEndpoints())
batch = planner.plan(planner_event({"predictor": "income", "data": new}))["batch"]
store.put(new, "throw\\n" + "2\\n" * 5_000_000)
large = planner.plan(planner_event({"predictor": "income", "data": new}))["request"]
try:
    planner.plan(planner_event({"predictor": "income", "data": new, "id_column": "throw"}))
except InvalidInputError as error:
    joined = str(error)
try:
    unknown = FakePredictors(spec(type="toi"))
    planner = TrainingPlanner(ENVIRONMENT, unknown, store, FakeRegistry(), FakeTrainingJobs())
    planner.plan(planner_event(values))
except InvalidInputError as error:
    unknown = str(error)
metrics = [e["Name"] for e in request["AlgorithmSpecification"]["MetricDefinitions"]]
whole = [large["TransformInput"]["SplitType"], large["MaxPayloadInMB"], batch["answers_by_row"]]
told = [problem, unknown, joined, metrics, batch["columns"], batch["engine_reason"], whole]
print(json.dumps(told))
"""


def test_a_folder_beside_the_others_is_a_predictor_type(tmp_path: Path) -> None:
    shutil.copytree(
        LAMBDAS, tmp_path / "autogluon_lambdas", ignore=shutil.ignore_patterns("__pycache__")
    )
    toy = tmp_path / "autogluon_lambdas" / "logic" / "toy"
    toy.mkdir()
    (toy / "__init__.py").write_text("")
    (toy / "predictor_type.py").write_text(TOY)

    finished = subprocess.run(
        [sys.executable, "-c", STORY],
        env={"PYTHONPATH": f"{tmp_path}:{PROJECT}:{PROJECT / 'contracts'}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert finished.returncode == 0, finished.stderr
    problem, unknown, joined, metrics, columns, reason, whole = json.loads(finished.stdout)
    assert problem == "input.init_args.dice: missing."
    assert unknown.endswith(
        'unknown type "toi". Known types: linear_learner, multimodal, script, tabular, timeseries, '
        "toy, xgboost."
    )
    assert "test:luck" in metrics
    assert "test:accuracy" not in metrics
    assert columns == ["face", "odds"]
    assert reason == "the bulk engine does not predict toy models"
    assert whole == ["None", 11, False]
    assert joined.startswith("input.id_column: a toy model does not answer row by row")


def test_only_the_rooms_of_types_know_them() -> None:
    modules = [path for path in LAMBDAS.rglob("*.py") if not TYPES & set(path.parts)]

    assert len(modules) > 60
    for path in modules:
        assert not [name for name in TYPES if f'"{name}"' in path.read_text()], path
