"""Drive time series predictors: `autogluon.timeseries.TimeSeriesPredictor` on SageMaker."""
