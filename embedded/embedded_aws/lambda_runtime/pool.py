"""The pool of warm execution environments, which drops those of an old revision."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from embedded_aws.gateway import ApiError
from embedded_aws.lambda_runtime.environment import ExecutionEnvironment
from embedded_aws.lambda_runtime.function import LambdaFunction
from embedded_aws.lambda_runtime.runtimes import LanguageRuntimes
from embedded_aws.runtime import Runtime

_IDLE_SECONDS = 300.0
_MAX_AGE_SECONDS = 1800.0  # well within the life of the role's temporary credentials
_REAP_EVERY_SECONDS = 5.0


class EnvironmentPool:
    """Lends environments; starts another when all of a function's are busy."""

    def __init__(self, runtime: Runtime, languages: LanguageRuntimes) -> None:
        self._runtime = runtime
        self._languages = languages
        self._idle: dict[str, list[ExecutionEnvironment]] = {}
        self._busy: dict[str, int] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        threading.Thread(target=self._reap_forever, name="lambda-reaper", daemon=True).start()
        runtime.on_close.append(self._closed.set)

    @contextmanager
    def lend(self, function: LambdaFunction) -> Iterator[ExecutionEnvironment]:
        """Lend a warm or new environment of the function's current revision.

        Raises:
            ApiError: TooManyRequestsException when the reserved concurrency is used up; what
                assuming the function's role raises.
        """
        environment = self._take(function)
        try:
            if environment is None:
                environment = ExecutionEnvironment(self._runtime, function, self._languages)
            yield environment
        except BaseException:
            if environment is not None:
                environment.stop()  # interrupted in an invocation: it cannot be used again
            raise
        finally:
            self._give_back(function, environment)

    def retire(self, function: LambdaFunction) -> None:
        """End the idle environments of a function that changed or was deleted."""
        with self._lock:
            idle = self._idle.pop(function.qualified_arn, [])
        for environment in idle:
            environment.stop()

    def _take(self, function: LambdaFunction) -> ExecutionEnvironment | None:
        limit = function.whole.reserved_concurrency
        with self._lock:
            busy = self._busy.get(function.arn, 0)
            if limit is not None and busy >= limit:
                raise ApiError("TooManyRequestsException", "Rate Exceeded.", status=429)
            self._busy[function.arn] = busy + 1
            idle = self._idle.get(function.qualified_arn, [])
            while idle:
                environment = idle.pop()
                if environment.revision == function.revision:
                    return environment
                environment.stop()
        return None

    def _give_back(
        self, function: LambdaFunction, environment: ExecutionEnvironment | None
    ) -> None:
        with self._lock:
            self._busy[function.arn] -= 1
            if environment is None or environment.lost:
                return
            if environment.revision == function.revision and not self._closed.is_set():
                self._idle.setdefault(function.qualified_arn, []).append(environment)
                return
        environment.stop()

    def end_idle(self, now: float) -> None:
        """End environments that are old or have been idle for long; `now` is monotonic."""
        ended: list[ExecutionEnvironment] = []
        with self._lock:
            for idle in self._idle.values():
                for environment in list(idle):
                    unused, age = now - environment.last_used, now - environment.started
                    if unused > _IDLE_SECONDS or age > _MAX_AGE_SECONDS:
                        idle.remove(environment)
                        ended.append(environment)
        for environment in ended:
            environment.stop()

    def _reap_forever(self) -> None:
        while not self._closed.wait(_REAP_EVERY_SECONDS):
            self.end_idle(time.monotonic())
