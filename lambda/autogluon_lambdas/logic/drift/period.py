"""Decide which captured requests a run compares, and find their files."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from autogluon_contracts.names import captured_hour
from autogluon_contracts.s3_location import S3Object
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.models.events.execution import Execution
from autogluon_lambdas.ports import ObjectStore

MOST_FILES = 10_000
_THREADS = 16
_SECOND = timedelta(seconds=1)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Period:
    """From `start` up to, but without, `end`, in whole seconds of UTC."""

    start: datetime
    end: datetime

    @classmethod
    def before(cls, execution: Execution, hours: int, live_since: str | None) -> "Period":
        """Return the hours before a run's start.

        It begins no earlier than the live version went live: another one answered before.
        """
        end = _whole_second(datetime.fromisoformat(execution.started))
        start = end - timedelta(hours=hours)
        if live_since is not None:
            start = max(start, _whole_second(datetime.fromisoformat(live_since)))
        return cls(min(start, end), end)

    def hours(self) -> list[str]:
        """Return the hours that it touches, as folders of captured requests are called."""
        first = self.start.replace(minute=0, second=0)
        count = int((self.end - first) / _HOUR) + 1
        return [f"{first + number * _HOUR:%Y/%m/%d/%H}" for number in range(count)]

    def files(
        self, store: ObjectStore, bucket: str, environment: str, predictor: str
    ) -> list[S3Object]:
        """Return the files with the captured requests of these hours, in the order of their keys.

        Raises InvalidDataError where there are more than a job takes.
        """

        def of_hour(hour: str) -> list[S3Object]:
            folder = captured_hour(bucket, environment, predictor, hour)
            return store.find(folder.bucket, folder.key, limit=MOST_FILES + 1)

        with ThreadPoolExecutor(_THREADS) as threads:
            found = [entry for files in threads.map(of_hour, self.hours()) for entry in files]
        if len(found) > MOST_FILES:
            raise InvalidDataError(
                f"input.period_hours: the period has more than {MOST_FILES:,} files of captured "
                "requests.",
                advice="Take a shorter period, or capture a smaller percentage of the requests.",
            )
        return found


def written(moment: datetime) -> str:
    """Return a moment as captured records have it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _whole_second(moment: datetime) -> datetime:
    """Return the next whole second in UTC: records have no parts of seconds."""
    utc = moment.astimezone(UTC)
    return utc if not utc.microsecond else utc.replace(microsecond=0) + _SECOND
