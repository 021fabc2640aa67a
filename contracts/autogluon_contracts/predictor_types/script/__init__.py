"""Judge predictors that a person's own script or image trains."""
