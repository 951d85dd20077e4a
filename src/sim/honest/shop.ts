import type { Random } from "../../kit/random.ts";
import { dayMs } from "../../kit/time-units.ts";
import type { Params } from "../../model/exchange.ts";
import { logNormal, sample, token, weighted } from "../draw.ts";
import type { SimAccount } from "../people/account.ts";
import { drawAddress, drawCountry, dynamicLease, fixedLease } from "../people/address.ts";
import { drawClient } from "../people/client.ts";
import { drawAnswer, drawHabits, drawVoice, type Habits } from "../people/habits.ts";
import { BUSINESS_KNOWN, openAccount, type SignUp } from "../people/signup.ts";
import { coinFirm, coinName } from "../text/coin.ts";
import { languagePack } from "../text/grammar.ts";
import type { Language } from "../text/language.ts";
import type { Topic, Voice } from "../text/texts.ts";
import { arrivals, drawRhythm } from "../traffic/arrivals.ts";
import type { Desk } from "../traffic/desk.ts";
import { TrafficSource } from "../traffic/source.ts";
import type { Answer, Task, Workload } from "../traffic/task.ts";
import { type Utterance, utterance } from "../traffic/wire.ts";
import type { World } from "../world.ts";
import type { Recipe } from "./recipe.ts";
import { type Form, FORMS, PRODUCTS } from "./shop-words.ts";

// Limits.
/** End users drawn behind one shop, however much it is used. */
const END_USERS_MAX = 400;

// Rates.
/** Chances of one text, two and three in a session. */
const TEXTS = weighted([
  [1, 0.45],
  [2, 0.33],
  [3, 0.22],
]);
const TEXTS_MEAN = 1.77;
/** Share of texts that did not please and are asked for again as they were. */
const AGAIN = 0.12;
/** Share of texts of which a change is asked for. */
const CHANGED = 0.03;

/** The maker's words, drawn once; the form's fields stand below them or alone. */
interface Template {
  readonly system: string | undefined;
  render(values: readonly string[]): string;
}

function drawTemplate(random: Random, form: Form, role: string, asSystem: boolean): Template {
  const instruction = [role, random.pick(form.orders), ...sample(random, form.rules, random.integer(2, 4))].join(" ");
  const fill = (values: readonly string[]): string =>
    form.fields.map((field, i) => `${field}: ${values[i] ?? ""}`).join("\n");
  return asSystem
    ? { system: instruction, render: fill }
    : { system: undefined, render: (values) => `${instruction}\n\n${fill(values)}` };
}

/** What all requests of a shop have in common. */
interface Shop {
  readonly form: Form;
  readonly language: Language;
  readonly params: Params;
  /** How long its texts become. */
  readonly habits: Habits;
  readonly showsEndUser: boolean;
  template(timeMs: number): Template;
  model(timeMs: number): string;
}

function drawShop(world: World, random: Random, language: Language): Shop {
  const forms = FORMS[random.pick(PRODUCTS)];
  const form = forms[language] ?? forms.en;
  const role = random.pick(form.roles);
  const asSystem = random.chance(0.6);
  const [first, second] = [
    drawTemplate(random, form, role, asSystem),
    drawTemplate(random, form, role, asSystem),
  ] as const;
  // Now and then its maker tries other words.
  const rewordedMs = random.chance(0.35) ? world.startMs + random.next() * world.days * dayMs : Infinity;
  const model = world.models.popular.draw(random);
  const { newcomer } = world.models;
  const movedMs = random.chance(0.3) ? newcomer.releasedMs + random.exponential(5 * dayMs) : Infinity;
  const habits = drawHabits(world, random, { language, codeShare: 0, turnsMean: 1, paramsChance: 0, outputMedian: 1 });
  return {
    form,
    language,
    params: { temperature: random.pick([0.7, 0.8, 0.9, 1]), max_tokens: random.pick([1_200, 1_500, 2_000, 3_000]) },
    habits: { ...habits, outputMedian: logNormal(random, 620, 0.25), outputSigma: 0.3 },
    showsEndUser: random.chance(0.35),
    template: (timeMs) => (timeMs < rewordedMs ? first : second),
    model: (timeMs) => (timeMs >= movedMs ? newcomer.model : model),
  };
}

/** Somebody who comes for texts, with the papers that he brings. */
interface EndUser {
  readonly random: Random;
  readonly id: string | undefined;
  readonly voice: Voice;
  topic: Topic;
  /** A brand, a CV, a portrait: mostly the same the next time. */
  papers: string;
}

function drawEndUser(world: World, random: Random, shop: Shop): EndUser {
  const topic = random.pick(world.topics.spoken(shop.language));
  return {
    random,
    id: shop.showsEndUser ? `u${token(random, 7)}` : undefined,
    voice: drawVoice(random, shop.language),
    topic,
    papers: drawPapers(world, random, shop, topic),
  };
}

function drawPapers(world: World, random: Random, { language }: Shop, topic: Topic): string {
  return `${coinName(languagePack(language), random)}. ${world.texts.passage(topic, random, random.integer(1, 6))}`;
}

/** A visit: one to three texts on one subject within minutes, some of them asked for twice, hardly one talked about. */
function visit(world: World, shop: Shop, user: EndUser, timeMs: number): Task {
  const { random } = user;
  const { system, render } = shop.template(timeMs);
  const model = shop.model(timeMs);
  const steps = Array.from({ length: TEXTS.draw(random) }, () => [
    "text" as const,
    ...(random.chance(AGAIN) ? ["again" as const] : []),
    ...(random.chance(CHANGED) ? ["change" as const] : []),
  ]).flat();
  let done = 0;
  let request: readonly Utterance[] = [];
  let last: Answer | undefined;
  const ask = (): Utterance =>
    utterance(
      "user",
      render([
        user.papers,
        world.texts.passage(user.topic, random, random.integer(1, 5)),
        random.pick(shop.form.manners),
      ]),
    );
  return {
    frame: { model, system, params: shop.params, endUser: user.id },
    // Who is not pleased reads no further; the next form takes a while to fill in.
    gapMs: () => (steps[done] === "text" ? 25_000 + random.exponential(100_000) : 8_000 + random.exponential(25_000)),
    next() {
      const step = steps[done++];
      if (step === undefined) return undefined;
      if (step === "text") request = [ask()];
      const messages =
        step === "change"
          ? [
              ...request,
              utterance("assistant", last?.text ?? ""),
              utterance("user", world.texts.followUp(user.topic, user.voice, random)),
            ]
          : request;
      last = drawAnswer(world, random, shop.habits, model, longReply(world, random, user.topic));
      return { messages, answer: last };
    },
  };
}

/** A stand-in for a page of text. */
function longReply(world: World, random: Random, topic: Topic): string {
  return Array.from({ length: random.integer(3, 6) }, () => world.texts.reply(topic, random)).join("\n\n");
}

/** All end users of a shop: some come every other day, most once. */
function shopWorkload(world: World, random: Random, shop: Shop, load: number): Workload {
  const size = Math.max(6, Math.min(END_USERS_MAX, Math.round(load / 5)));
  const users = weighted(
    Array.from({ length: size }, (_, rank) => [
      drawEndUser(world, random.fork(`user/${rank}`), shop),
      1 / (rank + 1) ** 0.9,
    ]),
  );
  return {
    callsMean: TEXTS_MEAN * (1 + AGAIN + CHANGED),
    begin(timeMs) {
      const user = users.draw(random);
      if (random.chance(0.3)) {
        user.topic = random.pick(world.topics.spoken(shop.language));
        user.papers = drawPapers(world, random, shop, user.topic);
      }
      return visit(world, shop, user, timeMs);
    },
  };
}

/** The founder's keys: any of them for each request, or one until it is refused. */
function keyPool(random: Random, accounts: readonly SimAccount[]): Desk {
  if (random.chance(0.6)) return { seat: () => random.pick(accounts), keep: () => random.pick(accounts) };
  let current = 0;
  const seat = (): SimAccount | undefined => accounts[current];
  return {
    seat,
    keep(_account, _timeMs, failed) {
      if (failed) current = (current + 1) % accounts.length;
      return seat();
    },
  };
}

/** What a founder gives when he opens one more account: mostly what is at hand; some name the firm each time. */
function founder(world: World, random: Random, country: string): (createdMs: number) => SignUp["shared"] {
  const home = dynamicLease(random, world.internet.network("home", country, random), 0.02);
  const device = `dev-${token(random, 14)}`;
  const phones = [`tel-${token(random, 10)}`, `tel-${token(random, 10)}`];
  const cards = Array.from({ length: random.integer(1, 3) }, () => `pay-${token(random, 12)}`);
  const domain = random.chance(0.4) ? `${token(random, 8)}.app` : undefined;
  const firm = random.fork("firm");
  const organization = firm.chance(0.3) ? coinFirm(firm) : undefined;
  return (createdMs) => ({
    country,
    signup_ip: home(createdMs).ip,
    payment: random.pick(cards),
    ...(random.chance(0.75) ? { device } : {}),
    ...(random.chance(0.6) ? { phone: random.pick(phones) } : {}),
    ...(domain === undefined ? {} : { email_domain: domain }),
    ...(organization === undefined ? {} : { organization }),
  });
}

/** A small product that writes texts for consumers, over some accounts that its founder opened one after the other to have more quota. */
export const WRITING_SHOP: Recipe = {
  name: "writing-shop",
  size: [3, 8],
  load: 9,
  sigma: 0.3,
  build(world, random, loads) {
    const { code, zone, language } = drawCountry(random);
    const shop = drawShop(world, random, language);
    const signUp = founder(world, random, code);
    const hosting = world.internet.network("hosting", code, random);
    const leases = Array.from({ length: random.integer(1, 3) }, () => fixedLease(drawAddress(hosting, random)));
    const clients = [drawClient(random, "library")];
    // As the product grew, over months.
    let createdMs = world.startMs - logNormal(random, 150, 0.6) * dayMs;
    const accounts = loads.map(() => {
      const account = openAccount(random, {
        truth: { label: "honest", class: "writing-shop" },
        createdMs,
        leases,
        clients,
        known: BUSINESS_KNOWN,
        shared: signUp(createdMs),
        plan: random.pick(["pay-as-you-go", "build"]),
        verifiedChance: 0.4,
      });
      createdMs += random.next() * 0.5 * (world.startMs - createdMs);
      return account;
    });
    const load = loads.reduce((sum, own) => sum + own, 0);
    const workload = shopWorkload(world, random, shop, load);
    const source = new TrafficSource({
      random,
      starts: arrivals({
        random,
        startMs: world.startMs,
        endMs: world.endMs,
        perDay: load / workload.callsMean / world.days,
        rhythm: drawRhythm(random, "person", zone),
        burst: 0.3 + random.next() * 0.3,
      }),
      workload,
      desk: keyPool(random, accounts),
      failureChance: 0.025,
      endMs: world.endMs,
    });
    return { accounts, sources: [source] };
  },
};
