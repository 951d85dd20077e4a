"""Uses a TAXII server as the official client does. Arguments: the discovery's address, a name, a password. Input: two objects as JSON."""

import json
import sys

from taxii2client.v21 import Server, as_pages

url, name, password = sys.argv[1:]
objects = json.load(sys.stdin)
server = Server(url, user=name, password=password)
root = server.default
collection, inbox = root.collections
status = collection.add_objects({"objects": objects})
ids = [item["id"] for item in objects]
said = {
    "title": server.title,
    "roots": len(server.api_roots),
    "max_content_length": root.max_content_length,
    "collections": [[item.title, item.can_read, item.can_write] for item in (collection, inbox)],
    "status": [status.status, status.success_count, [item["id"] for item in status.successes]],
    "again": root.get_status(status.id).status,
    "pages": [page["objects"] for page in as_pages(collection.get_objects, per_request=1)],
    "manifest": [[item["id"] for item in page["objects"]] for page in as_pages(collection.get_manifest, per_request=1)],
    "typed": collection.get_objects(type=["indicator"])["objects"],
    "one": collection.get_object(ids[0])["objects"],
    "versions": collection.object_versions(ids[0])["versions"],
}
manifest = collection.get_manifest()["objects"]
said["after"] = collection.get_objects(added_after=manifest[0]["date_added"])["objects"]
collection.delete_object(ids[0])
said["left"] = collection.get_objects()["objects"]
try:
    inbox.get_objects()
except Exception as error:
    said["refused"] = type(error).__name__
print(json.dumps(said))
