"""Runs in the image's environment: `to_parquet.py SOURCE_CSV TARGET_PARQUET`."""

import sys

import pandas as pd

pd.read_csv(sys.argv[1]).to_parquet(sys.argv[2], index=False)
