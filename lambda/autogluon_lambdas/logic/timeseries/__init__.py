"""Check and describe time series predictors."""
