"""One environment: where it is deployed, how it is kept, and its predictors."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, PrivateAttr

from autogluon_constructs.catalogues.instances import InstanceType, instance_types
from autogluon_constructs.catalogues.registries import region_problem
from autogluon_constructs.settings.alarms import UNDOING, Alarms, EndpointAlarms
from autogluon_constructs.settings.delivery import Delivery
from autogluon_constructs.settings.encryption import Encryption
from autogluon_constructs.settings.endpoint_modes import ComponentEndpoint, ServerlessEndpoint
from autogluon_constructs.settings.endpoint_modes.component import SharedEndpointName
from autogluon_constructs.settings.endpoint_modes.endpoint_names import name_problems
from autogluon_constructs.settings.endpoint_modes.hours import Lifetime
from autogluon_constructs.settings.endpoint_modes.serverless_limits import serverless_problem
from autogluon_constructs.settings.fields import (
    ACCOUNT,
    MAX_TAGS,
    NAME,
    QUALIFIER,
    REGION,
    EmailAddresses,
    S3Locations,
    Tags,
    refuse,
)
from autogluon_constructs.settings.network import Network
from autogluon_constructs.settings.notebook import Notebook
from autogluon_constructs.settings.predictor import Predictor
from autogluon_constructs.settings.processing import script_member
from autogluon_constructs.settings.roles import Roles
from autogluon_constructs.settings.rules.combinations import used_types
from autogluon_constructs.settings.rules.network_needs import s3_problems
from autogluon_constructs.settings.rules.own_containers import MOST_OWN_CONTAINERS, OwnContainers
from autogluon_constructs.settings.rules.places import place_problems
from autogluon_constructs.settings.schedules.new_objects import NewObjects
from autogluon_constructs.settings.schedules.new_objects_problems import declared_problems
from autogluon_constructs.settings.schedules.schedule import Schedule
from autogluon_constructs.settings.section import Section, rule
from autogluon_constructs.settings.shared_endpoints import SharedEndpoint, hosting_problems
from autogluon_constructs.settings.weights import Weights
from autogluon_contracts.names import delivery_role, pascal_case
from autogluon_contracts.predictor_types import predictor_type
from autogluon_contracts.wording import listed

# The longest physical name is `autogluon-<env>-<predictor>`, which SageMaker cuts off at 63.
EnvironmentName = Annotated[str, Field(pattern=NAME, max_length=20)]
PredictorName = Annotated[str, Field(pattern=NAME, max_length=30)]

# An account has 2,000 stacks in a region, and each predictor may have one.
_MOST_PREDICTORS = 500

# One resource each, beside up to a hundred of the same stack, of which CloudFormation allows 500.
_MOST_SCHEDULES = 150

_MOST_SHARED = 50

_LONGEST_ROLE_NAME = 64  # IAM

# The only values that CloudWatch Logs knows.
LogRetentionDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731,
    1096, 1827, 2192, 2557, 2922, 3288, 3653,
]  # fmt: skip


class Environment(Section):
    """Settings of one environment. Its name is its file's: `config/<name>.yaml`.

    Without `account` and `region` the templates fit any account and region. `data_access` are S3
    locations outside the environment's own buckets that its predictors may read.
    """

    name: EnvironmentName
    """The settings file's name, never a key in it."""
    account: Annotated[str, Field(pattern=ACCOUNT)] | None = None
    """The only AWS account these settings may be deployed to; without it, any."""
    region: Annotated[str, Field(pattern=REGION)] | None = None
    """The only region these settings may be deployed to; without it, any."""
    removal: Literal["retain", "destroy"] = "retain"
    """What `destroy` does with buckets, models and logs: keep them, or empty and delete them."""
    network: Network | None = None
    """The VPC of jobs and models; without it, they run in SageMaker's own network."""
    network_isolation: bool = True
    """Whether the containers of jobs and models run without network access."""
    notification_emails: EmailAddresses = ()
    """Who is told of failed executions and alarms; each address has to confirm once."""
    alarms: Alarms = Field(default_factory=Alarms)
    """Which CloudWatch alarms there are."""
    dashboard: bool = True
    """Whether there is a CloudWatch dashboard; AWS charges for the fourth one of an account."""
    log_retention_days: LogRetentionDays = 90
    """How long the logs of Lambdas, state machines and endpoints are kept, and at least those of
    SageMaker's jobs."""
    configure_job_logs: bool = True
    """Whether the log groups of SageMaker's jobs, which the whole account shares, are kept for that
    long, and under the key that `encryption.log_groups` asks for."""
    data_access: S3Locations = ()
    """S3 locations outside the environment's buckets that its predictors may read."""
    encryption: Encryption = Encryption()
    """Under which key data are kept."""
    roles: Roles = Roles()
    """What every IAM role of the environment has."""
    bootstrap_qualifier: Annotated[str, Field(pattern=QUALIFIER, max_length=10)] = "hnb659fds"
    """The qualifier of the CDK's bootstrap stack; the default is the CDK's own."""
    delivery: Delivery | None = None
    """Which Git repository may deploy the environment; without it, no role for CI is made."""
    weights: Weights | None = None
    """How pretrained weights are mirrored; without it, as by default, if a predictor names some."""
    notebook: Notebook | None = None
    """A notebook instance with the client; without it, none is made."""
    tags: Tags = Field(default_factory=dict)
    """Tags of all resources, jobs and models."""
    shared_endpoints: Mapping[SharedEndpointName, SharedEndpoint] = Field(
        default_factory=dict, max_length=_MOST_SHARED
    )
    """Endpoints whose instances predictors of mode `component` share, by name."""
    predictors: Mapping[PredictorName, Predictor] = Field(
        default_factory=dict, max_length=_MOST_PREDICTORS
    )
    """The predictors by name."""
    _folder: Path = PrivateAttr(default=Path("config"))

    def in_folder(self, folder: Path) -> Self:
        """Return the same settings, whose file is in a folder: paths in them begin there."""
        placed = self.model_copy()
        placed._folder = folder
        return placed

    @property
    def scripts(self) -> dict[str, Path]:
        """Return the scripts of all processing steps, by their paths in the archive of scripts."""
        return {
            script_member(name, step, found.script): self._folder / found.script
            for name, predictor in self.predictors.items()
            for step, found in predictor.processing.items()
            if found.script is not None
        }

    @property
    def training_scripts(self) -> dict[str, Path]:
        """Return the files of scripts that train, and of code that jobs import, by their paths."""
        return {
            name: path
            for predictor, each in self.predictors.items()
            for name, path in each.training_sources(predictor, self._folder).items()
        }

    @property
    def own_containers(self) -> OwnContainers:
        """Return the containers of all pipelines but the models' own."""
        return OwnContainers(self.predictors, self._folder)

    def tags_of(self, predictor: str) -> dict[str, str]:
        """Return the environment's tags and the predictor's own, which win."""
        return {**self.tags, **self.predictors[predictor].tags}

    def alarms_of(self, predictor: str) -> EndpointAlarms:
        """Return the alarms of a predictor's endpoint: its own, else the environment's."""
        endpoint = self.predictors[predictor].endpoint
        own = None if endpoint is None else endpoint.alarms
        return self.alarms.endpoints if own is None else own

    @property
    def promotes_on_approval(self) -> bool:
        """Whether any predictor's versions go live by themselves, approved or in a stage."""
        endpoints = (predictor.endpoint for predictor in self.predictors.values())
        return any(
            item is not None and (item.promote_on_approval or item.promote_on_stage is not None)
            for item in endpoints
        )

    @property
    def scales(self) -> bool:
        """Whether any endpoint scales automatically."""
        endpoints = (predictor.endpoint for predictor in self.predictors.values())
        return any(item is not None and item.autoscaling is not None for item in endpoints)

    @property
    def has_series(self) -> bool:
        """Whether any endpoint has containers in series."""
        endpoints = (predictor.endpoint for predictor in self.predictors.values())
        return any(item is not None and item.has_series for item in endpoints)

    @property
    def has_budgets(self) -> bool:
        """Whether the training of any predictor may cost only so much."""
        return any(each.budget is not None for each in self.predictors.values())

    @property
    def has_algorithms(self) -> bool:
        """Whether an algorithm of SageMaker's trains any predictor."""
        return any(each.algorithm is not None for each in self.predictors.values())

    @property
    def algorithm_resources(self) -> tuple[str, ...]:
        """Return the ARNs of the algorithm resources that train predictors."""
        found = (each.algorithm_arn for each in self.predictors.values())
        return tuple(dict.fromkeys(arn for arn in found if arn is not None))

    @property
    def output_locations(self) -> tuple[str, ...]:
        """Return the S3 prefixes below which results of any predictor's batches may be written."""
        found = (each.batch.all_output_locations for each in self.predictors.values())
        return tuple(dict.fromkeys(location for locations in found for location in locations))

    @property
    def trains_on_several_instances(self) -> bool:
        """Whether jobs of any predictor have several instances."""
        return any(each.training.instance_count > 1 for each in self.predictors.values())

    @property
    def schedules(self) -> dict[tuple[str, str], Schedule]:
        """Return the schedules of all predictors by the predictor's name and their own.

        Those of endpoints' hours and ends are among them.
        """
        return {
            (name, own): schedule
            for name, predictor in self.predictors.items()
            for own, schedule in {
                **predictor.schedules,
                **({} if predictor.endpoint is None else predictor.endpoint.times),
            }.items()
        }

    @property
    def new_objects(self) -> dict[tuple[str, str], NewObjects]:
        """Return what starts batches of objects, by the predictor's name and its own."""
        return {
            (name, own): found
            for name, predictor in self.predictors.items()
            for own, found in predictor.on_new_objects.items()
        }

    @property
    def lifetimes(self) -> dict[str, Lifetime]:
        """Return when the endpoints of predictors end, of those that do."""
        endpoints = {name: each.endpoint for name, each in self.predictors.items()}
        found = {name: each.lifetime for name, each in endpoints.items() if each is not None}
        return {name: each for name, each in found.items() if each is not None}

    def is_isolated(self, predictor: str) -> bool:
        """Return whether a predictor's containers run without network access."""
        found = self.predictors[predictor]
        if found.algorithm_arn is not None:
            return True  # its code is another's; SageMaker demands it of the Marketplace's
        own = found.network_isolation
        return self.network_isolation if own is None else own

    @property
    def mirrored_weights(self) -> Weights | None:
        """Return how weights are mirrored; None where neither it nor a predictor asks for it."""
        if self.weights is None and any(each.weights for each in self.predictors.values()):
            return Weights()
        return self.weights

    def is_endpoint_isolated(self, predictor: str) -> bool:
        """Return whether the containers of its endpoint do: serverless ones never."""
        is_serverless = isinstance(self.predictors[predictor].endpoint, ServerlessEndpoint)
        return not is_serverless and self.is_isolated(predictor)

    def is_shared_endpoint_isolated(self, name: str) -> bool:
        """Return whether the containers of a shared endpoint run without network access."""
        own = self.shared_endpoints[name].network_isolation
        return self.network_isolation if own is None else own

    @property
    def components(self) -> dict[str, ComponentEndpoint]:
        """Return the predictors on shared endpoints, by name."""
        found = {name: each.endpoint for name, each in self.predictors.items()}
        return {name: each for name, each in found.items() if isinstance(each, ComponentEndpoint)}

    @property
    def named_endpoints(self) -> dict[str, str]:
        """Return the endpoints that the settings name, by their predictors."""
        found = {name: each.endpoint for name, each in self.predictors.items()}
        return {name: each.own_name for name, each in found.items() if each and each.own_name}

    @rule
    def _names_of_endpoints_are_free(self) -> Self:
        log_groups = self.encryption.log_groups
        for problem in name_problems(self.named_endpoints, has_keys_on_logs=log_groups):
            raise refuse(problem)
        return self

    @rule
    def _pipelines_fit(self) -> Self:
        count = len(self.own_containers)
        if count > MOST_OWN_CONTAINERS:
            raise refuse(
                f"endpoints have {count} containers of their own; allowed: at most "
                f"{MOST_OWN_CONTAINERS} in one environment, whose serving role names each archive"
            )
        return self

    @rule
    def _shared_endpoints_host_their_components(self) -> Self:
        for problem in hosting_problems(self.shared_endpoints, self.components):
            raise refuse(problem)
        for name, component in self.components.items():
            host, wanted = component.shared_endpoint, self.is_isolated(name)
            is_there = self.is_shared_endpoint_isolated(host)
            if wanted != is_there:
                raise refuse(
                    f"predictors.{name}.network_isolation is {str(wanted).lower()}, but that of "
                    f"shared_endpoints.{host} is {str(is_there).lower()}, and all containers of "
                    "one endpoint have the same; give both the same value"
                )
        return self

    @rule
    def _shared_endpoints_have_names_of_their_own(self) -> Self:
        taken = {pascal_case(name): name for name in self.predictors}
        for name in self.shared_endpoints:
            other = taken.setdefault(pascal_case(name), name)
            if name in self.predictors or other != name:
                raise refuse(
                    f"shared_endpoints.{name}: predictor or shared endpoint '{other}' has this "
                    "name, too, and endpoints are named after both; rename one of them"
                )
        return self

    @rule
    def _serverless_endpoints_give_up_what_they_must(self) -> Self:
        for name, predictor in self.predictors.items():
            if isinstance(predictor.endpoint, ServerlessEndpoint):
                problem = serverless_problem(
                    predictor.endpoint,
                    is_isolated=self.is_isolated(name),
                    has_network=self.network is not None,
                    encryption=self.encryption,
                    region=self.region,
                )
                if problem is not None:
                    raise refuse(f"predictors.{name}.endpoint.{problem}")
        return self

    @rule
    def _updates_are_watched_by_alarms_that_exist(self) -> Self:
        for name, predictor in self.predictors.items():
            update = None if predictor.endpoint is None else predictor.endpoint.watched_update
            if update is None or update.named_alarms or self.alarms_of(name).undo_updates:
                continue
            raise refuse(
                f"predictors.{name}.endpoint.update.rollback_alarms: got true without alarms that "
                "could undo an update; give the endpoint's alarms (or alarms.endpoints) "
                f"one or more of {listed(UNDOING)}, or name alarms of yours"
            )
        return self

    @rule
    def _containers_reach_s3(self) -> Self:
        for problem in s3_problems(self.predictors, self.is_isolated, self.data_access):
            raise refuse(problem)
        return self

    @rule
    def _isolated_runs_have_their_weights(self) -> Self:
        for name, predictor in self.predictors.items():
            kind, fit_args = predictor_type(predictor.type), dict(predictor.fit_args)
            known = kind.weights_problem(fit_args, predictor.weights, isolated=False)
            problem = kind.weights_problem(
                fit_args, predictor.weights, isolated=self.is_isolated(name)
            )
            # What holds for any run is among the problems of the predictor.
            together = kind.combination_problems(dict(predictor.init_args), fit_args)
            if problem is not None and known is None and not together:
                raise refuse(f"predictors.{name}.{problem}")
        return self

    @rule
    def _weights_can_be_reached(self) -> Self:
        weights, network = self.mirrored_weights, self.network
        if weights is None or weights.network == "none" or network is None:
            return self
        if network.mode == "created":
            raise refuse(
                f"weights.network: got 'environment' with network.mode 'created', from which no "
                f"job reaches {weights.hub}; allowed: weights: {{network: none}}, for the one job "
                "that mirrors weights, or a network of your own"
            )
        return self

    @rule
    def _notebook_reaches_aws(self) -> Self:
        notebook, network = self.notebook, self.network
        if notebook is None:
            return self
        if notebook.network is None and network is not None and network.mode == "created":
            raise refuse(
                "notebook.network: missing with network.mode 'created', whose endpoints are those "
                "of the services that jobs use, not all that people use; give a network of your "
                "own, or {mode: none} with direct_internet: true"
            )
        own = network if notebook.network is None else notebook.network
        if (own is None or own.mode == "none") and not notebook.direct_internet:
            # API reference, CreateNotebookInstance: DirectInternetAccess needs a subnet to be off.
            raise refuse(
                "notebook.direct_internet: got false without a network, which SageMaker refuses; "
                "give notebook.network a subnet of yours, or direct_internet: true"
            )
        return self

    @rule
    def _tags_fit(self) -> Self:
        for name in self.predictors:
            count = len(self.tags_of(name))
            if count > MAX_TAGS:
                raise refuse(
                    f"predictors.{name} has {count} tags together with the environment's; "
                    f"allowed: at most {MAX_TAGS}"
                )
        return self

    @rule
    def _schedules_fit(self) -> Self:
        if len(self.schedules) > _MOST_SCHEDULES:
            raise refuse(
                f"predictors have {len(self.schedules)} schedules; allowed: at most "
                f"{_MOST_SCHEDULES} in one environment, in which each endpoint.hours has two and "
                "each endpoint.ends has one"
            )
        return self

    @rule
    def _new_objects_fit(self) -> Self:
        for problem in declared_problems(
            self.name,
            self.new_objects,
            predictors=self.predictors,
            data_access=self.data_access,
            output_locations=self.output_locations,
        ):
            raise refuse(problem)
        return self

    @rule
    def _stacks_have_names_of_their_own(self) -> Self:
        taken: dict[str, str] = {}
        for name in self.predictors:
            other = taken.setdefault(pascal_case(name), name)
            if other != name:
                raise refuse(
                    f"predictors {other} and {name} would both have the stack "
                    f"{pascal_case(name)}Endpoint; rename one of them"
                )
        return self

    @rule
    def _volumes_take_the_key(self) -> Self:
        if self.encryption.volumes != "required":
            return self
        for path, used in self._used_types():
            if used.has_local_nvme:
                raise refuse(
                    f"{path}: got '{used.name}' with encryption.volumes 'required'; its disks are "
                    "local NVMe, which the instance encrypts itself and for which SageMaker takes "
                    "no key; allowed: types without local NVMe, or encryption.volumes "
                    "'where-possible'"
                )
        return self

    def _used_types(self) -> Iterator[tuple[str, InstanceType]]:
        """Yield the instance types that jobs and endpoints may run on, each with its path."""
        for name, predictor in self.predictors.items():
            for path, used in used_types(dict(predictor)):
                yield f"predictors.{name}.{path}", used
        for name, shared in self.shared_endpoints.items():
            path = f"shared_endpoints.{name}.instance_type"
            yield path, instance_types()[shared.instance_type]
        if self.mirrored_weights is not None:
            yield "weights.instance_type", instance_types()[self.mirrored_weights.instance_type]

    @rule
    def _region_has_images(self) -> Self:
        declared = self.predictors.values()
        if self.region is None or all(each.image_uri is not None for each in declared):
            return self
        problem = region_problem(self.region)
        if problem is not None:
            raise refuse(problem)
        return self

    @rule
    def _names_what_is_in_the_region(self) -> Self:
        problems = place_problems(self.region, self.encryption.key_arn, self.predictors)
        if found := list(problems):
            raise refuse("\n".join(found))
        return self

    @rule
    def _delivery_has_a_place(self) -> Self:
        if self.delivery is None:
            return self
        if self.account is None or self.region is None:
            raise refuse(
                "delivery needs account and region: CI assumes a role of one account, and deploys "
                "to one region"
            )
        if self.region.startswith("cn-"):
            raise refuse("delivery is not supported in regions of China; deploy by hand there")
        name = (self.roles.name_prefix or "") + delivery_role(self.name, self.region, "deploy")
        if len(name) > _LONGEST_ROLE_NAME:
            raise refuse(
                f"delivery: the role {name} would have {len(name)} characters; allowed: "
                f"{_LONGEST_ROLE_NAME}; shorten roles.name_prefix"
            )
        return self

    @rule
    def _place_is_complete(self) -> Self:
        if self.account is not None and self.region is None:
            raise refuse("account is given but region is not; give both, only region, or neither")
        return self
