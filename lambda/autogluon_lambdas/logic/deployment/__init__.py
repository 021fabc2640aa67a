"""Logic of the custom resources that keep predictors' parameters."""
