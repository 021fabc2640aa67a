"""Run a drift job: `main(argv, environ) -> int`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from autogluon_jobs.drift.job import run
from autogluon_jobs.drift.paths import DriftPaths
from autogluon_jobs.jobs.failure import line_for_log, sentence_of


def main(_argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Compare the period that the input `config` names.

    Returns:
        0, or 1 with the cause in one sentence in `/opt/ml/output/message`, which SageMaker keeps
        as the job's ExitMessage.
    """
    paths = DriftPaths.from_environ(environ)
    try:
        run(paths)
    except Exception as error:  # noqa: BLE001 - whatever it is, the job must say why it ends
        paths.message.parent.mkdir(parents=True, exist_ok=True)
        paths.message.write_text(sentence_of(error), encoding="utf-8")
        print(line_for_log(error, "ExitMessage"), file=sys.stderr, flush=True)
        return 1
    return 0
