"""Networks of jobs and endpoints: where they are placed, and a VPC of their own."""
