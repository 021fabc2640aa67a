"""Forecast with pretrained models: their checkpoints in training, in artifacts, in serving."""
