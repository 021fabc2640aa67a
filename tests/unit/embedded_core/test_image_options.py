"""What the embedded AWS says of an `--image` that it cannot use."""

from __future__ import annotations

from pathlib import Path

import pytest

from embedded_aws.__main__ import main


@pytest.mark.parametrize(
    ("images", "told"),
    [
        (["repository/prices:7"], "got 'repository/prices:7'; allowed: URI=FOLDER."),
        (["=programs"], "got '=programs'; allowed: URI=FOLDER."),
        (["prices:7=empty"], "empty has neither a file train nor a file serve"),
        (["prices:7=programs", "prices:7=programs"], "prices:7 is given twice"),
    ],
)
def test_an_image_that_cannot_be_used_is_refused_at_the_start(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    images: list[str],
    told: str,
) -> None:
    for file in ("env/bin/python", "programs/serve"):
        (tmp_path / file).parent.mkdir(parents=True)
        (tmp_path / file).touch()
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("signal.signal", lambda *_: None)  # pytest keeps its handlers
    arguments = ["--image-env", "env"]
    for image in images:
        arguments += ["--image", image]
    assert main(arguments) == 2
    assert f"--image: {told}" in capsys.readouterr().err
