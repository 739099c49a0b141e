"""The safety of the desk: who may sign in, the second factor, sessions, and the audit log."""
