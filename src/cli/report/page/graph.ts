import type { Campaign } from "../../../model/report.ts";
import { count, counted, listed, share } from "../words.ts";
import { forceLayout, type Point } from "./force.ts";
import { PAGE_LIMITS } from "./limits.ts";
import { clip, html, type Markup } from "./markup.ts";

const WIDTH = 640;
const HEIGHT = 470;
const MARGIN = 16;
/** With fewer nodes each is drawn larger. */
const NODES_UNZOOMED = 90;
/** Kinds of link with a colour and a dash of their own; the rest share one. */
const KINDS_TOLD_APART_MAX = 3;

interface Link {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  readonly via: string;
}

interface Graph {
  readonly accounts: readonly string[];
  readonly links: readonly Link[];
  /** Most frequent first. */
  readonly kinds: readonly { readonly via: string; readonly links: number }[];
}

/** Who stands next to whom, and why: the strongest links among at most 150 accounts. */
export function graphFigure(campaign: Campaign, id: string): Markup {
  const graph = select(campaign);
  const title = "What ties the accounts together";
  const told = graph.kinds.slice(0, KINDS_TOLD_APART_MAX).map(({ via, links }) => `${clip(via, 40)} (${count(links)})`);
  const sentence =
    graph.links.length === 0
      ? "No pair of accounts shares anything rare: what gives them away is how alike they are as a group."
      : `${counted(graph.links.length, "strong link")} between ${counted(graph.accounts.length, "account")}, by ${listed(told)}.`;
  return html`<figure class="graph">
    <figcaption>
      <h3>${title}</h3>
      <p>${sentence}</p>
    </figcaption>
    ${draw(graph, campaign, `${id}-graph`, title, sentence)} ${legend(graph)}
    ${
      graph.accounts.length < campaign.accounts.length
        ? html`<p class="limit">
            ${count(graph.accounts.length)} of ${count(campaign.accounts.length)} accounts drawn: those with the
            strongest links.
          </p>`
        : null
    }
  </figure>`;
}

function select({ accounts, links }: Campaign): Graph {
  const members = new Set(accounts);
  const inside = links
    .filter(({ from, to }) => from !== to && members.has(from) && members.has(to))
    .sort((a, b) => b.weight - a.weight);
  // Strongest first, so that where not all fit in, each account drawn stands beside one that it is tied to.
  const drawn = new Set<string>();
  for (const { from, to } of inside) {
    const added = Number(!drawn.has(from)) + Number(!drawn.has(to));
    if (drawn.size + added <= PAGE_LIMITS.graphNodesMax) drawn.add(from).add(to);
  }
  if (accounts.length <= PAGE_LIMITS.graphNodesMax) for (const account of accounts) drawn.add(account);
  const place = new Map([...drawn].map((account, i) => [account, i]));
  const kept = inside.flatMap(({ from, to, weight, via }) => {
    const [a, b] = [place.get(from), place.get(to)];
    return a === undefined || b === undefined ? [] : [{ from: a, to: b, weight, via }];
  });
  const counts = new Map<string, number>();
  for (const { via } of kept) counts.set(via, (counts.get(via) ?? 0) + 1);
  const kinds = [...counts].map(([via, number]) => ({ via, links: number }));
  kinds.sort((a, b) => b.links - a.links || (a.via < b.via ? -1 : 1));
  return { accounts: [...drawn], links: kept, kinds };
}

function draw(graph: Graph, { loads }: Campaign, id: string, title: string, sentence: string): Markup {
  const points = forceLayout(graph.accounts.length, graph.links, {
    width: WIDTH,
    height: HEIGHT,
    margin: MARGIN,
  });
  const load = new Map(loads.map((item) => [item.account, item]));
  const most = loads.reduce((max, { exchanges }) => Math.max(max, exchanges), 1);
  const heaviest = Math.max(1e-9, ...graph.links.map(({ weight }) => weight));
  const degree = graph.accounts.map(() => 0);
  for (const { from, to } of graph.links) {
    degree[from]!++;
    degree[to]!++;
  }
  const zoom = Math.min(2.2, Math.max(1, Math.sqrt(NODES_UNZOOMED / graph.accounts.length)));
  const nodes = graph.accounts.map((account, i) => {
    const { exchanges = 0, harvest = 0 } = load.get(account) ?? {};
    const tip = `${clip(account, PAGE_LIMITS.nameCharactersMax)}: ${counted(exchanges, "exchange")}, ${share(Math.min(harvest, exchanges), exchanges)} shared work, ${counted(degree[i]!, "link")}`;
    const mostly = exchanges > 0 && harvest / exchanges < 0.5 ? "node-mixed" : "node";
    return html`<circle
      class="${mostly}"
      data-node="${i}"
      data-tip="${tip}"
      cx="${points[i]!.x}"
      cy="${points[i]!.y}"
      r="${zoom * (2.5 + 4 * Math.sqrt(exchanges / most))}"
    />`;
  });
  return html`<svg class="network" role="img" aria-labelledby="${id}-title ${id}-text" viewBox="0 0 ${WIDTH} ${HEIGHT}">
    <title id="${id}-title">${title}</title>
    <desc id="${id}-text">${sentence}</desc>
    <g>${graph.links.map((link) => drawLink(link, points, kindOf(graph, link.via), link.weight / heaviest))}</g>
    <g>${nodes}</g>
  </svg>`;
}

function drawLink({ from, to }: Link, points: readonly Point[], kind: number, weight: number): Markup {
  const [a, b] = [points[from]!, points[to]!];
  const band = weight > 0.66 ? 3 : weight > 0.33 ? 2 : 1;
  return html`<path
    class="link link-${kind} weight-${band}"
    data-ends="${from} ${to}"
    d="M${a.x} ${a.y}L${b.x} ${b.y}"
  />`;
}

function kindOf({ kinds }: Graph, via: string): number {
  const rank = kinds.findIndex((kind) => kind.via === via);
  return Math.min(rank, KINDS_TOLD_APART_MAX);
}

function legend({ kinds }: Graph): Markup | null {
  if (kinds.length === 0) return null;
  const shown = kinds.slice(0, KINDS_TOLD_APART_MAX).map(({ via }) => clip(via, 40));
  if (kinds.length > KINDS_TOLD_APART_MAX) shown.push("other");
  return html`<p class="legend">
    ${shown.map(
      (name, i) =>
        html`<svg class="key-line" aria-hidden="true" width="26" height="8">
            <path class="link link-${i} weight-3" d="M1 4L25 4" /></svg
          ><bdi>${name}</bdi> `,
    )}<span class="legend-note">Larger dots: more exchanges. Hollow: mostly other traffic.</span>
  </p>`;
}
