"""Runs in the image's environment: what does a pulled predictor forecast, with AutoGluon alone?

image_forecast.py FOLDER DATA_CSV STATIC_CSV TARGET KNOWN_COVARIATE RESULT_CSV
"""

import sys

import pandas as pd
from autogluon.timeseries import TimeSeriesDataFrame, TimeSeriesPredictor

folder, data, static, target, known, result = sys.argv[1:]
table = pd.read_csv(data, parse_dates=["timestamp"])
features = pd.read_csv(static)
is_future = table[target].isna()
history = TimeSeriesDataFrame.from_data_frame(table[~is_future], static_features_df=features)
future = TimeSeriesDataFrame.from_data_frame(table[is_future])
predictor = TimeSeriesPredictor.load(folder)
answer = predictor.predict(history, known_covariates=future[[known]])
answer.reset_index().to_csv(result, index=False, float_format="%.17g")
