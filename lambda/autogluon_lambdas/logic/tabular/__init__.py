"""Everything that is specific to tabular predictors."""
