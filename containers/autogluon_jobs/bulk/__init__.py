"""The bulk engine: a processing job that predicts data sets of any size in bounded memory."""
