"""The README shows the very settings that the demo deploys."""

from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_readmes_predictor_is_the_sandboxs() -> None:
    readme = (ROOT / "README.md").read_text()
    shown = readme.split("```yaml\n# config/sandbox.yaml\n", 1)[1].split("\n```", 1)[0]

    assert shown in (ROOT / "config" / "sandbox.yaml").read_text()
