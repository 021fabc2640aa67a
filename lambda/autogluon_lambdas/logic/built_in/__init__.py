"""Prepare, check and describe runs of SageMaker's built-in algorithms, whichever it is."""
