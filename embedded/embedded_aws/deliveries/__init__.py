"""What rules, schedules, alarms and notifications share: times, and ways to reach a target."""
