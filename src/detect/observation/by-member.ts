interface MemberRow {
  readonly candidate: number;
  readonly account_index: number;
}

/** Rows by candidate, and by the account's index within it; of several for one member the last. */
export async function byMember<Row extends MemberRow>(
  rows: AsyncIterable<Row>,
): Promise<ReadonlyMap<number, ReadonlyMap<number, Row>>> {
  const byCandidate = new Map<number, Map<number, Row>>();
  for await (const row of rows) {
    const members = byCandidate.get(row.candidate) ?? new Map<number, Row>();
    members.set(row.account_index, row);
    byCandidate.set(row.candidate, members);
  }
  return byCandidate;
}
