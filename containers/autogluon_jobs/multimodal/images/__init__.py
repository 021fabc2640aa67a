"""Read the images of a job and of requests, and say which of them cannot be read."""
