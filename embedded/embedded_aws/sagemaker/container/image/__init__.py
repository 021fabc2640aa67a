"""The files of the AutoGluon image. They run in the image's environment, not in this one."""
