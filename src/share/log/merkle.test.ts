import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { consistencyProof, inclusionProof, includes, isConsistent, leafHash, nodeHash, rootHash } from "./merkle.ts";
import type { NodeReader } from "./merkle.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** The definition of RFC 6962, section 2.1, word for word. */
function definedRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return createHash("sha256").digest();
  if (leaves.length === 1) return leafHash(leaves[0]!);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(definedRoot(leaves.slice(0, k)), definedRoot(leaves.slice(k)));
}

const leavesOf = (size: number): Uint8Array[] => Array.from({ length: size }, (_, i) => Buffer.from(`leaf ${i}`));
const nodesIn =
  (leaves: readonly Uint8Array[]): NodeReader =>
  async (level, index) =>
    definedRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));

/** As many leaves as the properties look at: all cases of a tree of four levels, and then some. */
const sizeMax = 40;
const trees = Array.from({ length: sizeMax + 1 }, (_, size) => {
  const leaves = leavesOf(size);
  return { size, leaves, node: nodesIn(leaves), root: definedRoot(leaves) };
});

describe("the Merkle tree", () => {
  // The leaves and roots with which implementations of Certificate Transparency are tested.
  it.each([
    [0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    [1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"],
    [2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    [3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"],
    [4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"],
    [5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"],
    [6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"],
    [7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"],
    [8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"],
  ])("of the first %i known leaves has the known root", async (size, root) => {
    const leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    const node = nodesIn(leaves.slice(0, size).map((leaf) => Buffer.from(leaf, "hex")));
    expect(hex(await rootHash(size, node))).toBe(root);
  });

  it("has the root of its definition, whatever its size", async () => {
    for (const { size, node, root } of trees) expect(hex(await rootHash(size, node))).toBe(hex(root));
  });

  it("proves each of its leaves, and no other, at no other place", async () => {
    for (const { size, leaves, node, root } of trees) {
      for (const [index, leaf] of leaves.entries()) {
        const proof = await inclusionProof(index, size, node);
        const holds = (at: number, bytes: Uint8Array): boolean => includes({ size, root }, at, leafHash(bytes), proof);
        expect(holds(index, leaf)).toBe(true);
        expect(holds(index, Buffer.from("another"))).toBe(false);
        expect(leaves.some((_, other) => other !== index && holds(other, leaf))).toBe(false);
        expect(holds(size, leaf)).toBe(false);
        expect(holds(-1, leaf)).toBe(false);
      }
    }
  });

  it("proves that it has only grown, for any two sizes", async () => {
    for (const to of trees) {
      for (const from of trees.slice(0, to.size + 1)) {
        const proof = from.size === 0 ? [] : await consistencyProof(from.size, to.size, to.node);
        expect(isConsistent(from, to, proof)).toBe(true);
        expect(isConsistent(to, from, proof)).toBe(from.size === to.size);
      }
    }
  });

  it("is not believed where a byte of a proof or of a root is another, or a hash is missing or too many", async () => {
    const size = fc.integer({ min: 1, max: sizeMax });
    await fc.assert(
      fc.asyncProperty(
        size,
        size,
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (a, b, place, byte, change) => {
          const [from, to] = [trees[Math.min(a, b)]!, trees[Math.max(a, b)]!];
          const index = place % to.size;
          const proofs = {
            included: await inclusionProof(index, to.size, to.node),
            grown: await consistencyProof(from.size, to.size, to.node),
          };
          const altered = (list: readonly Uint8Array[]): Uint8Array[] => {
            const copy = list.map((hash) => Uint8Array.from(hash));
            const hash = copy[place % copy.length];
            if (hash !== undefined) hash[byte % 32] = (hash[byte % 32] ?? 0) ^ change;
            return copy;
          };
          const root = altered([to.root])[0]!;
          const leaf = leafHash(to.leaves[index]!);
          const included = (list: readonly Uint8Array[], head = to.root): boolean =>
            includes({ size: to.size, root: head }, index, leaf, list);
          const grown = (list: readonly Uint8Array[], head = to.root): boolean =>
            isConsistent(from, { size: to.size, root: head }, list);
          expect(included(proofs.included, root)).toBe(false);
          expect(grown(proofs.grown, root)).toBe(false);
          expect(included([...proofs.included, root])).toBe(false);
          expect(grown([...proofs.grown, root])).toBe(false);
          const changed = {
            included: [altered(proofs.included), proofs.included.slice(1)],
            grown: [altered(proofs.grown), proofs.grown.slice(1)],
          };
          // A proof of no hash can't be changed.
          expect(changed.included.some((list) => included(list))).toBe(proofs.included.length === 0);
          expect(changed.grown.some((list) => grown(list))).toBe(proofs.grown.length === 0);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("has no proof of what it does not have", async () => {
    const { node } = trees[5]!;
    await expect(inclusionProof(5, 5, node)).rejects.toThrow(RangeError);
    await expect(consistencyProof(0, 5, node)).rejects.toThrow(RangeError);
    await expect(consistencyProof(6, 5, node)).rejects.toThrow(RangeError);
  });
});
