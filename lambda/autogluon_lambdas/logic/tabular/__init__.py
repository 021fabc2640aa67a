"""Check and describe tabular predictors."""
