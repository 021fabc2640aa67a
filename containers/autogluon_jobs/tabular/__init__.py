"""The tabular predictor type: training, evaluation, prediction, engines, explanations, report."""
