"""Plan, check and summarize SageMaker jobs: the Lambda functions of autogluon-cdk."""
