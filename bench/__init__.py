"""The benchmark: this portal beside what a user would pick instead, on the same data, in one run.

`make bench` runs it; docs/performance.md says how to read it. The modules here need no Django: they
prepare databases, start servers and tell results. What runs inside of Django stands in `inside/`,
the other engines in `peers/`, and the project for the floor of the page measurements in `minimal/`.
"""
