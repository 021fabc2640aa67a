"""Check and describe predictors that SageMaker's built-in XGBoost trains."""
