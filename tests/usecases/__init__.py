"""Every write, against PostgreSQL and a real sandbox process."""
