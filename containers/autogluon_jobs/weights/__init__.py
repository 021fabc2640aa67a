"""Mirror pretrained weights, and verify those that a job has mounted."""
