"""The core: pure functions over frozen values, the standard library only. No clock, no I/O, no float, no Django."""
