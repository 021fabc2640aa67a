"""Train, evaluate, serve, explain and report tabular predictors."""
