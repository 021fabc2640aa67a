"""Mean predictors: a value is predicted by the mean of its key."""
