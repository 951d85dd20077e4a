"""Reads a collection as MISP would: OASIS's client, then MISP's converter. Arguments: the API root, a collection, a name, a password."""

import json
import sys

from misp_stix_converter import ExternalSTIX2toMISPParser
from stix2 import parse
from taxii2client.v21 import ApiRoot, as_pages

url, collection_id, name, password = sys.argv[1:]
root = ApiRoot(url, user=name, password=password)
collection = next(item for item in root.collections if item.id == collection_id)
objects = [item for page in as_pages(collection.get_objects, per_request=10) for item in page["objects"]]
bundle = {"type": "bundle", "id": "bundle--00000000-0000-4000-8000-000000000001", "objects": objects}
parser = ExternalSTIX2toMISPParser()
parser.load_stix_bundle(parse(bundle, allow_custom=True))
parser.parse_stix_bundle(single_event=True)
event = parser.misp_event
said = {
    "rights": [collection.can_read, collection.can_write],
    "tags": [tag.name for tag in event.tags],
    "galaxies": {galaxy.name: [cluster.value for cluster in galaxy.clusters] for galaxy in event.galaxies},
    "patterns": [
        attribute.value
        for item in event.objects
        for attribute in item.attributes
        if attribute.object_relation == "stix2-pattern"
    ],
    "errors": [error for errors in parser.errors.values() for error in errors],
}
print(json.dumps(said))
