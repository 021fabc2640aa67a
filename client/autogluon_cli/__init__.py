"""`agcdk`: the command line over `autogluon_client`, on AWS and on the embedded AWS alike."""
