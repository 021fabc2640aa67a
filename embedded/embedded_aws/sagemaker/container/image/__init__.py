"""What stands for the AutoGluon image's own files; runs in the image's environment, not in ours."""
