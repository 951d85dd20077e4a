import type { Random } from "../../kit/random.ts";
import { dayMs } from "../../kit/time-units.ts";
import type { Params } from "../../model/exchange.ts";
import { dirichlet, logNormal, sample, token, weighted } from "../draw.ts";
import { drawAddress, drawCountry, fixedLease, type Lease } from "../people/address.ts";
import { type Client, drawClient } from "../people/client.ts";
import { drawAnswer, drawHabits } from "../people/habits.ts";
import { BUSINESS_KNOWN, openAccount, type SignUp } from "../people/signup.ts";
import { coinName } from "../text/coin.ts";
import { languagePack } from "../text/grammar.ts";
import { type Language, list } from "../text/language.ts";
import { ownDesk } from "../traffic/desk.ts";
import { dialogue, type Workload } from "../traffic/task.ts";
import { utterance } from "../traffic/wire.ts";
import type { World } from "../world.ts";
import { together } from "./recipe.ts";
import type { Recipe } from "./recipe.ts";
import { steadySource } from "./steady-source.ts";

/** The work that a vendor's product does, by trade and language. */
const WORK: Record<Trade, Partial<Record<Language, readonly string[]>> & { readonly en: readonly string[] }> = {
  hospital: {
    en: list(`
      Draft the discharge letter from these notes.
      Summarise the record for the ward round, the newest findings first.
      List diagnoses and procedures with their codes, and quote the line for each.
      Explain the finding to the patient in plain words.
      Write the handover for the night shift.
      Check the list of medicines for doubles and gaps.`),
    de: list(`
      Entwirf aus den Notizen den Entlassbrief.
      Fasse die Akte für die Visite zusammen, das Neueste zuerst.
      Liste Diagnosen und Prozeduren mit ihren Schlüsseln auf und belege sie.
      Erkläre den Befund so, dass der Patient ihn versteht.
      Schreibe die Übergabe für die Nachtschicht.`),
    es: list(`
      Redacta el informe de alta a partir de estas notas.
      Resume la historia para el pase de visita, lo más nuevo primero.
      Enumera diagnósticos y procedimientos con su código.
      Explica el hallazgo al paciente con palabras sencillas.`),
    zh: list(`
      根据记录起草出院小结。
      为查房概括病历，先写最新结果。
      列出诊断和操作及其编码，并注明依据。
      用通俗的话向患者解释检查结果。`),
  },
  law: {
    en: list(`
      Summarise the filing and list every deadline in it.
      Extract the parties, amounts and governing clauses as JSON.
      Draft a reply to the other side, firm and polite.
      Compare the clause with our standard and name what differs.
      Explain the contract to a client without legal training.
      Write the entry for the time sheet.`),
    de: list(`
      Fasse den Schriftsatz zusammen und nenne jede Frist.
      Ziehe Parteien, Beträge und Klauseln als JSON heraus.
      Entwirf eine Antwort an die Gegenseite, bestimmt und höflich.
      Vergleiche die Klausel mit unserem Muster.`),
    es: list(`
      Resume el escrito y señala todos los plazos.
      Extrae partes, importes y cláusulas en JSON.
      Redacta una respuesta a la otra parte, firme y cortés.
      Compara la cláusula con nuestro modelo.`),
    zh: list(`
      概括诉状并列出全部期限。
      以JSON提取当事人、金额和条款。
      起草给对方的回函，坚定而有礼。
      把条款与我方范本比较并指出差异。`),
  },
};
type Trade = "hospital" | "law";

/** A product that a vendor installed at every department of a group. */
interface Product {
  readonly prompts: readonly (readonly [(timeMs: number) => string, Params])[];
  readonly client: Client;
  model(timeMs: number): string;
  readonly showsEndUser: boolean;
}

function drawProduct(world: World, random: Random, trade: Trade, language: Language): Product {
  const name = coinName(languagePack("en"), random);
  const build = random.integer(20, 400);
  // An update reaches all departments in the same hour.
  const updatedMs = world.startMs + random.next() * 2 * world.days * dayMs;
  const model = world.models.popular.draw(random);
  const { newcomer } = world.models;
  const movedMs = random.chance(0.4) ? newcomer.releasedMs + random.exponential(2 * dayMs) : Infinity;
  const manner = random.pick(["Cite the page.", "Never guess.", "House style B.", "No names of third parties.", ""]);
  return {
    prompts: sample(random, WORK[trade][language] ?? WORK[trade].en, random.integer(3, 5)).map((order) => [
      (timeMs) => `${name}, build ${timeMs < updatedMs ? build : build + 1}. ${order} ${manner}`.trim(),
      { temperature: random.pick([0, 0.1, 0.2, 0.4]), max_tokens: random.pick([600, 1_000, 2_000]) },
    ]),
    client: { ...drawClient(random, "library"), userAgent: `${name.replaceAll(" ", "")}-client/${build}` },
    model: (timeMs) => (timeMs >= movedMs ? newcomer.model : model),
    showsEndUser: random.chance(0.4),
  };
}

/** One department's own cases, in its own mixture of the product's work. */
function departmentWorkload(world: World, random: Random, product: Product, language: Language): Workload {
  const habits = drawHabits(world, random, {
    language,
    codeShare: 0,
    turnsMean: 1.2,
    paramsChance: 0,
    outputMedian: 260,
  });
  const shares = dirichlet(random, product.prompts.length, 0.6);
  const work = weighted(product.prompts.map((prompt, i) => [prompt, shares[i] ?? 0]));
  const staff = Array.from({ length: random.integer(3, 30) }, () => `u-${token(random, 6)}`);
  return {
    callsMean: 1.2,
    begin(timeMs) {
      const [system, params] = work.draw(random);
      const model = product.model(timeMs);
      const topic = habits.interests.draw(random);
      const frame = {
        model,
        system: system(timeMs),
        params,
        endUser: product.showsEndUser ? random.pick(staff) : undefined,
      };
      const turn = (index: number) =>
        utterance(
          "user",
          index === 0
            ? `[${token(random, 7)}]\n${world.texts.passage(topic, random, random.integer(4, 16))}`
            : world.texts.followUp(topic, habits.voice, random),
        );
      return dialogue(
        frame,
        random.chance(0.2) ? 2 : 1,
        turn,
        () => drawAnswer(world, random, habits, model, world.texts.reply(topic, random)),
        () => 5_000 + random.exponential(habits.thinkMeanMs),
      );
    },
  };
}

/** What the group's purchasing and its network gave to the departments. */
interface House {
  readonly sites: readonly Lease[];
  readonly shared: SignUp["shared"];
  /** A card of the purchasing office; some departments pay with their own. */
  readonly payment: string | undefined;
  readonly openedMs: number;
}

function drawHouse(world: World, random: Random, country: string): House {
  const network = world.internet.network("home", country, random);
  return {
    sites: Array.from({ length: random.integer(1, 4) }, () => fixedLease(drawAddress(network, random))),
    shared: {
      country,
      ...(random.chance(0.7) ? { email_domain: `${token(random, 8)}.org`, email_shape: "aaaa-aaaa" } : {}),
    },
    payment: random.chance(0.5) ? `pay-${token(random, 12)}` : undefined,
    openedMs: world.startMs - logNormal(random, 90, 0.7) * dayMs,
  };
}

/** Departments of a hospital or of a law firm: an account each, one vendor's client and prompts, cases of their own, and no name given. */
export const GROUP_DEPARTMENTS: Recipe = {
  name: "group-departments",
  size: [6, 20],
  load: 8,
  sigma: 0.7,
  build(world, random, loads) {
    const { code, zone, language } = drawCountry(random);
    const trade = random.pick(["hospital", "law"] as const);
    const product = drawProduct(world, random, trade, language);
    const house = drawHouse(world, random, code);
    return together(
      loads.map((load, i) => {
        const own = random.fork(String(i));
        const account = openAccount(own, {
          truth: { label: "honest", class: "group-departments" },
          createdMs: house.openedMs + own.next() * 4 * dayMs,
          leases: [own.pick(house.sites)],
          clients: [product.client],
          known: BUSINESS_KNOWN,
          shared: {
            ...house.shared,
            ...(house.payment !== undefined && own.chance(0.6) ? { payment: house.payment } : {}),
          },
          plan: "team",
          verifiedChance: 0.5,
        });
        const workload = departmentWorkload(world, own, product, language);
        const source = steadySource(world, own, {
          load,
          workload,
          desk: ownDesk(account),
          rhythm: trade === "hospital" && own.chance(0.4) ? "service" : "office",
          zone,
          burst: { least: 0.3, spread: 0.6 },
          failureChance: 0.014,
        });
        return { accounts: [account], sources: [source] };
      }),
    );
  },
};
