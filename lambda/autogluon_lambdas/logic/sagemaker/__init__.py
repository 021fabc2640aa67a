"""Build the parts of SageMaker requests that several workflows share."""
