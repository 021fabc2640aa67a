"""Define the settings of delivery by Git: which repository may deploy the environment."""

from typing import Annotated, Literal

from pydantic import Field

from autogluon_constructs.settings.fields import (
    GIT_BRANCH,
    GITHUB_REPOSITORY,
    GITLAB_PROJECT,
    GITLAB_URL,
)
from autogluon_constructs.settings.section import Section

Branch = Annotated[str, Field(pattern=GIT_BRANCH, max_length=200)]


class GitHubDelivery(Section):
    """GitHub Actions deploys, with a role for one repository, branch and environment.

    `agcdk ci github` writes the workflow. The environment in GitHub has the name of the settings
    file; its protection rules say who approves.
    """

    host: Literal["github"]
    """Where the repository is."""
    repository: Annotated[str, Field(pattern=GITHUB_REPOSITORY, max_length=140)]
    """Owner and name of the repository that may deploy, such as `octo-org/predictors`."""
    branch: Branch = "main"
    """The only branch that may deploy; the drift check needs the default branch."""
    provider: Literal["create", "existing"] = "create"
    """Whether the stack makes the account's identity provider for GitHub, or the account has it."""


class GitLabDelivery(Section):
    """GitLab CI/CD deploys, with a role for one project and branch.

    `agcdk ci gitlab` writes the pipeline. GitLab's tokens do not prove the environment of a job:
    protect the branch.
    """

    host: Literal["gitlab"]
    """Where the repository is."""
    repository: Annotated[str, Field(pattern=GITLAB_PROJECT, max_length=200)]
    """Path of the project that may deploy, such as `data/ml/predictors`."""
    branch: Branch = "main"
    """The only branch that may deploy."""
    url: Annotated[str, Field(pattern=GITLAB_URL, max_length=255)] = "https://gitlab.com"
    """URL of the GitLab instance, which AWS must be able to reach."""
    provider: Literal["create", "existing"] = "create"
    """Whether the stack makes the account's identity provider for GitLab, or the account has it."""


Delivery = Annotated[GitHubDelivery | GitLabDelivery, Field(discriminator="host")]
