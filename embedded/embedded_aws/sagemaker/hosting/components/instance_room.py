"""Place copies of components on instances, by what each reserves.

SageMaker reserves memory and processors of an instance for each copy, starts another instance where
none has room (managed instance scaling), and releases those that no copy is on (SageMaker API
Reference, ProductionVariantManagedInstanceScaling and its ScaleInPolicy). It keeps a part of each
instance for itself and does not publish how much: here the whole instance can be reserved.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from embedded_aws.sagemaker.errors import JobError

NO_ROOM = (
    "There is not enough hardware resources on the instances for this endpoint to create a copy of "
    "the inference component."
)
_TYPE = re.compile(r"ml\.(?P<family>[a-z]+\d+[a-z]*)\.(?P<size>medium|(?:\d*x)?large)")
# GiB of memory for each vCPU ("Amazon EC2 Instance Types").
_GIB_PER_VCPU = {"c": 2.0, "m": 4.0, "r": 8.0, "g": 4.0}
_MOST_INSTANCES = 1_000


@dataclass(frozen=True)
class Room:
    """Memory in MB and processors: what an instance has, or what a copy reserves."""

    memory_mb: float
    cpus: float

    @classmethod
    def of_type(cls, instance_type: str) -> Room | None:
        """Return what an instance has; None where its family is not known here.

        Example:
            >>> Room.of_type("ml.m5.xlarge")
            Room(memory_mb=16384.0, cpus=4.0)
        """
        match = _TYPE.fullmatch(instance_type)
        per_vcpu = None if match is None else _GIB_PER_VCPU.get(match["family"][0])
        if match is None or per_vcpu is None:
            return None
        size = match["size"]
        if size == "medium":
            vcpus = 1
        elif size == "large":
            vcpus = 2
        else:
            vcpus = 4 * int(size.removesuffix("xlarge") or 1)
        return cls(vcpus * per_vcpu * 1024, float(vcpus))

    @classmethod
    def reserved_by(cls, specification: Mapping[str, Any]) -> Room:
        """Return what a copy reserves, by an InferenceComponentSpecification."""
        needs = specification["ComputeResourceRequirements"]
        return cls(needs["MinMemoryRequiredInMb"], needs.get("NumberOfCpuCoresRequired", 0.0))


@dataclass
class HostInstance:
    """An instance, and what is reserved on it by the id of each copy."""

    reserved: dict[str, Room] = field(default_factory=dict)

    def has_room(self, needed: Room, room: Room | None) -> bool:
        """Return whether another copy fits."""
        if room is None:
            return True
        memory = sum(each.memory_mb for each in self.reserved.values()) + needed.memory_mb
        cpus = sum(each.cpus for each in self.reserved.values()) + needed.cpus
        return memory <= room.memory_mb and cpus <= room.cpus


class InstanceRoom:
    """The instances of one variant that hosts components.

    Args:
        request: the ProductionVariant of the endpoint configuration.
    """

    def __init__(self, request: Mapping[str, Any]) -> None:
        scaling = request.get("ManagedInstanceScaling") or {}
        first: int = request["InitialInstanceCount"]
        managed = scaling.get("Status") == "ENABLED"
        self.fewest: int = scaling.get("MinInstanceCount", first) if managed else first
        self.most: int = scaling.get("MaxInstanceCount", _MOST_INSTANCES) if managed else first
        self._room = Room.of_type(request["InstanceType"])
        self._instances = [HostInstance() for _ in range(first)]
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        """Return how many instances there are."""
        return len(self._instances)

    def reserve(self, copy_id: str, needed: Room) -> None:
        """Reserve room for a copy, on another instance where none has it.

        Raises:
            JobError: no instance can be added, or none is large enough.
        """
        with self._lock:
            for instance in self._instances:
                if instance.has_room(needed, self._room):
                    instance.reserved[copy_id] = needed
                    return
            added = HostInstance()
            if len(self._instances) >= self.most or not added.has_room(needed, self._room):
                raise JobError(NO_ROOM)
            added.reserved[copy_id] = needed
            self._instances.append(added)

    def release(self, copy_id: str) -> None:
        """Give a copy's room back, and the instances that nothing is left on."""
        with self._lock:
            for instance in self._instances:
                instance.reserved.pop(copy_id, None)
            self._release_idle()

    def take_over(self, before: InstanceRoom) -> None:
        """Place the copies of the instances that these replace.

        Raises:
            JobError: they do not fit.
        """
        with before._lock:
            reserved = {
                name: room for each in before._instances for name, room in each.reserved.items()
            }
        for copy_id, needed in reserved.items():
            self.reserve(copy_id, needed)
        with self._lock:
            self._release_idle()

    def _release_idle(self) -> None:
        for instance in reversed(list(self._instances)):
            if len(self._instances) <= self.fewest:
                return
            if not instance.reserved:
                self._instances.remove(instance)
