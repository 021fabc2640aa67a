"""Notifications: what topics send to subscribers, and what buckets send about objects."""

from embedded_aws.notifications.service import install

__all__ = ["install"]
