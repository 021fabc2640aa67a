"""Check what a fine-tuned multimodal model needs of a run that trains it further."""

from collections.abc import Iterator

from autogluon_contracts.predictor_types.multimodal.images import image_columns
from autogluon_contracts.wording import listed
from autogluon_lambdas.models.parent import Parent
from autogluon_lambdas.models.training_plan import TrainingPlan


def further_problems(plan: TrainingPlan, parent: Parent) -> Iterator[str]:
    """Yield a sentence for a folder that the run lacks, or that it gives in vain."""
    weights, images = plan.folders.get("weights"), plan.folders.get("images")
    name, columns = parent.model.name, image_columns(parent.schema.details)
    if weights is not None:
        yield f"input.weights: got {weights.uri}, and {name} goes on from its own; leave it out"
    if columns and images is None:
        yield (
            f"input.images: missing; {name} takes images in {listed(list(columns))}, so give the "
            "S3 folder below which their files are"
        )
    if images is not None and not columns:
        yield f"input.images: got {images.uri}, and {name} takes no images; leave it out"
