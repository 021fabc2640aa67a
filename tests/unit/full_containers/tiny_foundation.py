"""Write foundation models with random weights, as small as AutoGluon's real loading code takes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import save_file

_QUANTILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
_SMALL_T5 = {"d_model": 16, "d_kv": 8, "d_ff": 32, "num_layers": 1, "num_heads": 2}


def write_chronos2(folder: Path) -> None:
    from chronos.chronos2 import Chronos2CoreConfig, Chronos2Model

    torch.manual_seed(0)
    config = Chronos2CoreConfig(
        **_SMALL_T5,
        chronos_config={
            "context_length": 64,
            "input_patch_size": 8,
            "input_patch_stride": 8,
            "output_patch_size": 8,
            "quantiles": _QUANTILES,
            "use_reg_token": True,
            "use_arcsinh": True,
            "max_output_patches": 4,
        },
        chronos_pipeline_class="Chronos2Pipeline",
        architectures=["Chronos2Model"],
    )
    Chronos2Model(config).eval().save_pretrained(folder)


def write_chronos_bolt(folder: Path) -> None:
    from chronos.chronos_bolt import ChronosBoltModelForForecasting
    from transformers import T5Config

    torch.manual_seed(0)
    config = T5Config(
        **_SMALL_T5,
        num_decoder_layers=1,
        vocab_size=2,
        pad_token_id=0,
        eos_token_id=1,
        decoder_start_token_id=0,
        feed_forward_proj="relu",
        chronos_config={
            "context_length": 64,
            "prediction_length": 16,
            "input_patch_size": 8,
            "input_patch_stride": 8,
            "quantiles": _QUANTILES,
            "use_reg_token": True,
        },
        chronos_pipeline_class="ChronosBoltPipeline",
        architectures=["ChronosBoltModelForForecasting"],
    )
    ChronosBoltModelForForecasting(config).eval().save_pretrained(folder)


def write_toto2(folder: Path) -> None:
    from autogluon.timeseries.models.toto2._internal import Toto2Model
    from autogluon.timeseries.models.toto2._internal.configuration import Toto2ModelConfig

    torch.manual_seed(0)
    config = Toto2ModelConfig(
        patch_size=8,
        d_model=16,
        d_ff=32,
        num_heads=2,
        num_layers=2,
        layer_group_size=2,
        num_variate_layers_per_group=1,
        variate_layer_first=False,
        residual_mult=1.0,
        residual_attn_ratio=1.0,
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(asdict(config)), encoding="utf-8")
    weights = {
        name: value.clone().contiguous() for name, value in Toto2Model(config).state_dict().items()
    }
    save_file(weights, str(folder / "model.safetensors"))


def write_mitra(folder: Path, task: str = "CLASSIFICATION") -> None:
    from autogluon.tabular.models.mitra._internal.models.tab2d import Tab2D

    torch.manual_seed(0)
    model = Tab2D(
        dim=16,
        dim_output=10 if task == "CLASSIFICATION" else 1,
        n_layers=1,
        n_heads=2,
        task=task,
        use_pretrained_weights=False,
        path_to_weights="",
        device="cpu",
    )
    model.save_pretrained(str(folder))


WRITERS: Mapping[str, Callable[[Path], None]] = {
    "chronos-2-small": write_chronos2,
    "chronos-bolt-tiny": write_chronos_bolt,
    "Toto-2.0-4m": write_toto2,
    "mitra-classifier": write_mitra,
    "mitra-regressor": lambda folder: write_mitra(folder, "REGRESSION"),
}
"""The name of a repository -> what writes a checkpoint of its kind."""

if __name__ == "__main__":
    for own_name in sys.argv[2:]:
        WRITERS[own_name](Path(sys.argv[1]) / own_name)
