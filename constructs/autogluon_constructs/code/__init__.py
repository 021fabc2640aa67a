"""Lambda functions and code assets."""
