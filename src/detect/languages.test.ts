import { describe, expect, it } from "vitest";
import { seededRandom } from "../kit/random.ts";
import { formCandidates } from "./candidates/candidates.ts";
import type { Candidate } from "./candidates/candidate.ts";
import { shareHabits } from "./candidates/habits.ts";
import { accountNames, nothingShared, some, withDetectLog } from "./log.case.ts";
import type { Asked } from "./log.case.ts";

/** A template with a hole for its item, and what people talk about who use none: the words of two topics. */
interface Tongue {
  readonly name: string;
  readonly template: (item: string) => string;
  readonly topics: readonly [string, string];
  /** Between words. */
  readonly gap?: string;
}

const tongues: readonly Tongue[] = [
  {
    name: "English",
    template: (item) =>
      `You write exercises for a school course.\nTopic: ${item}\nExplain every step before the answer.`,
    topics: [
      "orchard grafting pruning blossom cider harvest rootstock seedling compost frost ladder basket ripening pollen trellis nursery hedge mulch irrigation beetle",
      "violin bowing sonata rehearsal orchestra melody conductor quartet tuning vibrato concerto scale audition rhythm chord overture cadence maestro rosin scherzo",
    ],
  },
  {
    name: "Spanish",
    template: (item) =>
      `Escribes ejercicios para un curso escolar.\nTema: ${item}\nExplica cada paso antes de la respuesta.`,
    topics: [
      "olivar cosecha aceituna almazara poda riego injerto plantón vareo molienda jornalero bancal sequía abono cuadrilla capazo tronco brotes helada tractor",
      "guitarra ensayo cuerdas flamenco compás escenario melodía acordes cantaor palmas rasgueo afinación tablao bulería partitura cejilla soleá falseta punteo estribillo",
    ],
  },
  {
    name: "Russian",
    template: (item) => `Ты составляешь задания для школьного курса.\nТема: ${item}\nОбъясни каждый шаг перед ответом.`,
    topics: [
      "яблоня саженец прививка обрезка урожай теплица рассада грядка удобрение полив черенок садовник заморозки корзина погреб варенье почва лопата крыжовник смородина",
      "скрипка смычок оркестр репетиция соната дирижёр квартет мелодия аккорд гамма партитура концерт виолончель ритм увертюра интонация консерватория альт канифоль струны",
    ],
  },
  {
    name: "Arabic",
    template: (item) => `أنت تكتب تمارين لدورة مدرسية.\nالموضوع: ${item}\nاشرح كل خطوة قبل الإجابة.`,
    topics: [
      "نخيل تمور حصاد بستان سقاية تربة سماد غرسة تلقيح فسيلة مزارع محصول جذور أغصان واحة بئر قطاف ثمار شتلة محراث",
      "عود أوتار مقام لحن إيقاع فرقة تخت موشح طرب عازف ناي قانون نوتة حفلة سلطنة ارتجال دوزان نغمة صوت مسرح",
    ],
  },
  {
    name: "Chinese",
    template: (item) => `你为一门学校课程编写练习题。\n主题：${item}\n先解释每一个步骤，再给出答案。`,
    topics: [
      "果园 嫁接 修剪 开花 收获 幼苗 堆肥 霜冻 灌溉 苹果 土壤 施肥 授粉 棚架 温室 种子 害虫 采摘 桃树 农具",
      "提琴 琴弓 奏鸣 排练 乐团 旋律 指挥 重奏 调音 颤音 协奏 音阶 试奏 节拍 和弦 序曲 演出 松香 琴弦 舞台",
    ],
    gap: "",
  },
  {
    name: "code",
    template: (item) =>
      `# Complete the function, then write its tests.\ndef solve(values: list[str]) -> int:\n    """${item}"""\n    assert len(values) > 0`,
    topics: [
      "cursor.execute SELECT commit() rollback() INSERT schema.table foreign_key transaction index_scan WHERE JOIN migrate() vacuum rowcount connection.close fetchall() isolation deadlock upsert() primary_key",
      "glBindBuffer shader.compile vertexArray drawElements() framebuffer texture2D mipmap uniformMatrix rasterize() viewport depthTest cullFace normalMap quaternion lookAt() meshgrid fragColor tessellate() swapBuffers camera.position",
    ],
  },
];

const perGroup = 5;
const groupsOf = ({ name }: Tongue): { users: string[]; talkers: string[][] } => ({
  users: accountNames(`${name}-template`, perGroup),
  talkers: [0, 1].map((topic) => accountNames(`${name}-topic-${topic}`, perGroup)),
});

function asked(tongue: Tongue): Asked[] {
  const random = seededRandom(`tongue/${tongue.name}`);
  const words = tongue.topics.map((topic) => topic.split(" "));
  const { users, talkers } = groupsOf(tongue);
  const say = (from: readonly string[], count: number): string => some(from, count, random).join(tongue.gap ?? " ");
  return [
    ...users.flatMap((account) =>
      Array.from({ length: 24 }, () => ({ account, text: tongue.template(say(words.flat(), 4)) })),
    ),
    ...talkers.flatMap((group, topic) =>
      group.flatMap((account) => Array.from({ length: 40 }, () => ({ account, text: say(words[topic]!, 8) }))),
    ),
  ];
}

describe("in every language", () => {
  it("a skeleton brings its users together, and topics those who come back to them, neither anybody else", () =>
    withDetectLog({ asked: tongues.flatMap(asked) }, async ({ store, templates, indexOf }) => {
      const habits = await shareHabits(store);
      const none = nothingShared(habits);
      const sources = { templates, telling: new Set<number>(), resumptions: none, habits };
      const candidates = await formCandidates(sources, seededRandom(1));
      const holding = (source: Candidate["source"], accounts: readonly string[]): string[] => {
        const indices = accounts.map(indexOf).sort((a, b) => a - b);
        return candidates
          .filter((candidate) => candidate.source === source && indices.join() === candidate.accounts.join())
          .map(({ accounts: found }) => found.join());
      };
      for (const tongue of tongues) {
        const { users, talkers } = groupsOf(tongue);
        expect(holding("templates", users), `${tongue.name}: skeleton`).toHaveLength(1);
        for (const group of talkers) expect(holding("habits", group), `${tongue.name}: topic`).toHaveLength(1);
      }
      expect(candidates.filter(({ source }) => source === "templates")).toHaveLength(tongues.length);
    }));
});
