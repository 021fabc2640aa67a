"""What a user of SageMaker's Python SDK 2 does, run by the interpreter of its own environment.

`use_sdk_2.py <settings.json>` writes what it saw as JSON to the settings' `answers`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.model import Model
from sagemaker.predictor import Predictor
from sagemaker.processing import (
    FrameworkProcessor,
    ProcessingInput,
    ProcessingOutput,
    ScriptProcessor,
)
from sagemaker.s3 import S3Downloader, S3Uploader
from sagemaker.serializers import CSVSerializer
from sagemaker.sklearn.estimator import SKLearn

FOLDER = Path(__file__).parent
INSTANCE = "ml.m5.large"
TYPES = {"content_types": ["text/csv"], "response_types": ["text/csv"]}


class User:
    """One user's session; each method is a thing that people do."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.image, self.role, self.bucket = (settings[key] for key in ("image", "role", "bucket"))
        # Without a bucket, the SDK asks STS at AWS's own address for the account's number.
        self.session = sagemaker.Session(default_bucket=self.bucket)
        self.data = self._put("1,0\n2,0\n8,1\n9,1\n", "data/data.csv").rpartition("/")[0]
        self.shared = {"role": self.role, "sagemaker_session": self.session}
        self.estimator: Estimator = None

    def _put(self, text: str, key: str) -> str:
        uri: str = S3Uploader.upload_string_as_file_body(
            text, f"s3://{self.bucket}/{key}", sagemaker_session=self.session
        )
        return uri

    def fit(self) -> Any:
        self.estimator = Estimator(
            image_uri=self.image,
            instance_count=1,
            instance_type=INSTANCE,
            entry_point="train.py",
            source_dir=str(FOLDER),
            hyperparameters={"strength": 2.0},
            metric_definitions=[{"Name": "accuracy", "Regex": r"accuracy=(\S+)"}],
            **self.shared,
        )
        self.estimator.fit({"train": self.data})
        return self.estimator.model_data

    def attach(self) -> Any:
        attached = Estimator.attach(self.estimator.latest_training_job.name, self.session)
        return attached.model_data

    def analytics(self) -> Any:
        return self.estimator.training_job_analytics.dataframe()["value"].tolist()

    def script_processor(self) -> Any:
        processor = ScriptProcessor(
            image_uri=self.image,
            command=["python3"],
            instance_count=1,
            instance_type=INSTANCE,
            **self.shared,
        )
        processor.run(str(FOLDER / "process.py"), arguments=["--x", "1"], **self._in_and_out())
        return self._result(processor)

    def framework_processor(self) -> Any:
        processor = FrameworkProcessor(
            estimator_cls=SKLearn,
            framework_version="1.2-1",
            instance_count=1,
            instance_type=INSTANCE,
            **self.shared,
        )
        processor.run(code="process.py", source_dir=str(FOLDER), **self._in_and_out())
        return self._result(processor)

    def _in_and_out(self) -> dict[str, Any]:
        source = ProcessingInput(source=self.data, destination="/opt/ml/processing/in")
        target = ProcessingOutput(source="/opt/ml/processing/out", output_name="out")
        return {"inputs": [source], "outputs": [target]}

    def _result(self, processor: Any) -> Any:
        uri = f"{processor.latest_job.outputs[0].destination}/result.json"
        return json.loads(S3Downloader.read_file(uri, self.session))

    def scikit_learn(self) -> Any:
        estimator = SKLearn(
            entry_point="train.py",
            source_dir=str(FOLDER),
            framework_version="1.2-1",
            instance_type=INSTANCE,
            **self.shared,
        )
        estimator.fit({"train": self.data})
        return estimator.latest_training_job.describe()["TrainingJobStatus"]

    def deploy(self) -> Any:
        model = self._model(predictor_cls=Predictor)
        predictor = model.deploy(
            initial_instance_count=1, instance_type=INSTANCE, serializer=CSVSerializer()
        )
        answer = predictor.predict("1\n9\n").decode()
        predictor.delete_endpoint()
        return answer

    def transform(self) -> Any:
        model = self._model()
        model.create(instance_type=INSTANCE)
        transformer = model.transformer(
            instance_count=1, instance_type=INSTANCE, assemble_with="Line", accept="text/csv"
        )
        rows = self._put("1\n9\n", "rows/a.csv")
        transformer.transform(rows, content_type="text/csv", split_type="Line")
        return S3Downloader.read_file(f"{transformer.output_path}/a.csv.out", self.session)

    def _model(self, **options: Any) -> Any:
        return self.estimator.create_model(
            entry_point="inference.py", source_dir=str(FOLDER), **options
        )

    def register(self) -> Any:
        model = Model(image_uri=self.image, model_data=self.estimator.model_data, **self.shared)
        model.register(
            model_package_group_name="group",
            inference_instances=[INSTANCE],
            transform_instances=[INSTANCE],
            **TYPES,
        )
        client = self.session.sagemaker_client
        found = client.list_model_packages(ModelPackageGroupName="group")
        return len(found["ModelPackageSummaryList"])


STEPS = (
    "fit", "attach", "analytics", "script_processor", "framework_processor", "scikit_learn",
    "deploy", "transform", "register",
)  # fmt: skip

if __name__ == "__main__":
    given = json.loads(Path(sys.argv[1]).read_text())
    user = User(given)
    answers = {step: getattr(user, step)() for step in STEPS}
    Path(given["answers"]).write_text(json.dumps(answers))
