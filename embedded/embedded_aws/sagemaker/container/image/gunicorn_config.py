"""Gunicorn's settings in the AutoGluon 1.6 container; GUNICORN_CMD_ARGS overrides them."""

import os

_LEVELS = {"10": "debug", "20": "info", "30": "warning", "40": "error", "50": "critical"}
_level = os.environ.get("SAGEMAKER_CONTAINER_LOG_LEVEL", "info").strip().lower()

workers = int(os.environ.get("SAGEMAKER_MODEL_SERVER_WORKERS", "1"))
timeout = int(os.environ.get("SAGEMAKER_MODEL_SERVER_TIMEOUT", "60"))
graceful_timeout = timeout
worker_class = "sync"
accesslog = "-"
errorlog = "-"
capture_output = True
loglevel = _LEVELS.get(_level, _level)
# This server is not managed at run time, and below a long home folder the socket's path is longer
# than Unix allows, which every start would log as an error.
control_socket_disable = True
