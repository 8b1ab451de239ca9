"""Many at once on committed rows: what the lock, the leases and the constraints each are for."""
