"""Choose and run the engine that predicts."""
