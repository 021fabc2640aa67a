"""Parts of SageMaker requests that several workflows share."""
