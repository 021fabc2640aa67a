"""Turn a graph of state objects into bytes and back.

State is kept by value. What belongs to the process, such as locks, is made anew (and timers by
`kept.on_restore`), and what is in
the running embedded AWS already, such as the runtime, is kept by name. Classes are found in this
package, in moto and in a short list of the standard library; functions never.
"""

from __future__ import annotations

import builtins
import collections
import copyreg
import datetime
import decimal
import enum
import hashlib
import importlib
import inspect
import io
import ipaddress
import pickle
import sys
import threading
import types
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path, PurePath
from typing import Any, get_args

from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from moto.s3.models import FakeKey
from requests.structures import CaseInsensitiveDict

from embedded_aws.clock import Timer
from embedded_aws.snapshots.archive import ArchiveReader, ArchiveWriter
from embedded_aws.snapshots.errors import SnapshotError

_LARGE_BYTES = 16_384  # from here on a value is a member of its own, stored once
_PACKAGES = ("embedded_aws", "moto")
_LOCK, _RLOCK = type(threading.Lock()), type(threading.RLock())
_STANDARD: dict[tuple[str, str], Any] = {
    (kind.__module__, kind.__qualname__): kind
    for kind in (
        *(builtins.set, builtins.frozenset, builtins.bytearray, builtins.complex),
        *(builtins.range, builtins.slice, builtins.object),
        *(collections.OrderedDict, collections.defaultdict, collections.deque),
        *(collections.Counter,),
        *(datetime.datetime, datetime.date, datetime.time, datetime.timedelta),
        *(datetime.timezone, decimal.Decimal, uuid.UUID, types.SimpleNamespace),
        *(threading.Event, CaseInsensitiveDict),
        *(ipaddress.IPv4Address, ipaddress.IPv4Network),
        *(ipaddress.IPv6Address, ipaddress.IPv6Network),
    )
} | {
    # What object.__reduce_ex__ itself calls.
    ("copyreg", "__newobj__"): copyreg.__newobj__,  # type: ignore[attr-defined]
    ("copyreg", "_reconstructor"): copyreg._reconstructor,  # type: ignore[attr-defined]
    ("re", "_compile"): __import__("re")._compile,
    ("uuid", "SafeUUID"): uuid.SafeUUID,
    ("builtins", "dict"): dict,
    ("builtins", "list"): list,
    ("builtins", "tuple"): tuple,
    ("builtins", "str"): str,
    ("builtins", "int"): int,
    ("builtins", "bytes"): bytes,
    ("builtins", "float"): float,
    ("builtins", "bool"): bool,
}


_MAPPINGS = frozenset({collections.OrderedDict, collections.Counter})
_PLAIN = frozenset({str, int, float, bool, type(None), dict, list, tuple, set})
_PRIVATE_KEYS = get_args(PrivateKeyTypes)


class _Value:
    """A large value that is already in the archive."""

    def __init__(self, digest: str) -> None:
        self.digest = digest


class NestedDefault:
    """Makes a `defaultdict(factory)`, where moto has `lambda: defaultdict(factory)`."""

    def __init__(self, factory: type) -> None:
        self._factory = factory

    def __call__(self) -> Any:
        """Return a new one."""
        return collections.defaultdict(self._factory)


class StatePickler(pickle.Pickler):
    """Writes state; `modules` then holds the digests of the source files of its classes.

    Args:
        live: objects of the process that are kept by name.
        state_dir: paths below it are kept relative to it, and `folders` lists them.
    """

    def __init__(
        self,
        file: io.BytesIO,
        writer: ArchiveWriter,
        live: Mapping[str, object],
        state_dir: Path,
    ) -> None:
        super().__init__(file, protocol=5)
        self._writer = writer
        self._names = {id(item): name for name, item in live.items()}
        self._state_dir = state_dir
        self.modules: dict[str, str] = {}
        self.paths: set[str] = set()

    def persistent_id(self, obj: Any) -> tuple[str, ...] | None:
        """Return how an object is found again that is not written by value."""
        kind = type(obj)
        if kind in _PLAIN:  # nearly everything: this is called for each object
            return None
        if name := self._names.get(id(obj)):
            return ("live", name)
        if kind is bytes:
            if len(obj) < _LARGE_BYTES:
                return None
            return ("value", self._writer.add_value(obj))
        if isinstance(obj, types.MethodType):
            if name := self._names.get(id(obj.__self__)):
                return ("method", name, obj.__name__)
            if type(obj.__self__).__module__.split(".")[0] not in _PACKAGES:
                raise pickle.PicklingError(f"a method of {type(obj.__self__).__qualname__}")
        if isinstance(obj, PurePath):
            if not obj.is_relative_to(self._state_dir):
                raise pickle.PicklingError(f"the path {obj}")
            relative = str(obj.relative_to(self._state_dir))
            self.paths.add(relative)
            return ("path", relative)
        if isinstance(obj, _Value):
            return ("value", obj.digest)
        if kind is Timer:
            return ("nothing", "")
        if kind.__module__.startswith("cryptography.") and isinstance(obj, _PRIVATE_KEYS):
            data = obj.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
            return ("private key", data.hex())
        return None

    def reducer_override(self, obj: Any) -> Any:
        """Write locks as new ones, and an object's content to a member of its own."""
        kind = type(obj)
        if kind is _LOCK:
            return threading.Lock, ()
        if kind is _RLOCK:
            return threading.RLock, ()
        if kind is threading.Condition:
            return threading.Condition, ()
        if isinstance(obj, dict) and kind not in _MAPPINGS:
            # Otherwise __setitem__ would be called for each entry, and moto's has effects: that of
            # S3's store of versions keeps the last one only.
            return copyreg.__newobj__, (kind,), _parts(obj), None, None, fill_mapping  # type: ignore[attr-defined]
        if isinstance(obj, enum.Enum):
            return kind, (obj.value,)  # the first releases of Python 3.11 write a call of getattr
        if isinstance(obj, types.MethodType):
            return method_of, (obj.__self__, obj.__name__)
        if isinstance(obj, types.FunctionType | types.BuiltinFunctionType):
            if _is_allowed(obj.__module__ or "", obj.__qualname__):
                return NotImplemented
            raise pickle.PicklingError(f"the function {obj.__qualname__}")
        if isinstance(obj, type):
            # Judged now, not when it is read: a snapshot that cannot be read is useless.
            module = obj.__module__
            if module.split(".")[0] not in _PACKAGES and not _is_allowed(module, obj.__qualname__):
                raise pickle.PicklingError(f"a {module}.{obj.__qualname__}")
            self._note(module)
            return NotImplemented
        if isinstance(obj, FakeKey):
            # Not in the state itself: the pickler keeps every state in memory until its end.
            state = obj.__getstate__()
            content = state["value"] or b""
            state["value"] = _Value(self._writer.add_value(content))
            return copyreg.__newobj__, (kind,), state  # type: ignore[attr-defined]
        return NotImplemented

    def _note(self, module: str) -> None:
        if module.split(".")[0] == "embedded_aws" and module not in self.modules:
            self.modules[module] = source_digest(module)


class StateUnpickler(pickle.Unpickler):
    """Reads state that `StatePickler` wrote."""

    def __init__(
        self, data: bytes, reader: ArchiveReader, live: Mapping[str, object], state_dir: Path
    ) -> None:
        super().__init__(io.BytesIO(data))
        self._reader = reader
        self._live = live
        self._state_dir = state_dir

    def persistent_load(self, pid: Any) -> Any:
        """Return the object of this process, the path or the large value that `pid` names."""
        kind, name, *rest = pid
        if kind == "nothing":
            return None
        if kind == "value":
            return self._reader.read_value(name)
        if kind == "path":
            return self._state_dir / name
        if kind == "private key":
            return load_der_private_key(bytes.fromhex(name), password=None)
        if name not in self._live:
            raise SnapshotError(f"The snapshot refers to {name}, which this version has not.")
        return self._live[name] if kind == "live" else getattr(self._live[name], rest[0])

    def find_class(self, module: str, name: str) -> Any:
        """Return a class of the allowed packages. Raises SnapshotError for anything else."""
        if (module, name) in _STANDARD:
            return _STANDARD[module, name]
        if module in ("_thread", "threading") and name in _LOCKS:
            return _LOCKS[name]
        if module.split(".")[0] in _PACKAGES:
            found: Any = importlib.import_module(module)
            for part in name.split("."):
                found = getattr(found, part)
            if inspect.isclass(found):
                return found
        raise SnapshotError(f"The snapshot holds {module}.{name}, which is not state.")


_LOCKS: dict[str, Callable[..., Any]] = {
    "allocate_lock": threading.Lock,
    "lock": threading.Lock,
    "Lock": threading.Lock,
    "RLock": threading.RLock,
    "Condition": threading.Condition,
}


def fill_mapping(mapping: dict[Any, Any], parts: dict[str, Any]) -> None:
    """Give a new mapping its entries and attributes, without calling its own methods."""
    dict.update(mapping, parts["entries"])
    if parts["attributes"]:
        vars(mapping).update(parts["attributes"])
    if isinstance(mapping, collections.defaultdict):
        mapping.default_factory = parts["factory"]


def _parts(mapping: dict[Any, Any]) -> dict[str, Any]:
    factory = None
    if isinstance(mapping, collections.defaultdict):
        factory = _named_factory(mapping.default_factory)
    # dict's own methods: a subclass may show less than it holds.
    entries = {key: dict.__getitem__(mapping, key) for key in dict.keys(mapping)}
    return {
        "entries": entries,
        "attributes": getattr(mapping, "__dict__", None),
        "factory": factory,
    }


def _named_factory(factory: Any) -> Any:
    """Return a factory that can be written and makes the same empty container."""
    if not isinstance(factory, types.FunctionType):
        return factory
    made = factory()
    if type(made) is collections.defaultdict and isinstance(made.default_factory, type):
        return NestedDefault(made.default_factory)
    if type(made) in (dict, list, set):
        return type(made)
    return factory  # refused by name


def source_digest(module: str) -> str:
    """Return the digest of a module's source file; empty when the module does not exist."""
    try:
        file = importlib.import_module(module).__file__
    except ImportError:
        return ""
    return hashlib.sha256(Path(file or sys.executable).read_bytes()).hexdigest()


def method_of(owner: object, name: str) -> Any:
    """Return a method that a saved object keeps of another one; raises SnapshotError."""
    found = getattr(type(owner), name, None)
    if type(owner).__module__.split(".")[0] not in _PACKAGES or not isinstance(
        found, types.FunctionType
    ):
        raise SnapshotError(f"The snapshot holds {name} of {type(owner).__qualname__}.")
    return types.MethodType(found, owner)


def _is_allowed(module: str, name: str) -> bool:
    return (module, name) in _STANDARD or (module in ("_thread", "threading") and name in _LOCKS)


_STANDARD[__name__, fill_mapping.__name__] = fill_mapping
_STANDARD[__name__, method_of.__name__] = method_of
