"""Provide `agcdk`, the command line over the Python client and the CDK."""
