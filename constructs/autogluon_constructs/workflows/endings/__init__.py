"""What follows when an execution ends: reports, alarms, clean-up."""
