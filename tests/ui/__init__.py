"""Tests of the shared face: formats, tags, components, and what every template must keep to."""
