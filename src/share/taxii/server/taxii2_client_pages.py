"""Pages, waits and is refused as the official client is. Arguments: the discovery's address, a name, a password. Input: objects as JSON."""

import json
import sys
from datetime import datetime

from taxii2client import v20
from taxii2client.v21 import Server, as_pages

url, name, password = sys.argv[1:]
objects = json.load(sys.stdin)
server = Server(url, user=name, password=password)
root = server.default
collection = root.collections[0]


def ids(pages, key="id"):
    return [[item[key] for item in page["objects"]] for page in pages]


def refused(ask):
    try:
        ask()
    except Exception as error:
        response = getattr(error, "response", None)
        return [type(error).__name__, None if response is None else response.status_code]
    return None


pending = collection.add_objects({"objects": objects}, wait_for_completion=False)
first = [pending.status, pending.success_count, pending.pending_count]
pending.wait_until_final(poll_interval=0.05)
said = {
    "pending": first,
    "final": [pending.status, pending.success_count, pending.failure_count, pending.pending_count, pending.pendings],
    "complete": bool(root.get_status(pending.id)),
    "pages": ids(as_pages(collection.get_objects, per_request=250)),
    # As many as the server likes.
    "all": ids(as_pages(collection.get_objects)),
    "manifest": ids(as_pages(collection.get_manifest, per_request=250)),
    "typed": ids(as_pages(collection.get_objects, per_request=1, type=["campaign"])),
}
manifest = collection.get_manifest(limit=3)["objects"]
added = datetime.strptime(manifest[1]["date_added"], "%Y-%m-%dT%H:%M:%S.%fZ")
said["after"] = ids(as_pages(collection.get_objects, per_request=250, added_after=added))
last = objects[-1]
said["exact"] = ids([collection.get_object(last["id"], version=last["modified"])])
collection.delete_object(last["id"])
said["gone"] = refused(lambda: collection.get_object(last["id"]))
said["password"] = refused(lambda: Server(url, user=name, password="wrong").title)
said["nobody"] = refused(lambda: Server(url).title)
said["older"] = refused(lambda: v20.Server(url, user=name, password=password).title)
said["type"] = refused(lambda: collection.add_objects({"objects": objects[:1]}, content_type="application/json"))
said["filter"] = refused(lambda: collection.get_objects(version=["all", "last"]))
print(json.dumps(said))
