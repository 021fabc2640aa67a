"""Define what is known of models: their artifacts, images, weights, stages and versions."""
