"""Entry point of serving: the container imports this module from the artifact's `code/` folder."""

from autogluon_jobs.serving.handler import model_fn, transform_fn

__all__ = ["model_fn", "transform_fn"]
