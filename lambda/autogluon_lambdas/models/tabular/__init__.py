"""What is specific to tabular predictors."""
