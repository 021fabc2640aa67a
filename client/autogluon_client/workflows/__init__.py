"""Start the workflows: train, batch-predict, promote."""
