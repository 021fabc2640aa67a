"""CDK constructs that make AutoGluon on SageMaker infrastructure."""
