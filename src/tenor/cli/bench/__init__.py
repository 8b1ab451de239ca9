"""`tenor bench`: how fast it is on this machine, against what this machine could do at best."""
