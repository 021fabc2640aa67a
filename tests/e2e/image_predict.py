"""Runs in the image's environment: what do downloaded predictors say, with AutoGluon alone?

image_predict.py MODEL TEST_CSV RESULT_CSV [MODEL TEST_CSV RESULT_CSV ...]

MODEL is a model.tar.gz, or the folder of a predictor.
"""

import sys
import tarfile
import tempfile
from pathlib import Path

import pandas as pd
from autogluon.tabular import TabularPredictor

arguments = iter(sys.argv[1:])
for artifact, data, result in zip(arguments, arguments, arguments, strict=True):
    with tempfile.TemporaryDirectory() as folder:
        if not Path(artifact).is_dir():
            with tarfile.open(artifact) as archive:
                archive.extractall(folder)
            artifact = folder
        predictor = TabularPredictor.load(artifact)
        rows = pd.read_csv(data)
        if predictor.can_predict_proba:
            answer = predictor.predict_proba(rows)
            answer.columns = [f"{name}_proba" for name in answer.columns]
        else:
            answer = pd.DataFrame(predictor.predict(rows)).rename(columns=str)
        answer.to_csv(result, index=False, float_format="%.17g")
