"""Tests of how records are drafted, reviewed, published and restored."""
