"""Entry point of serving: the container imports this module from the artifact's `code/` folder."""

from autogluon_jobs.inference import model_fn, transform_fn

__all__ = ["model_fn", "transform_fn"]
