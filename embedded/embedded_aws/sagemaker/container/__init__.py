"""Containers of jobs and endpoints: processes, data, logs, `/opt/ml`."""
