"""Tests of following by e-mail."""
