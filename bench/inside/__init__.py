"""What is measured inside of a process with Django set up; see `bench.processes.inside`."""
