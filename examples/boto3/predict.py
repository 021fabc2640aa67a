"""Ask an endpoint, and predict a file, with plain boto3."""

import json
import time

import boto3

ENVIRONMENT, PREDICTOR, RUN = "sandbox", "income", "boto3-batch"

runtime = boto3.client("sagemaker-runtime")
with open("examples/income/test.csv") as file:
    rows = "".join(file.readline() for _ in range(4))
answer = runtime.invoke_endpoint(
    EndpointName=f"autogluon-{ENVIRONMENT}-{PREDICTOR}",
    ContentType="text/csv",
    Accept="application/json",
    Body=rows,
)
for row in json.loads(answer["Body"].read()):
    print(row)

found = boto3.client("ssm").get_parameter(Name=f"/autogluon/{ENVIRONMENT}/deployment")
deployment = json.loads(found["Parameter"]["Value"])
data = f"s3://{deployment['data_bucket']}/{PREDICTOR}/boto3/test.csv"
states = boto3.client("stepfunctions")
execution = states.start_execution(
    stateMachineArn=deployment["state_machines"]["batch_predict"],
    name=RUN,
    input=json.dumps({"predictor": PREDICTOR, "data": data, "output": "labels"}),
)
while True:
    run = states.describe_execution(executionArn=execution["executionArn"])
    if run["status"] != "RUNNING":
        break
    time.sleep(1)
if run["status"] != "SUCCEEDED":
    raise SystemExit(f"{run['status']}: {run.get('error')}: {run.get('cause')}")

output = json.loads(run["output"])
bucket, _, key = output["results"][0].removeprefix("s3://").partition("/")
boto3.client("s3").download_file(bucket, key, "labels.csv")
print(f"{output['rows']} rows: {output['results'][0]}")
