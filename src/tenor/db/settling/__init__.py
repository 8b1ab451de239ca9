"""Many renewals that were paid at once: read in one query, written in a dozen statements, whatever their number."""
