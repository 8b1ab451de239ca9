"""The pages that show; each file one page."""
