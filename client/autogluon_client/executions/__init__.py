"""Start, follow and find runs: Step Functions executions and their SageMaker jobs."""
