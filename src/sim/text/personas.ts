import type { Random } from "../../kit/random.ts";
import { type Language, list } from "./language.ts";
import { type Filler, fill, pattern, type Pattern } from "./pattern.ts";

/** People as a collection of personas tells of them: who somebody is, and one thing that nobody else would say of them. */
interface Personas {
  readonly trades: readonly string[];
  readonly stages: readonly string[];
  /** Besides the slots of a language pack: `{trade}` and `{stage}`. */
  readonly portraits: readonly Pattern[];
}

const personas = (trades: string, stages: string, portraits: string): Personas => ({
  trades: list(trades),
  stages: list(stages),
  portraits: list(portraits).map(pattern),
});

const PERSONAS: Partial<Record<Language, Personas>> & { readonly en: Personas } = {
  en: personas(
    `bus driver | midwife | piano tuner | tax clerk | marine biologist | roofer | school librarian | dairy farmer | paramedic | goldsmith | court interpreter | crane operator | beekeeper | social worker | sound engineer | patent examiner | pastry cook | hospice nurse | geologist | youth football coach | notary | lighthouse keeper | seamstress | meteorologist | locksmith | sheep shearer | museum guard | optician | customs officer | choir leader`,
    `retired | newly qualified | part-time | self-taught | third-generation | ambitious | widely travelled | semi-professional | near-sighted but observant | recently widowed | city-born | unusually patient`,
    `A {stage} {trade} from {place} who spends the evenings on {noun} and {other}.
     A {trade} in {place}, {number} years in the job, who wants to {task} {detail}.
     A {stage} {trade} who distrusts {noun} since an affair with {other} in {place} {number} years ago.
     The {stage} {trade} to whom all of {place} comes for advice on {noun}, and who would rather {task}.
     A parent of {number} and {stage} {trade} who has to {task} {detail} and knows more of {other} than of {noun}.
     A {stage} {trade} and volunteer near {place}, curious how {noun} bears on the work of a {trade}.
     Somebody who was a {trade} for {number} years, then moved to {place} and began to {task} {detail}.
     A student of {number} who works nights as a {trade} in {place} and writes a thesis on {noun}.`,
  ),
  zh: personas(
    `公交司机 | 助产士 | 调琴师 | 会计 | 海洋生物学家 | 瓦工 | 图书管理员 | 奶农 | 急救员 | 银匠 | 法庭翻译 | 塔吊司机 | 养蜂人 | 社工 | 录音师 | 专利审查员 | 点心师傅 | 护士 | 地质队员 | 足球教练 | 公证员 | 裁缝 | 气象员 | 锁匠 | 验光师`,
    `退休的 | 刚入行的 | 兼职的 | 自学成才的 | 祖传三代的 | 有抱负的 | 走南闯北的 | 细心的 | 城里长大的 | 格外有耐心的`,
    `一位{stage}{trade}，住在{place}，晚上常常琢磨{noun}和{other}。
     在{place}干了{number}年的{trade}，想{task}，而且是{detail}。
     {stage}{trade}，{number}年前在{place}因为{other}吃过亏，从此不信{noun}。
     {place}人人都来请教{noun}的{stage}{trade}，自己却更想{task}。
     有{number}个孩子的{stage}{trade}，必须{detail}{task}，对{other}比对{noun}更在行。
     当了{number}年{trade}后搬到{place}的人，开始{task}，{detail}。
     {number}岁的学生，夜里在{place}做{trade}，论文写的是{noun}。`,
  ),
  es: personas(
    `conductor de autobús | comadrona | afinador de pianos | gestora | bióloga marina | techador | bibliotecaria escolar | ganadero | técnico de ambulancias | orfebre | intérprete judicial | gruista | apicultora | trabajadora social | técnico de sonido | pastelera | enfermera | geólogo | entrenador de juveniles | notario | costurera | meteoróloga | cerrajero | óptica`,
    `con plaza reciente | a media jornada | de formación autodidacta | de tercera generación | con mucha ambición | que ha viajado mucho | con una paciencia poco común | en excedencia`,
    `Oficio: {trade} {stage}, de {place}; por las noches se dedica a {noun} y a {other}.
     Lleva {number} años de {trade} en {place} y quiere {task} {detail}.
     Oficio: {trade} {stage}; desconfía de {noun} desde lo que pasó con {other} en {place} hace {number} años.
     En {place} todo el mundo le pregunta por {noun}; es {trade} y preferiría {task}.
     Tiene {number} sobrinos, trabaja de {trade} {stage} y debe {task} {detail}; sabe más de {other} que de {noun}.
     Fue {trade} durante {number} años, se mudó a {place} y empezó a {task} {detail}.`,
  ),
  ru: personas(
    `водитель автобуса | акушерка | настройщик роялей | бухгалтер | морской биолог | кровельщик | школьный библиотекарь | фермер | фельдшер | ювелир | судебный переводчик | крановщик | пчеловод | социальный работник | звукорежиссёр | кондитер | медсестра | геолог | тренер юношеской команды | нотариус | портной | метеоролог | слесарь | оптик`,
    `на пенсии | на полставки | без диплома | в третьем поколении | с большими планами | с редким терпением | родом из большого города | после долгого отпуска`,
    `{trade} {stage}, живёт в городе {place}; по вечерам занимает голову одно: {noun}, а ещё {other}.
     {trade} со стажем {number} лет ({place}), хочет {task} {detail}.
     {trade} {stage}; после истории {number}-летней давности ({place}, {other}) не доверяет теме «{noun}».
     {trade} {stage}, к кому вся округа ({place}) ходит с вопросами «{noun}», а самому хочется {task}.
     {trade}, {number} лет на одном месте, переезд в город {place}, теперь учится: {task} {detail}.
     Студент {number} лет, по ночам {trade} ({place}), тема диплома: {noun} и {other}.`,
  ),
};

/** A person in a sentence. `speak` draws the words of the language's own slots. */
export function portrait(language: Language, random: Random, speak: Filler): string {
  const { trades, stages, portraits } = PERSONAS[language] ?? PERSONAS.en;
  return fill(random.pick(portraits), random, (slot) => {
    switch (slot) {
      case "trade":
        return random.pick(trades);
      case "stage":
        return random.pick(stages);
      default:
        return speak(slot, random);
    }
  });
}
