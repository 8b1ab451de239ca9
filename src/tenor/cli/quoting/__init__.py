"""The JSON format of `tenor quote`: what it reads, what it refuses to read, what it writes (docs/quote-format.md)."""
