/** TAXII 2.1, 1.6.8.1. */
export const TAXII_MEDIA_TYPE = "application/taxii+json;version=2.1";
export const STIX_MEDIA_TYPE = "application/stix+json;version=2.1";

/** Whether a request with this `Accept` header can be answered in TAXII 2.1. Without a version it means the latest that we have. */
export function acceptsTaxii(accept: string | undefined): boolean {
  return accept === undefined || accept.split(",").some((range) => isTaxii(range, true));
}

/** Whether a body with this `Content-Type` is TAXII 2.1. */
export function isTaxiiContent(contentType: string | undefined): boolean {
  return contentType !== undefined && isTaxii(contentType, false);
}

function isTaxii(text: string, wildcards: boolean): boolean {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const named = new Map(parameters.map((parameter) => pair(parameter)));
  // RFC 9110, 12.4.2: a weight of zero means "not this".
  if (wildcards && Number(named.get("q") ?? 1) === 0) return false;
  if (wildcards && (type === "*/*" || type === "application/*")) return true;
  return type === "application/taxii+json" && (named.get("version") ?? "2.1") === "2.1";
}

function pair(parameter: string): [string, string] {
  const [name = "", value = ""] = parameter.split("=", 2);
  return [name.trim(), value.trim().replace(/^"(.*)"$/, "$1")];
}
