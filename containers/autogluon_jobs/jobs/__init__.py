"""Share what every job needs: entry point, configuration, paths, failures, predictor types."""
