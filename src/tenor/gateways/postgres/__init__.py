"""PostgreSQL itself: the embedded server, its roles, its databases."""
