"""What a user of SageMaker's Python SDK 3 does, run by the interpreter of its own environment.

`use_sdk_3.py <settings.json>` writes what it saw as JSON to the settings' `answers`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from sagemaker.core.helper.session_helper import Session
from sagemaker.serve import ModelBuilder
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData, SourceCode

FOLDER = Path(__file__).parent
INSTANCE = "ml.m5.large"


class User:
    """One user's session; each method is a thing that people do."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.image, self.role, self.bucket = (settings[key] for key in ("image", "role", "bucket"))
        self.session = Session(default_bucket=self.bucket)
        s3 = self.session.boto_session.client("s3")
        s3.put_object(Bucket=self.bucket, Key="data/data.csv", Body=b"1,0\n2,0\n8,1\n9,1\n")
        self.artifact = ""

    def train(self) -> Any:
        trainer = ModelTrainer(
            training_image=self.image,
            sagemaker_session=self.session,
            role=self.role,
            base_job_name="sdk-3",
            source_code=SourceCode(source_dir=str(FOLDER), entry_script="train.py"),
            compute=Compute(instance_type=INSTANCE, instance_count=1, volume_size_in_gb=10),
            hyperparameters={"strength": 2.0},
        )
        data = InputData(channel_name="train", data_source=f"s3://{self.bucket}/data")
        trainer.train(input_data_config=[data], wait=True, logs=False)
        job = trainer._latest_training_job
        self.artifact = job.model_artifacts.s3_model_artifacts
        return job.training_job_status

    def build(self) -> Any:
        builder = ModelBuilder(
            image_uri=self.image,
            s3_model_data_url=self.artifact,
            role_arn=self.role,
            sagemaker_session=self.session,
            instance_type=INSTANCE,
            source_code=SourceCode(source_dir=str(FOLDER), entry_script="inference.py"),
        )
        builder.build(model_name="sdk-3")
        endpoint = builder.deploy(
            endpoint_name="sdk-3", initial_instance_count=1, instance_type=INSTANCE
        )
        answer = endpoint.invoke(body=b"1\n9\n", content_type="text/csv", accept="text/csv")
        return answer.body.read().decode()


STEPS = ("train", "build")

if __name__ == "__main__":
    given = json.loads(Path(sys.argv[1]).read_text())
    user = User(given)
    answers = {step: getattr(user, step)() for step in STEPS}
    Path(given["answers"]).write_text(json.dumps(answers))
