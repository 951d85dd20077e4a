// @ts-check
import sodium from "libsodium-wrappers-sumo";

/**
 * What libsodium computes in, as of now: it grows. The types of the wrappers leave it out.
 * @returns {Uint8Array}
 */
export function libsodiumHeap() {
  if ("libsodium" in sodium && isModule(sodium.libsodium)) return sodium.libsodium.HEAPU8;
  throw new TypeError("libsodium shows no heap");
}

/**
 * @param {unknown} value
 * @returns {value is { readonly HEAPU8: Uint8Array }}
 */
function isModule(value) {
  return typeof value === "object" && value !== null && "HEAPU8" in value && value.HEAPU8 instanceof Uint8Array;
}
