"""Updates of endpoints that move the traffic in steps, and roll back by alarms."""
