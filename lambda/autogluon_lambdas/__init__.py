"""The Lambda functions of autogluon-cdk: they plan, check and summarize SageMaker's work."""
