"""Find the files of a folder of the user's that is packed for jobs or containers."""

from pathlib import Path

_LEFT_OUT = frozenset(("__pycache__", ".ipynb_checkpoints", ".git"))


def packed_files(folder: Path) -> dict[str, Path]:
    """Return the files below a folder by their paths in it, but not those of Python's or Git's own.

    Example:
        >>> packed_files(Path("absent"))
        {}
    """
    found = {
        path.relative_to(folder): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".pyc"
    }
    return {
        name.as_posix(): path for name, path in found.items() if _LEFT_OUT.isdisjoint(name.parts)
    }
