"""Mirror pretrained weights into the artifact bucket."""
