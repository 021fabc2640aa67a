"""How a program begins that scores with a portable wheel where AutoGluon is not installed."""

BEGIN = """
import builtins, json, sys
sys.path.insert(0, sys.argv[1])
real = builtins.__import__
def without(name, *rest, **more):
    if name.split(".")[0] in ("autogluon", "autogluon_jobs", "autogluon_contracts", "pandas"):
        raise ImportError(f"{name} is not in an empty environment")
    return real(name, *rest, **more)
builtins.__import__ = without
import importlib
"""
