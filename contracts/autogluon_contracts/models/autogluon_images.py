"""Tell AutoGluon's images of AWS, whose contents are known, from others.

Source of the names: aws/deep-learning-containers; one image trains and serves since AutoGluon 1.6.
"""

REPOSITORIES = ("autogluon", "autogluon-training")
"""AWS's repositories of the images that train."""
INSTALL_ADVICE = "AUTOGLUON_INSTALL_ADVICE"
"""The variable by which the embedded AWS tells a job how to install what the image has and its
local environment lacks; AWS sets none."""


def is_aws_image(uri: str) -> bool:
    """Return whether an image is AWS's, or by its name a copy of it, so that it holds the same.

    Example:
        >>> is_aws_image("123456789012.dkr.ecr.eu-west-1.amazonaws.com/ours:1")
        False
    """
    repository = uri.rpartition("/")[2].partition(":")[0].partition("@")[0]
    return repository in REPOSITORIES
