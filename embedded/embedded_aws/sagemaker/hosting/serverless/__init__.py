"""Serverless endpoints: containers that start at requests and end when there are none."""
