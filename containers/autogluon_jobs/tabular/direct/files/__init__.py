"""Lay out the direct path's files in the artifact."""
