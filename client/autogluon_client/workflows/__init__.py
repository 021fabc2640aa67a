"""Start the workflows (train, batch-predict, promote) and read what they produced."""
