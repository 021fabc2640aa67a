"""Know the arguments, metrics and columns of AutoGluon's TimeSeriesPredictor."""
