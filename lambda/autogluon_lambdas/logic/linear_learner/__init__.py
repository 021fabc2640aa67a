"""Check and describe predictors that SageMaker's built-in Linear Learner trains."""
