"""Complete a job's page with what is known only after the job."""
