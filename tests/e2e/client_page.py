"""Run the Python blocks of a page of the docs: `client_page.py <page> <result> <variable>...`.

Runs where AutoGluon is installed; pickles the variables that the blocks left.
"""

import pickle
import re
import sys
from pathlib import Path
from typing import Any

page, result, *variables = sys.argv[1:]
blocks = re.findall(r"^```python\n(.*?)^```", Path(page).read_text(), re.DOTALL | re.MULTILINE)
namespace: dict[str, Any] = {"__name__": "__main__"}
for block in blocks:
    exec(compile(block, page, "exec"), namespace)
Path(result).write_bytes(pickle.dumps({name: namespace[name] for name in variables}))
