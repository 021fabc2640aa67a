"""Start, find and stop the embedded AWSs of this machine, which are processes of their own."""
