"""Write checkpoints with random weights, as small as the libraries' real loading code takes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import timm
import torch
from transformers import BertConfig, BertModel, BertTokenizerFast

_WORDS = "good bad great awful nice dull broken works never again love hate fine the a was is not"
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def write_tiny_bert(folder: Path) -> None:
    """Write a BERT of two layers: weights, configuration, tokenizer and its vocabulary."""
    folder.mkdir(parents=True)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces = [*special, *_WORDS.split(), *_LETTERS]
    pieces += [f"##{letter}" for letter in _LETTERS]
    words = folder / "vocab.txt"
    words.write_text("\n".join(dict.fromkeys(pieces)), encoding="utf-8")
    BertTokenizerFast(vocab_file=str(words), model_max_length=64).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(dict.fromkeys(pieces)),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder)


def write_tiny_timm(folder: Path) -> None:
    """Write a small convolutional network as AutoGluon reads it: without its classifier."""
    folder.mkdir(parents=True)
    torch.manual_seed(0)
    network = timm.create_model("lcnet_035", pretrained=False, num_classes=0)
    torch.save(network.state_dict(), folder / "pytorch_model.bin")
    plain = (str, int, float, bool, list, tuple)
    settings = {k: v for k, v in network.pretrained_cfg.items() if isinstance(v, plain)}
    document = {
        "architecture": "lcnet_035",
        "num_features": network.num_features,
        "pretrained_cfg": {**settings, "input_size": (3, 64, 64)},
    }
    (folder / "config.json").write_text(json.dumps(document), encoding="utf-8")


def write_tiny_sam(folder: Path) -> None:
    """Write a Segment Anything Model of two layers, for squares of 64 pixels."""
    from transformers import (
        SamConfig,
        SamMaskDecoderConfig,
        SamModel,
        SamPromptEncoderConfig,
        SamVisionConfig,
    )

    torch.manual_seed(0)
    vision = SamVisionConfig(
        hidden_size=32, output_channels=16, num_hidden_layers=2, num_attention_heads=2,
        image_size=64, patch_size=8, mlp_dim=64, window_size=4, global_attn_indexes=[1],
        num_pos_feats=8,
    )  # fmt: skip
    prompts = SamPromptEncoderConfig(
        hidden_size=16, image_size=64, patch_size=8, mask_input_channels=4
    )
    decoder = SamMaskDecoderConfig(
        hidden_size=16, mlp_dim=32, num_hidden_layers=2, num_attention_heads=2,
        iou_head_hidden_dim=16,
    )  # fmt: skip
    config = SamConfig(
        vision_config=vision.to_dict(),
        prompt_encoder_config=prompts.to_dict(),
        mask_decoder_config=decoder.to_dict(),
    )
    SamModel(config).save_pretrained(folder)


if __name__ == "__main__":
    write_tiny_bert(Path(sys.argv[1]) / "tiny-bert")
    write_tiny_timm(Path(sys.argv[1]) / "tiny-timm")
    write_tiny_sam(Path(sys.argv[1]) / "tiny-sam")
