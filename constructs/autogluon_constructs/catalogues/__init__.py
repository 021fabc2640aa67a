"""Facts about SageMaker and AutoGluon kept as data: instance types, images, metrics."""
