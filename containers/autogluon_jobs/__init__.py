"""Run inside the AutoGluon Deep Learning Containers: training jobs, bulk jobs and serving."""
