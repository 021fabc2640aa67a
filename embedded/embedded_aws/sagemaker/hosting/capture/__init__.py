"""Data capture: samples of an endpoint's requests and answers, stored in S3."""
