"""What stakeholders say: perspectives of organisations."""
