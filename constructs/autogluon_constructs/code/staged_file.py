"""Write files that assets are made of below the assembly's own folder."""

from aws_cdk import Stage
from constructs import IConstruct


def staged_file(scope: IConstruct, name: str, content: bytes) -> str:
    """Return the path of a file with this content; nothing else may be written at synth.

    Raises:
        ValueError: `scope` is not part of an app.
    """
    stage = Stage.of(scope)
    if stage is None:
        raise ValueError(f"{scope.node.path}: not part of an app; create it inside a stack")
    path = f"{stage.outdir}/{name}"
    with open(path, "wb") as file:
        file.write(content)
    return path
