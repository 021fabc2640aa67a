"""Judge predictors that SageMaker's built-in Linear Learner trains."""
