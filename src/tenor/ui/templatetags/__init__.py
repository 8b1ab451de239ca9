"""Template tags: the face of `ui.formats` and of the components."""
