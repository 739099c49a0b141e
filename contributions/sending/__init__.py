"""How a contribution is sent in, followed, corrected and withdrawn, without an account."""
