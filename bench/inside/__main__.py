"""`python -m bench.inside MODULE VALUES`: run `measure` of a module, print what it gives as JSON."""

import importlib
import json
import sys

import django

django.setup()
measure = importlib.import_module(f"bench.inside.{sys.argv[1]}").measure
sys.stdout.write("\n" + json.dumps(measure(**json.loads(sys.argv[2]))) + "\n")
