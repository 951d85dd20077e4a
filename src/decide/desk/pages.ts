import type { Page, PageRequest } from "../../store/state/page.ts";

/** All rows of a list. For lists that are bounded by what they are about: a campaign, what people granted, what waits. */
export async function readPages<Row>(read: (page: PageRequest) => Promise<Page<Row>>): Promise<Row[]> {
  const rows: Row[] = [];
  let page = await read({});
  rows.push(...page.rows);
  while (page.next !== null) {
    page = await read({ after: page.next });
    rows.push(...page.rows);
  }
  return rows;
}
