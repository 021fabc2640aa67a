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
    """GitHub Actions: tokens prove repository, branch and environment.

    Subjects have the names of owner and repository; in repositories created, renamed or transferred
    since mid-2026, or that asked for it, each is followed by an id ("Immutable subject claims" in
    GitHub's changelog, 2026-04-23). A pattern takes both; `repository` says which one it is.
    """

    url = "https://token.actions.githubusercontent.com"

    def __init__(self, settings: GitHubDelivery) -> None:
        self._repository = settings.repository
        owner, _, name = settings.repository.partition("/")
        self._subject = f"repo:{owner}*/{name}*"
        self._ref = f"refs/heads/{settings.branch}"

    def may_deploy(self, environment: str) -> Conditions:
        """Return repository, branch and environment."""
        return {
            **_equal(
                self.url,
                repository=self._repository,
                ref=self._ref,
                environment=environment,
            ),
            **_like(self.url, f"{self._subject}:environment:{environment}"),
        }

    def may_compare(self) -> Conditions:
        """Return the repository's pull requests and its branch."""
        subjects = [f"{self._subject}:pull_request", f"{self._subject}:ref:{self._ref}"]
        return {**_equal(self.url, repository=self._repository), **_like(self.url, *subjects)}


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
        return {**_equal(self.url), **_like(self.url, f"{self._project}*")}


def git_host(settings: Delivery) -> GitHost:
    """Return the Git host of an environment's settings."""
    return GitHub(settings) if isinstance(settings, GitHubDelivery) else GitLab(settings)


def _equal(url: str, **claims: str) -> dict[str, dict[str, str | list[str]]]:
    host = _host(url)
    given = {"aud": AUDIENCE, **claims}
    equal: dict[str, str | list[str]] = {f"{host}:{name}": text for name, text in given.items()}
    return {"StringEquals": equal}


def _like(url: str, *subjects: str) -> dict[str, dict[str, str | list[str]]]:
    patterns: str | list[str] = subjects[0] if len(subjects) == 1 else list(subjects)
    return {"StringLike": {f"{_host(url)}:sub": patterns}}


def _host(url: str) -> str:
    return url.removeprefix("https://")
