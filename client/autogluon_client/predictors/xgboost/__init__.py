"""Predictors that SageMaker's built-in XGBoost trains."""
