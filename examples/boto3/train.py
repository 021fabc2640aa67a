"""Train, register and promote with plain boto3, and wait for it."""

import json
import time

import boto3

ENVIRONMENT, PREDICTOR, RUN = "sandbox", "income", "boto3-train"

# One parameter says where everything of an environment is.
found = boto3.client("ssm").get_parameter(Name=f"/autogluon/{ENVIRONMENT}/deployment")
deployment = json.loads(found["Parameter"]["Value"])
bucket = deployment["data_bucket"]

s3 = boto3.client("s3")
for name in ("train.csv", "test.csv"):
    s3.upload_file(f"examples/income/{name}", bucket, f"{PREDICTOR}/boto3/{name}")

# The execution's name stands for the run: starting it again with the same input trains nothing.
states = boto3.client("stepfunctions")
execution = states.start_execution(
    stateMachineArn=deployment["state_machines"]["train"],
    name=RUN,
    input=json.dumps(
        {
            "predictor": PREDICTOR,
            "train_data": f"s3://{bucket}/{PREDICTOR}/boto3/train.csv",
            "test_data": f"s3://{bucket}/{PREDICTOR}/boto3/test.csv",
            "fit_args": {"hyperparameters": {"GBM": {"num_boost_round": 100}}},
            "promote": False,
        }
    ),
)

while True:
    run = states.describe_execution(executionArn=execution["executionArn"])
    if run["status"] != "RUNNING":
        break
    time.sleep(1)
if run["status"] != "SUCCEEDED":
    raise SystemExit(f"{run['status']}: {run.get('error')}: {run.get('cause')}")

output = json.loads(run["output"])
print(run["status"], output["decision"], output["metrics"]["roc_auc"], output["model_package_arn"])
