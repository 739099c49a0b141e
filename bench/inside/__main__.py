"""`python -m bench.inside MODULE VALUES`: run a module's `measure`, print its result as JSON."""

import importlib
import json
import sys

import django

django.setup()
measure = importlib.import_module(f"bench.inside.{sys.argv[1]}").measure
sys.stdout.write("\n" + json.dumps(measure(**json.loads(sys.argv[2]))) + "\n")
