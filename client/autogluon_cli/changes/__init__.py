"""Tell people what a deployment would change: predictors, permissions, resources."""
