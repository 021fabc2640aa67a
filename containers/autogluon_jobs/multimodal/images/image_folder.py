"""Find the images that the rows of a job name in its channel `images`."""

from __future__ import annotations

import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pandas as pd

from autogluon_contracts.predictor_types.multimodal.images import ARCHIVES
from autogluon_contracts.suggestions import did_you_mean
from autogluon_jobs.data.channel_table import ChannelTable
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import shown
from autogluon_jobs.multimodal.images.picture import image_problem, only_whole_images

_THREADS = 4  # Pillow decodes without the interpreter's lock.
_ABSENT = 'was not found in the channel "images"'
_MOST_COMPARED = 1000
# A file that is cut off or damaged, and a zip file with a password or an unknown compression.
_NOT_UNPACKED = (
    OSError, EOFError, zlib.error, tarfile.TarError, zipfile.BadZipFile, RuntimeError,
)  # fmt: skip


@dataclass(frozen=True)
class ImageFolder:
    """The channel, its archives unpacked."""

    root: Path
    address: str
    """Of the channel in S3, with a slash at its end: cells may name files by their addresses."""

    @classmethod
    def of(cls, channel: Path, scratch: Path, address: str) -> ImageFolder:
        """Unpack the archives at the top of the channel, together with its files, into `scratch`.

        Without archives the channel itself is the folder.

        Args:
            channel: where SageMaker mounts it.
            scratch: a folder for what is unpacked, which does not exist.
            address: of the channel in S3, such as `s3://data/photos/`.

        Raises:
            InputError: an archive that cannot be unpacked.
        """
        folder = f"{address.removesuffix('/')}/"
        archives = [path for path in sorted(channel.iterdir()) if path.name.endswith(ARCHIVES)]
        if not archives:
            return cls(channel, folder)
        names = shutil.ignore_patterns(*(path.name for path in archives))
        shutil.copytree(channel, scratch, ignore=names)
        for archive in archives:
            _unpack(archive, scratch)
        return cls(scratch, folder)

    def path(self, name: str) -> Path:
        """Return the file that a row names, by its path or its address below the channel's."""
        return self.root / name.removeprefix(self.address)

    def require_readable(self, table: ChannelTable, columns: Sequence[str]) -> None:
        """Refuse the first row whose image is absent or cannot be read.

        Raises:
            InputError: by column, row and name.
        """
        for column in columns:
            names = table.table.column(column).to_pylist()
            rows = [at for at, name in enumerate(names) if name not in (None, "")]
            with (
                only_whole_images(),
                ThreadPoolExecutor(_THREADS, thread_name_prefix="images") as pool,
            ):
                problems = pool.map(lambda at: self._problem(str(names[at])), rows)  # noqa: B023
                for at, problem in zip(rows, problems, strict=True):
                    if problem is not None:
                        pool.shutdown(wait=False, cancel_futures=True)
                        hint = self._similar(str(names[at])) if problem == _ABSENT else ""
                        raise InputError(
                            f'Column "{column}", {table.row_name(at)} ("{table.channel}"): '
                            f"{shown(names[at])} {problem}{hint}.",
                            advice="Correct the row, or leave its cell empty.",
                        )

    def _problem(self, name: str) -> str | None:
        if ";" in name:
            return "names several files; give each column of images one file"
        within = name.removeprefix(self.address)
        below = PurePosixPath(within)
        if "://" in within:
            return f"is an address outside of the folder of images, {self.address}"
        if below.is_absolute() or ".." in below.parts:
            return "is not a path below the folder of images"
        path = self.path(name)
        try:
            return image_problem(path) if path.is_file() else _ABSENT
        except OSError:  # A text that is too long for the name of a file.
            return _ABSENT

    def _similar(self, name: str) -> str:
        """Return a question about a file with nearly this name, if there is one."""
        path = self.path(name)
        try:
            siblings = [entry.name for entry in path.parent.iterdir()]
        except OSError:
            return ""
        alike = [sibling for sibling in siblings if sibling.endswith(path.suffix)]
        return did_you_mean(path.name, alike[:_MOST_COMPARED])

    def paths(self, cells: pd.Series) -> pd.Series:
        """Return the files that a column names, for AutoGluon; missing cells stay missing."""
        return cells.map(lambda name: str(self.path(str(name))), na_action="ignore")


def _unpack(archive: Path, folder: Path) -> None:
    try:
        if archive.suffix == ".zip":
            with zipfile.ZipFile(archive) as opened:
                opened.extractall(folder)  # noqa: S202 - it removes `..` and absolute names
        else:
            with tarfile.open(archive) as packed:
                packed.extractall(folder, filter="data")
    except _NOT_UNPACKED as error:
        raise InputError(
            f'Channel "images": {archive.name} cannot be unpacked ({error}).',
            advice="Give a .zip or .tar archive, or the images as files.",
        ) from error
