import { assertNever } from "../../kit/assert.ts";
import type { Random } from "../../kit/random.ts";
import { snippet, sourcePath } from "./code.ts";
import type { Language } from "./language.ts";
import { fill, pattern, type Pattern } from "./pattern.ts";
import type { Item, ItemKind } from "./texts.ts";

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

/** Problem sentences in a few languages; the rest of the languages use English problems, as real question sets mostly do. */
const MATHS: Partial<Record<Language, readonly Pattern[]>> = {
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

/** An endless source of items of one kind. `ask` writes an everyday request where the kind needs one. */
export function itemSource(kind: ItemKind, language: Language, random: Random, ask: () => string): () => Item {
  const from = (patterns: readonly Pattern[], written: Language) => (): Item => ({
    text: fill(random.pick(patterns), random, word),
    answer: String(random.integer(2, 9_999)),
    language: written,
  });
  switch (kind) {
    case "maths":
      return MATHS[language] === undefined ? from(ENGLISH_MATHS, "en") : from(MATHS[language], language);
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
      return () => ({ text: ask(), answer: "", language });
    default:
      return assertNever(kind, "item kind");
  }
}
