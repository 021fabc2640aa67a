"""What a Git host's identity tokens say, as conditions of a role's trust policy.

Sources: GitHub's "OpenID Connect reference" (subjects and claims), GitLab's "OpenID Connect in AWS"
(subjects), and the IAM user guide, "Available keys for AWS OIDC federation", which has keys of
their own for GitHub's `repository`, `ref` and `environment` since January 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from autogluon_constructs.settings import Delivery, GitHubDelivery, GitLabDelivery

AUDIENCE = "sts.amazonaws.com"
"""The audience of tokens for AWS, in every partition but China's."""

Conditions = Mapping[str, Mapping[str, str | list[str]]]
"""Operators of IAM conditions, each with its keys."""


class GitHost(Protocol):
    """A Git host whose CI signs in with identity tokens."""

    @property
    def url(self) -> str:
        """Return the issuer of its tokens."""

    def may_deploy(self, environment: str) -> Conditions:
        """Return what a token must say for a deployment of this environment."""

    def may_compare(self) -> Conditions:
        """Return what a token must say for comparing: a change that is proposed, or the branch."""


class GitHub:
    """GitHub Actions: tokens prove repository, branch and environment."""

    url = "https://token.actions.githubusercontent.com"

    def __init__(self, settings: GitHubDelivery) -> None:
        self._repository = settings.repository
        self._ref = f"refs/heads/{settings.branch}"

    def may_deploy(self, environment: str) -> Conditions:
        """Return repository, branch and environment."""
        return _equal(
            self.url,
            sub=f"repo:{self._repository}:environment:{environment}",
            repository=self._repository,
            ref=self._ref,
            environment=environment,
        )

    def may_compare(self) -> Conditions:
        """Return the repository's pull requests and its branch."""
        start = f"repo:{self._repository}"
        subjects = [f"{start}:pull_request", f"{start}:ref:{self._ref}"]
        return _equal(self.url, sub=subjects, repository=self._repository)


class GitLab:
    """GitLab CI/CD: tokens prove project and branch."""

    def __init__(self, settings: GitLabDelivery) -> None:
        self.url = settings.url
        self._project = f"project_path:{settings.repository}:ref_type:branch:ref:"
        self._branch = settings.branch

    def may_deploy(self, environment: str) -> Conditions:
        """Return project and branch; tokens do not prove an environment."""
        del environment
        return _equal(self.url, sub=f"{self._project}{self._branch}")

    def may_compare(self) -> Conditions:
        """Return the project's branches, in whose name pipelines of merge requests run."""
        key = f"{_host(self.url)}:sub"
        return {**_equal(self.url), "StringLike": {key: f"{self._project}*"}}


def git_host(settings: Delivery) -> GitHost:
    """Return the Git host of an environment's settings."""
    return GitHub(settings) if isinstance(settings, GitHubDelivery) else GitLab(settings)


def _equal(url: str, **claims: str | list[str]) -> dict[str, dict[str, str | list[str]]]:
    host = _host(url)
    given = {"aud": AUDIENCE, **claims}
    return {"StringEquals": {f"{host}:{name}": value for name, value in given.items()}}


def _host(url: str) -> str:
    return url.removeprefix("https://")
