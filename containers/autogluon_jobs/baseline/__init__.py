"""Count columns, so that later rows can be compared with those of training."""
