"""Roles, permissions and cdk-nag acknowledgments."""
