"""Runs in the image's environment: what does the downloaded predictor say, with AutoGluon alone?

image_predict.py MODEL_TAR_GZ TEST_CSV RESULT_CSV
"""

import sys
import tarfile
import tempfile

import pandas as pd
from autogluon.tabular import TabularPredictor

artifact, data, result = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder:
    with tarfile.open(artifact) as archive:
        archive.extractall(folder)
    predictor = TabularPredictor.load(folder)
    rows = pd.read_csv(data)
    if predictor.can_predict_proba:
        answer = predictor.predict_proba(rows)
        answer.columns = [f"{name}_proba" for name in answer.columns]
    else:
        answer = predictor.predict(rows).to_frame()
    answer.to_csv(result, index=False, float_format="%.17g")
