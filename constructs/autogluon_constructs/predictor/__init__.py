"""SSM parameters that describe deployments and predictors."""
