"""Asynchronous endpoints: requests wait in a queue, answers go to S3."""
