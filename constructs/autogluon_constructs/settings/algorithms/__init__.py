"""Define predictors that SageMaker's algorithms train, built-in ones and resources."""
