"""Turn the channels of a job into series: columns, times, one frequency."""
