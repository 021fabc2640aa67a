"""Write the report of a multimodal training job."""
