#!/usr/bin/env bash
# Ask the endpoint, predict a file, and take the model out of service, with the AWS CLI.
set -euo pipefail

parameter=$(aws ssm get-parameter --name /autogluon/sandbox/deployment \
  --query Parameter.Value --output text)
field() { python3 -c "import json, sys; print(json.loads(sys.argv[1])$1)" "$parameter"; }
state() {
  aws stepfunctions describe-execution --execution-arn "$1" --query "$2" --output text
}

# JSON, JSON Lines and Parquet work too; columns in any order, the label may be there.
head -4 examples/income/test.csv > three.csv
aws sagemaker-runtime invoke-endpoint --endpoint-name autogluon-sandbox-income \
  --content-type text/csv --accept application/json --body fileb://three.csv answers.json
cat answers.json; echo

# A file or a folder of any size. Every row comes back, beside its id if you name one.
bucket=$(field '["data_bucket"]')
aws s3 cp --only-show-errors examples/income/test.csv "s3://$bucket/income/monday.csv"
batch=$(aws stepfunctions start-execution --name income-batch-monday \
  --state-machine-arn "$(field '["state_machines"]["batch_predict"]')" \
  --input "{\"predictor\": \"income\", \"data\": \"s3://$bucket/income/monday.csv\"}" \
  --query executionArn --output text)
while [ "$(state "$batch" status)" = RUNNING ]; do sleep 2; done
state "$batch" "[status, error, cause, output]"

# No model is live any more: CloudFormation deletes the endpoint. The versions stay.
off=$(aws stepfunctions start-execution --name off-monday \
  --state-machine-arn "$(field '["state_machines"]["promote"]')" \
  --input '{"predictor": "income", "model": "none"}' --query executionArn --output text)
while [ "$(state "$off" status)" = RUNNING ]; do sleep 1; done
state "$off" "[status, error, cause]"
