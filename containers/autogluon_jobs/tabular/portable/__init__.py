"""Score rows outside of a container: what `agcdk pull --portable` packs."""
