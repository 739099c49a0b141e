"""Dialogues: a call for input with a question, an end and a report.

A convenor asks, anybody answers without an account, and after the end everybody reads what was
asked, what was said by whom, who has not spoken, and what was done about it.
"""
