"""Run a training job from its start to its exit code."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping, Sequence

from autogluon_contracts.documents.training_job import CONFIG_CHANNEL, FILE_NAME, TrainingJobConfig
from autogluon_contracts.jobs.log_lines import training_line
from autogluon_jobs.cluster.variables import distribution_variables
from autogluon_jobs.cluster.worker import work
from autogluon_jobs.jobs.failure import line_for_log, sentence_of, write_failure
from autogluon_jobs.jobs.job_paths import JobPaths
from autogluon_jobs.jobs.own_code import with_own_code
from autogluon_jobs.jobs.predictor_types import predictor_type_of
from autogluon_jobs.jobs.trials import report_objective, with_tuned_values
from autogluon_jobs.messages.documents import read_document
from autogluon_jobs.messages.errors import InputError


def main(_argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run the job that the `config` channel describes.

    Args:
        _argv: arguments that the toolkit makes of hyperparameters; `SM_HPS` has them, decoded.
        environ: the toolkit's `SM_...` variables.

    Returns:
        0, or 1 after writing one sentence to the failure file.
    """
    paths = JobPaths.from_environ(environ)
    try:
        job_file = paths.channel(CONFIG_CHANNEL) / FILE_NAME
        config = read_document(TrainingJobConfig, job_file, 'the channel "config"')
        print(training_line(config.predictor, config.type, config.run), flush=True)
        config = with_tuned_values(config.on(environ.get("SM_CURRENT_INSTANCE_TYPE")), environ)
        config = with_own_code(config, paths)
        if config.folds is not None and not paths.hosts.is_head:
            work(paths.hosts, config.run, distribution_variables(config.folds))
            return 0
        predictor_type_of(config.type).run_job(config, paths)
        report_objective(config, paths)
    except Exception as error:  # noqa: BLE001 - any failure becomes a sentence here
        if not isinstance(error, InputError):
            traceback.print_exc()
        write_failure(paths.output, sentence_of(error))
        print(line_for_log(error, "FailureReason"), file=sys.stderr, flush=True)
        return 1
    return 0
