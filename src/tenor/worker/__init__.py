"""The work in the background: duties that claim rows of the domain's own tables (docs/adr 3)."""
