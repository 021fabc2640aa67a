"""Profile data: read them as training would, and write what is found as a page and a document."""

from __future__ import annotations

from autogluon_contracts.documents.data_profile import (
    FILE_NAME,
    PAGE_NAME,
    DataProfile,
    ProfiledColumn,
)
from autogluon_contracts.documents.processing_job import ProcessingJobConfig, ProfileConfig
from autogluon_contracts.documents.processing_spec import PROFILE
from autogluon_jobs.data.channel_table import load_channels
from autogluon_jobs.data.leaks import shared_row_warnings, telling_columns
from autogluon_jobs.data.split_leaks import split_warnings
from autogluon_jobs.data.training_frames import comparable, frame_of, infer
from autogluon_jobs.processing.folders import Folders
from autogluon_jobs.processing.profile_page import ProfiledData, render
from autogluon_jobs.profile.columns import profile, sample_of
from autogluon_jobs.profile.parts import row_remarks

_CHANNELS = {"data": "train", "test": "test"}
"""The inputs, as the readers of training data call them."""
_OF_CLASSES = ("binary", "multiclass")


def profile_data(config: ProcessingJobConfig, asked: ProfileConfig, folders: Folders) -> None:
    """Write `profile.json` and `profile.html`.

    Raises:
        InputError: data that cannot be read, in one sentence.
    """
    found = _read(config, asked, folders)
    output = folders.output(PROFILE)
    output.mkdir(parents=True, exist_ok=True)
    page, failed = render(found)
    (output / PAGE_NAME).write_text(page, encoding="utf-8")
    document = _document(found, [*found.warnings, *failed])
    (output / FILE_NAME).write_text(document.to_text(indent=1), encoding="utf-8")
    print(f"AGPROFILE rows={found.rows} columns={len(found.columns)}", flush=True)


def _read(config: ProcessingJobConfig, asked: ProfileConfig, folders: Folders) -> ProfiledData:
    given = {_CHANNELS[name]: folders.input(name) for name in config.inputs}
    tables, warnings = comparable(load_channels(given), asked.reading)
    features = tuple(
        infer(name, tables, asked.reading, warnings) for name in tables["train"].columns
    )
    frames = {channel: frame_of(features, table) for channel, table in tables.items()}
    train, test = sample_of(frames["train"]), frames.get("test")
    test = None if test is None else sample_of(test)
    label = asked.label if asked.label in tables["train"].columns else None
    telling: list[str] = []
    shared: list[str] = []
    split: list[str] = []
    if label is not None:
        names = [feature.name for feature in features if feature.name != label]
        telling += telling_columns(train, names, label)
        shared += [] if test is None else shared_row_warnings(train, test)
        split += split_warnings(train, test, label)
    columns = profile(features, train, test)
    return ProfiledData(
        config=config,
        label=label,
        label_asked=asked.label,
        of_classes=asked.problem_type in _OF_CLASSES,
        train=train,
        test=test,
        rows=len(frames["train"]),
        test_rows=len(frames["test"]) if "test" in frames else None,
        columns=tuple(columns),
        telling=tuple(telling),
        misjudging=(*shared, *split),
        remarks=(
            *row_remarks(train, None if shared else test),
            *(text for item in columns for text in item.remarks.values()),
        ),
        reading=tuple(warnings),
    )


def _document(found: ProfiledData, warnings: list[str]) -> DataProfile:
    return DataProfile(
        predictor=found.config.predictor,
        job_name=found.config.job_name,
        data=found.config.inputs["data"],
        label=found.label,
        rows=found.rows,
        test_rows=found.test_rows,
        columns=tuple(
            ProfiledColumn(
                name=item.feature.name,
                kind=item.feature.kind,
                missing=item.missing,
                distinct=item.distinct,
                typical=item.typical,
                remarks=tuple(item.remarks),
            )
            for item in found.columns
        ),
        warnings=tuple(warnings),
    )
