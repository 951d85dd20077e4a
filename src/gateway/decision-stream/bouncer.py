"""Runs CrowdSec's own client. For each address of input it pulls, and prints what it holds and would do as a line of JSON."""

import json
import sys

from pycrowdsec.client import QueryClient, StreamClient

url, key = sys.argv[1:]
stream = StreamClient(api_key=key, lapi_url=url)
query = QueryClient(api_key=key, lapi_url=url)
startup = "true"
for line in sys.stdin:
    address = line.strip()
    stream.cycle(startup)
    startup = "false"
    answer = {
        "held": stream.get_current_decisions(),
        "action": stream.get_action_for(address),
        "asked": [decision["type"] for decision in query.get_decisions_for(address) or []],
    }
    print(json.dumps(answer), flush=True)
