"""Drive predictors: what all types share, and one folder for each type."""
