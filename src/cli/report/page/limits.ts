/** What one page holds at most. Each limit that bites is said on the page; the files beside it have everything. */
export const PAGE_LIMITS = Object.freeze({
  /** Drawn in full: those with the most exchanges. */
  campaignsInFullMax: 20,
  /** Rows of the table at the top. */
  campaignsListedMax: 500,
  /** Rows of a campaign's table: the busiest accounts. */
  membersListedMax: 200,
  graphNodesMax: 150,
  /** Bars of the load chart; more accounts are put together in equal groups. */
  loadBarsMax: 140,
  /** Bars of a timeline; a longer one has bars of several days. */
  timelineBarsMax: 180,
  releasesMarkedMax: 8,
  dotsMax: 420,
  nameCharactersMax: 48,
  sentenceCharactersMax: 600,
  /** Per campaign, strongest first. */
  evidenceShownMax: 24,
});
