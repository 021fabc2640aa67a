"""Define settings of one's own code: scripts, images and packed folders."""
