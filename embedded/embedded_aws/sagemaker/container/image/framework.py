"""Run the training script as the framework package of the real image does.

AutoGluon's image is made from the PyTorch training container, whose package captures what the
script writes to standard error; without it, the toolkit reports an empty `ErrorMessage`. (Source:
`sagemaker_pytorch_container/training.py` of aws/sagemaker-pytorch-training-toolkit.)
"""

from __future__ import annotations

from typing import Any

from sagemaker_training import entry_point, environment, process

_LONGEST_LINE = 1 << 16


class WholeLines:
    """A stream that hands out whole lines.

    The toolkit takes the end of whatever arrives for the end of a line. Unbuffered programs write
    lines in pieces, so on a busy machine it would tear metrics and exceptions apart.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._rest = b""

    async def read(self, size: int) -> bytes:
        """Return the lines that have arrived; at the end, the last one."""
        while len(self._rest) < _LONGEST_LINE:
            more: bytes = await self._stream.read(size)
            if not more:
                break
            lines, newline, self._rest = (self._rest + more).rpartition(b"\n")
            if newline:
                return lines + newline
        rest, self._rest = self._rest, b""
        return rest


def main() -> None:
    """Run the script; the toolkit reports the exception that this raises."""
    watch = process.watch

    async def watch_lines(stream: Any, *arguments: Any, **options: Any) -> Any:
        return await watch(stream and WholeLines(stream), *arguments, **options)

    process.watch = watch_lines
    found = environment.Environment()
    entry_point.run(
        uri=found.module_dir,
        user_entry_point=found.user_entry_point,
        args=found.to_cmd_args(),
        env_vars=found.to_env_vars(),
        capture_error=True,
    )
