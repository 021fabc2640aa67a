"""What runs inside the AutoGluon Deep Learning Containers: training jobs and the serving script."""
