"""Commands of the contributions."""
