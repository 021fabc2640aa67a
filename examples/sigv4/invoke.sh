#!/usr/bin/env bash
# Ask an endpoint with curl, which signs the request itself (curl 7.75 or newer).
set -euo pipefail

region=${AWS_REGION:-us-east-1}
host=${AWS_ENDPOINT_URL:-https://runtime.sagemaker.$region.amazonaws.com}
head -3 examples/income/test.csv |
  curl --silent --show-error --fail-with-body \
    --aws-sigv4 "aws:amz:$region:sagemaker" \
    --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
    ${AWS_SESSION_TOKEN:+--header "X-Amz-Security-Token: $AWS_SESSION_TOKEN"} \
    --header "Content-Type: text/csv" --header "Accept: application/json" \
    --data-binary @- "$host/endpoints/autogluon-sandbox-income/invocations"
