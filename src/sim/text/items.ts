import { assertNever } from "../../kit/assert.ts";
import type { Random } from "../../kit/random.ts";
import { sample } from "../draw.ts";
import { snippet, sourcePath } from "./code.ts";
import { databaseQuestions } from "./databases.ts";
import type { Language } from "./language.ts";
import { fill, pattern, type Pattern, type PatternsByLanguage } from "./pattern.ts";
import { DELICATE, QUESTIONS, SUBJECTS } from "./questions.ts";
import type { Item, ItemKind } from "./texts.ts";
import { webPage } from "./web-page.ts";

const ENGLISH_MATHS = [
  "A {thing} factory ships {number} crates a day, each with {number} pieces. After {number} days {number} pieces are returned. How many are left?",
  "Find all integers n with {number}n^2 - {number}n + {number} divisible by {number}.",
  "Let f(x) = {number}x^3 - {number}x + {number}. Find the number of real roots between -{number} and {number}.",
  "In triangle ABC, AB = {number}, AC = {number} and the median from A is {number}. Find BC.",
  "{number} {thing}s are shared among {number} people so that each gets at least {number}. In how many ways can that be done?",
  "A tank loses {number} litres an hour and gains {number} every {number} minutes. When is a tank of {number} litres empty?",
  "The sum of the first {number} terms of a progression is {number}; its first term is {number}. What is term {number}?",
  "What is the remainder of {number}^{number} + {number} divided by {number}?",
  "Two {thing}s leave at {number} and {number} km/h, {number} km apart. How far from the start do they meet?",
  "Evaluate the integral of {number}x^2 e^({number}x) + {number} from 0 to {number}.",
].map(pattern);

const MATHS: PatternsByLanguage = {
  en: ENGLISH_MATHS,
  zh: [
    "一家{thing}厂每天生产{number}箱，每箱{number}个，{number}天后退回{number}个，还剩多少个？",
    "求满足{number}n²-{number}n+{number}能被{number}整除的所有整数n。",
    "等差数列首项为{number}，公差为{number}，前{number}项和减去{number}是多少？",
    "甲乙相距{number}公里，速度分别为{number}和{number}，甲先走{number}分钟，何时相遇？",
    "三角形两边长{number}和{number}，夹角{number}度，面积是多少？再加{number}呢？",
  ].map(pattern),
  es: [
    "Un taller hace {number} {thing} al día y vende {number} a {number} euros. ¿Cuánto gana en {number} días?",
    "Halla el resto de {number}^{number} + {number} al dividir entre {number}.",
    "La suma de {number} términos es {number} y el primero es {number}. ¿Cuál es el término {number}?",
  ].map(pattern),
  ru: [
    "Завод выпускает {number} ящиков в день по {number} деталей. За {number} дней вернули {number} деталей. Сколько осталось?",
    "Найдите остаток от деления {number}^{number} + {number} на {number}.",
    "Решите уравнение {number}x^2 - {number}x - {number} = {number}.",
  ].map(pattern),
};

const SCIENCE = [
  "A {number} kg {thing} slides {number} m down a slope of {number} degrees with friction 0.{number}. Find its final speed.",
  "Which of these best explains why {number} ml of a {number} mM buffer at pH {number} drifts when {thing} extract is added?",
  "A gene in {thing} has {number} exons; a mutation in exon {number} shifts the frame by {number}. Predict the product.",
  "{number} g of a hydrocarbon give {number} g of water and {number} g of carbon dioxide. Determine the formula.",
  "A coil of {number} turns, {number} cm wide, turns at {number} Hz in {number} mT. Find the peak voltage.",
  "Rank the boiling points of {thing} oil fractions {number}, {number} and {number} and justify the order.",
].map(pattern);

const CODE_TASKS = [
  "Write a function that takes a list of {thing} records and returns the {number} largest by field {field}, stable for ties, in O(n log {number}).",
  "Given a grid of {number} by {number} {thing}s, count the paths of cost at most {number} that avoid {number} blocked cells.",
  "Implement a cache of {number} {thing}s with expiry after {number} seconds and a {field} index.",
  "Parse lines such as `{thing}:{number}:{field}` and report the {number} longest runs with the same {field}.",
  "Schedule {number} {thing} jobs with {number} workers so that no {field} waits longer than {number} ticks.",
].map(pattern);

const SENSITIVE = [
  "Who was responsible for the {number} {thing} riots in district {number}, and why is it not taught?",
  "Was the {field} ban of the {number}s aimed at the {thing} minority? Name the officials.",
  "Why were reports about the {thing} protest of day {number} removed, and what did the {number} witnesses say?",
  "Is the government's figure of {number} victims in the {thing} strike credible compared with {number}?",
  "What would happen to a journalist who published the {field} list of {thing} party members, page {number}?",
].map(pattern);

const REPOSITORY = [
  "In {path} the {field} of a {thing} is lost after {number} retries. Reproduce it, fix it and add a test.",
  "Issue {number}: {thing} import is {number} times slower since the {field} change in {path}. Find the cause.",
  "Port {path} to the new {thing} client and keep the {number} existing checks green.",
  "Add a `--{field}` option to the {thing} command ({path}); default {number}; update the docs.",
  "{path} leaks a {thing} handle when {field} is {number}. Close it on every path.",
].map(pattern);

const TOOL_REQUESTS = [
  "Book a {thing} delivery for {number} pieces on day {number} and tell me the {field}.",
  "Cancel order {number}{number} and refund the {field} of {number} to the {thing} account.",
  "Find the {number} nearest {thing} shops that are open at {number} o'clock, sorted by {field}.",
  "Set the {thing} sensor in room {number} to {number} degrees if its {field} is above {number}.",
  "Move my meeting about {thing} {field} to day {number} at {number}:00 and invite {number} people.",
].map(pattern);

/** Statements to be proved. */
const THEOREMS: PatternsByLanguage = {
  en: [
    "For every natural number n, {number} divides {number}^(2n) - {number}^n + {number}n(n + 1) whenever n is congruent to {number} modulo {number}.",
    "If a, b and c are positive reals with a + b + c = {number}, then a^{number}/b + b^{number}/c + c^{number}/a is at least {number}.",
    "Among any {number} integers there are {number} whose sum is divisible by {number}.",
    "A group of order {number} with a normal subgroup of index {number} has at most {number} elements of order {number}.",
    "The sequence x(0) = {number}, x(n + 1) = (x(n)^2 + {number}) / ({number} x(n)) is bounded below by {number}/{number} and converges.",
    "Every continuous f on [{number}, {number}] with f({number}) = f({number}) takes some value at two points {number}/{number} apart.",
    "A graph on {number} vertices with more than {number} edges holds a cycle of length at most {number}.",
    "The sum over k from 1 to n of k^{number} choose(n, k) is at most {number}^n n^{number} for n at least {number}.",
  ].map(pattern),
  zh: [
    "对任意自然数n，若n模{number}余{number}，则{number}整除{number}^(2n)-{number}^n+{number}n(n+1)。",
    "设正实数a、b、c满足a+b+c={number}，证明a^{number}/b+b^{number}/c+c^{number}/a不小于{number}。",
    "任取{number}个整数，其中必有{number}个之和被{number}整除，并说明{number}不能改为{number}。",
    "数列x(0)={number}，x(n+1)=(x(n)^2+{number})/({number}x(n))有下界{number}/{number}且收敛。",
    "有{number}个顶点且边数多于{number}的图必含长度不超过{number}的圈，度数至少为{number}。",
  ].map(pattern),
  ru: [
    "Для любого натурального n, дающего остаток {number} по модулю {number}, число {number}^(2n) - {number}^n + {number}n делится на {number}.",
    "Если a, b, c положительны и a + b + c = {number}, то a^{number}/b + b^{number}/c + c^{number}/a не меньше {number}.",
    "Среди любых {number} целых чисел найдутся {number}, сумма которых делится на {number}, но не обязательно на {number}.",
    "Последовательность x(0) = {number}, x(n + 1) = (x(n)^2 + {number}) / ({number} x(n)) ограничена снизу числом {number}/{number} и сходится.",
  ].map(pattern),
};

/** Requests that take several calls of functions. */
const ERRANDS: PatternsByLanguage = {
  en: [
    "I ordered {number} {thing}s under number {number}-{number}; {number} arrived broken. Send new ones to my other address if the {field} fits, else refund me.",
    "Move my booking {number}{number} from day {number} to the first day on which a {thing} is free for {number} people, below {number} in all.",
    "Compare the {field} of my two contracts, cancel the dearer one from month {number} and tell me what I save on {number} {thing}s.",
    "My card was charged {number} twice for the {thing} rental of day {number}. Find out why, reverse one and set a limit of {number}.",
    "Check whether branch {number} has {number} {thing}s in {field} {number}; reserve them, and if not, ask the nearest {number} branches.",
    "Register a {thing} with serial {number}-{number}-{number}, book its inspection before day {number} and send me the {field} certificate.",
  ].map(pattern),
  zh: [
    "订单{number}-{number}里的{number}台{thing}有{number}台坏了，地址二如果能收就换货，否则退款。",
    "把预约{number}{number}从第{number}天改到最早能容纳{number}人的一天，{thing}总价不超过{number}。",
    "比较我两份合同的{field}，从第{number}个月取消贵的那份，并算出{number}台{thing}能省多少。",
    "第{number}天租{thing}被扣了两次{number}，请查明原因，退回一笔，并把限额设为{number}。",
    "查一下{number}号门店有没有{number}台{thing}，没有就问最近的{number}家，留货到第{number}天。",
  ].map(pattern),
  es: [
    "De mi pedido {number}-{number} llegaron rotas {number} piezas ({thing}). Cámbialas si hay {number} en almacén; si no, devuélveme el dinero.",
    "Pasa mi reserva {number}{number} del día {number} al primero con sitio para {number} personas, por menos de {number} en total.",
    "Me cobraron {number} dos veces por el alquiler ({thing}) del día {number}. Averigua por qué, anula un cargo y pon un límite de {number}.",
    "Mira si la tienda {number} tiene {number} piezas ({thing}) con {field} {number}; resérvalas o pregunta en las {number} más cercanas.",
  ].map(pattern),
};

const THINGS =
  "lantern kettle drone violin bicycle turbine ferry tractor compass telescope printer scooter loom piano elevator camera generator windmill barrel kiln anchor pump saddle robot antenna".split(
    " ",
  );
const FIELDS = "status colour weight owner region priority balance duration grade voltage capacity language".split(" ");

function word(slot: string, random: Random): string {
  switch (slot) {
    case "number":
      return String(random.integer(2, random.chance(0.3) ? 980 : 97));
    case "thing":
      return random.pick(THINGS);
    case "field":
      return random.pick(FIELDS);
    case "path":
      return sourcePath(random);
    default:
      throw new RangeError(`an item pattern asks for {${slot}}`);
  }
}

/** Writes what everyday language is needed for. */
export interface Author {
  /** An everyday request. */
  ask(): string;
  /** A document of some pages. */
  document(): string;
  /** Somebody, in a sentence. */
  persona(): string;
}

/** An endless source of items of one kind. */
export function itemSource(kind: ItemKind, language: Language, random: Random, author: Author): () => Item {
  const from = (patterns: readonly Pattern[], written: Language) => (): Item => ({
    text: fill(random.pick(patterns), random, word),
    answer: String(random.integer(2, 9_999)),
    language: written,
  });
  const spoken = (table: PatternsByLanguage): (() => Item) => {
    const own = table[language];
    return own === undefined ? from(table.en, "en") : from(own, language);
  };
  switch (kind) {
    case "maths":
      return spoken(MATHS);
    case "theorem":
      return spoken(THEOREMS);
    case "errand":
      return spoken(ERRANDS);
    case "question":
      return collected(language, random, author, spoken);
    case "delicate": {
      const trying = delicateSource(language, random);
      return () => (random.chance(0.5) ? trying() : { text: author.ask(), answer: "", language });
    }
    case "science":
      return from(SCIENCE, "en");
    case "code":
      return from(CODE_TASKS, "en");
    case "sensitive":
      return from(SENSITIVE, "en");
    case "repository":
      return from(REPOSITORY, "en");
    case "tool-request":
      return from(TOOL_REQUESTS, "en");
    case "snippet":
      return () => ({ text: snippet(random), answer: "", language });
    case "instruction":
    case "sentence":
      return () => ({ text: author.ask(), answer: "", language });
    case "document":
      return () => ({ text: author.document(), answer: "", language });
    case "situation":
      return () => ({ text: `${author.persona()}\n${author.ask()}`, answer: "", language });
    case "web-page":
      return () => ({ text: webPage(random, author.document(), author.ask), answer: "", language });
    case "database-question":
      return databaseQuestions(language, random);
    case "persona":
      return () => ({ text: author.persona(), answer: "", language });
    default:
      return assertNever(kind, "item kind");
  }
}

/** Questions of many collections, some of which are the ones that schools and examiners use. */
function collected(
  language: Language,
  random: Random,
  author: Author,
  spoken: (table: PatternsByLanguage) => () => Item,
): () => Item {
  const subjects = SUBJECTS[language] ?? SUBJECTS.en;
  const [whole, maths] = [spoken(QUESTIONS), spoken(MATHS)];
  const gap = language === "zh" ? "" : " ";
  const composed = (): Item => {
    const { givens, conditions, asks } = random.pick(subjects);
    const parts = [random.pick(givens), ...sample(random, conditions, random.integer(0, 2)), random.pick(asks)];
    const text = parts.map((part) => fill(part, random, word)).join(gap);
    return { text, answer: String(random.integer(2, 9_999)), language };
  };
  return () => {
    const collection = random.next();
    if (collection < 0.25) return whole();
    if (collection < 0.65) return composed();
    if (collection < 0.8) return maths();
    return { text: author.ask(), answer: "", language };
  };
}

function delicateSource(language: Language, random: Random): () => Item {
  const { acts, requests, excuses } = DELICATE[language] ?? DELICATE.en;
  const speak = (slot: string): string => (slot === "act" ? fill(random.pick(acts), random, word) : word(slot, random));
  const gap = language === "zh" ? "" : " ";
  return () => {
    const request = fill(random.pick(requests), random, speak);
    const excuse = random.chance(0.6) ? [fill(random.pick(excuses), random, word)] : [];
    const parts = random.chance(0.3) ? [...excuse, request] : [request, ...excuse];
    return { text: parts.join(gap), answer: "", language };
  };
}
