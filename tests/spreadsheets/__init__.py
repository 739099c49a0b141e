"""Tests of records in and out of spreadsheets."""
