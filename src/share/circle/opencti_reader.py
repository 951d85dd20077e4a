"""Takes a bundle on standard input apart, as an OpenCTI worker does before it imports the pieces one by one; prints which types go on and which don't."""

import json
import sys

from pycti import OpenCTIStix2Splitter

expected, left, pieces = OpenCTIStix2Splitter().split_bundle_with_expectations(sys.stdin.read())
taken = [item for piece in pieces for item in json.loads(piece)["objects"]]
assert expected == len(taken)
print(json.dumps({"taken": [item["type"] for item in taken], "left": [item["type"] for item in left]}))
