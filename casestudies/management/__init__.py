"""Commands of the case studies."""
