"""Tests of who gets in, and of what is written down about it."""
