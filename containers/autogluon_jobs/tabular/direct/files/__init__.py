"""The direct path's files in the artifact: layout, checksums, versions."""
