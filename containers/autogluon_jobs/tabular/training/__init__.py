"""Train a tabular predictor and write its artifact."""
