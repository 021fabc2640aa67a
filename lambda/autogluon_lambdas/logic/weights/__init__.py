"""Mirror pretrained weights into the artifact bucket, and find what is mirrored."""
