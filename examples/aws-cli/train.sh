#!/usr/bin/env bash
# Train and register with the AWS CLI, and wait for it. Without "promote": false, a model that the
# quality gate approves is put into service, too.
set -euo pipefail

output() { # one of a stack's outputs
  aws cloudformation describe-stacks --stack-name "autogluon-sandbox-$1" \
    --query "Stacks[0].Outputs[?OutputKey=='$2'].OutputValue" --output text
}
state() { # of an execution
  aws stepfunctions describe-execution --execution-arn "$1" --query "$2" --output text
}

bucket=$(output foundation DataBucketName)
for name in train test; do
  aws s3 cp --only-show-errors "examples/income/$name.csv" "s3://$bucket/income/$name.csv"
done

# An execution's name stands for one run: starting it twice never trains twice.
run=$(aws stepfunctions start-execution --name income-monday \
  --state-machine-arn "$(output workflows TrainStateMachineArn)" \
  --input "{\"predictor\": \"income\",
            \"train_data\": \"s3://$bucket/income/train.csv\",
            \"test_data\": \"s3://$bucket/income/test.csv\",
            \"fit_args\": {\"hyperparameters\": {\"GBM\": {\"num_boost_round\": 100}}},
            \"promote\": false}" \
  --query executionArn --output text)
while [ "$(state "$run" status)" = RUNNING ]; do sleep 2; done
state "$run" "[status, error, cause, output]"
