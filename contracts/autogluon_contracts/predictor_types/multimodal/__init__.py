"""Know the arguments and metrics of AutoGluon's MultiModalPredictor."""
