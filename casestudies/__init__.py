"""The source side: case studies and all that a case is made of."""
