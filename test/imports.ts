import { type Expression, type ImportDeclaration, type Node, parseSync, Visitor } from "oxc-parser";

/** One import or re-export, as it stands in a file. */
export interface ImportSite {
  readonly specifier: string;
  /** From 1. */
  readonly line: number;
  /** Whether nothing of it is left at run time: `import type`, or names of types only. */
  readonly typeOnly: boolean;
}

/**
 * Every way in which a TypeScript file names another module: static and dynamic imports, re-exports, `import("…")` types
 * and `import x = require("…")`. Throws a `SyntaxError` where the file does not parse.
 */
export function importsOf(path: string, source: string): ImportSite[] {
  const { program, errors } = parseSync(path, source);
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0]?.message}`);
  const sites: ImportSite[] = [];
  const add = (node: Node, specifier: string, typeOnly: boolean): void => {
    sites.push({ specifier, line: source.slice(0, node.start).split("\n").length, typeOnly });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node, node.source.value, isTypeImport(node)),
    ExportAllDeclaration: (node) => add(node, node.source.value, node.exportKind === "type"),
    ExportNamedDeclaration(node) {
      if (node.source === null) return;
      const typeOnly = node.exportKind === "type" || allTypes(node.specifiers.map((one) => one.exportKind));
      add(node, node.source.value, typeOnly);
    },
    ImportExpression: (node) => add(node, textOf(node.source, source), false),
    TSImportType: (node) => add(node, node.source.value, true),
    TSExternalModuleReference: (node) => add(node, node.expression.value, false),
  }).visit(program);
  return sites;
}

function isTypeImport({ importKind, specifiers }: ImportDeclaration): boolean {
  if (importKind === "type") return true;
  return allTypes(specifiers.map((one) => (one.type === "ImportSpecifier" ? one.importKind : "value")));
}

/** No names at all is an import for its effects. */
function allTypes(kinds: readonly (string | undefined)[]): boolean {
  return kinds.length > 0 && kinds.every((kind) => kind === "type");
}

/** What a dynamic import asks for. One that is put together at run time is handed on as it stands. */
function textOf(expression: Expression, source: string): string {
  if (expression.type === "Literal" && typeof expression.value === "string") return expression.value;
  return source.slice(expression.start, expression.end);
}
