"""Judge predictors that SageMaker's built-in XGBoost trains."""
