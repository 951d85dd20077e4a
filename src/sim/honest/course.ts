import type { Random } from "../../kit/random.ts";
import { dayMs } from "../../kit/time-units.ts";
import { sample } from "../draw.ts";
import { drawVoice } from "../people/habits.ts";
import type { Surroundings } from "../people/person.ts";
import { PERSON_KNOWN } from "../people/signup.ts";
import { coinFirm } from "../text/coin.ts";
import { type Language, list } from "../text/language.ts";
import type { World } from "../world.ts";
import { peopleRecipe } from "./people.ts";
import { BASE, buildingLease, ordinary } from "./walks-of-life.ts";

/** How teachers of one language word a marking sheet. */
interface Marking {
  readonly openings: readonly string[];
  readonly criteria: readonly string[];
  readonly closings: readonly string[];
  /** What stands before the question, the essay, and the points of a criterion. */
  readonly names: readonly [string, string, string];
}

const marking = (openings: string, criteria: string, closings: string, names: Marking["names"]): Marking => ({
  openings: list(openings),
  criteria: list(criteria),
  closings: list(closings),
  names,
});

const MARKING: Partial<Record<Language, Marking>> & { readonly en: Marking } = {
  en: marking(
    `Mark my essay the way our teacher does, by the sheet below. | You are an examiner for the %exam paper. Mark the essay with this sheet. | Please grade this practice essay for %exam. Be strict.`,
    `answers the question that was set | structure and paragraphs | range of vocabulary | grammar and spelling | use of examples | argument against its own thesis | introduction and conclusion | formal tone | linking words | length within the limits | use of the source`,
    `Give the points for each line, then the total, then the three things I should work on. | After each line write one sentence that begins with "Next time". | First the total, then why, then one paragraph rewritten as a model. | Do not rewrite it for me, only show where points were lost.`,
    ["Question", "My essay", "points"],
  ),
  zh: marking(
    `请按照我们老师的评分表批改我的作文。 | 你是%exam的阅卷老师，请按下面的表打分，要严格。`,
    `切合题意 | 结构与段落 | 词汇丰富程度 | 语法与用字 | 事例充分 | 开头和结尾 | 语言得体 | 衔接自然 | 字数符合要求`,
    `先写每项得分，再写总分，最后写三条改进建议。 | 不要替我改写，只指出失分的地方。`,
    ["题目", "我的作文", "分"],
  ),
  es: marking(
    `Corrige mi redacción como lo hace nuestra profesora, con esta tabla. | Eres examinador de %exam. Puntúa la redacción con la tabla siguiente.`,
    `responde a la pregunta | estructura y párrafos | riqueza de vocabulario | gramática y ortografía | ejemplos | introducción y conclusión | registro formal | conectores | extensión`,
    `Da los puntos de cada apartado, luego el total y tres cosas que debo mejorar. | No la reescribas, solo señala dónde pierdo puntos.`,
    ["Tema", "Mi redacción", "puntos"],
  ),
  de: marking(
    `Bewerte meinen Aufsatz so, wie es unsere Lehrerin tut, nach diesem Bogen. | Du prüfst für %exam. Bewerte den Aufsatz nach dem Bogen und sei streng.`,
    `beantwortet die gestellte Frage | Gliederung und Absätze | Wortschatz | Grammatik und Rechtschreibung | Beispiele | Gegenargumente | Einleitung und Schluss | sachlicher Ton | Umfang`,
    `Erst die Punkte je Zeile, dann die Summe, dann drei Dinge, an denen ich arbeiten soll. | Schreibe ihn nicht um, zeige nur, wo Punkte verloren gehen.`,
    ["Thema", "Mein Aufsatz", "Punkte"],
  ),
};

/** What a teacher hands out: a sheet that goes around each essay, a question a week, and an essay to try it with. */
interface Course {
  frame(question: string, essay: string): string;
  question(timeMs: number): string;
  /** A paragraph on that week's question. */
  paragraph(timeMs: number, random: Random): string;
  readonly specimen: string;
}

function drawCourse(world: World, random: Random, language: Language): Course {
  const { openings, criteria, closings, names } = MARKING[language] ?? MARKING.en;
  const [questionName, essayName, points] = names;
  const exam = coinFirm(random);
  const lines = sample(random, criteria, random.integer(4, 6)).map(
    (criterion) => `- ${criterion} (0-${random.pick([4, 5, 6, 9, 10, 15])} ${points})`,
  );
  const sheet = `${random.pick(openings).replace("%exam", exam)}\n\n${lines.join("\n")}\n\n${random.pick(closings)}`;
  const voice = { ...drawVoice(random, language), greetingChance: 0, thanksChance: 0, pasteChance: 0, typoChance: 0 };
  const weeks = Array.from({ length: Math.ceil(world.days / 7) }, () => {
    const topic = random.pick(world.topics.spoken(language));
    return { topic, question: world.texts.ask(topic, voice, random) };
  });
  const weekAt = (timeMs: number) => weeks[Math.floor((timeMs - world.startMs) / (7 * dayMs)) % weeks.length]!;
  const paragraph = (timeMs: number, draw: Random): string =>
    world.texts.passage(weekAt(timeMs).topic, draw, draw.integer(3, 6));
  return {
    frame: (question, essay) => `${sheet}\n\n${questionName}: ${question}\n\n${essayName}:\n${essay}`,
    question: (timeMs) => weekAt(timeMs).question,
    paragraph,
    specimen: Array.from({ length: 4 }, () => paragraph(world.startMs, random)).join("\n\n"),
  };
}

/** One student's openings: an essay, the same again with a paragraph changed, or something that has nothing to do with the course. */
function studentOpening(course: Course, random: Random): Surroundings["opening"] {
  const share = 0.3 + 0.65 * random.next();
  const revises = 0.2 + 0.5 * random.next();
  let triesSpecimen = random.chance(0.4);
  let essay: string[] = [];
  let question = "";
  return (timeMs) => {
    if (!random.chance(share)) return undefined;
    const asked = course.question(timeMs);
    if (triesSpecimen) {
      triesSpecimen = false;
      return course.frame(asked, course.specimen);
    }
    if (essay.length > 0 && asked === question && random.chance(revises)) {
      essay = essay.with(random.integer(0, essay.length - 1), course.paragraph(timeMs, random));
    } else {
      essay = Array.from({ length: random.integer(3, 6) }, () => course.paragraph(timeMs, random));
      question = asked;
    }
    return course.frame(question, essay.join("\n\n"));
  };
}

/** Students who each have their own essays marked by their teacher's sheet, from accounts of their own; some write at school. */
export const EXAM_COURSE = peopleRecipe({
  ...BASE,
  name: "exam-course",
  size: [12, 34],
  load: 3,
  sigma: 0.8,
  rhythm: "evening",
  turnsMean: 1.8,
  outputMedian: 280,
  clients: [
    ["app", 5],
    ["library", 1],
  ],
  known: { ...PERSON_KNOWN, payment: 0.5 },
  ageDays: 60,
  setting(world, random) {
    const place = ordinary(world, random);
    const course = drawCourse(world, random.fork("course"), place.language);
    const school = buildingLease(world, random, place.country);
    const dueDay = random.integer(3, 6);
    return {
      ...place,
      own: (draw) => ({
        lease: draw.chance(0.35) ? school : undefined,
        surroundings: { opening: studentOpening(course, draw) },
      }),
      // Most is written in the last two days before an essay is due.
      boost(timeMs) {
        const ahead = dueDay - (((timeMs - world.startMs) / dayMs) % 7);
        return ahead > 0 && ahead < 2 ? 2.4 : 0.6;
      },
    };
  },
});
