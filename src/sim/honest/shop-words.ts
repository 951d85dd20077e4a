import { type Language, list } from "../text/language.ts";

/** What a small product writes for whoever fills in its form: its maker's words, and the form. */
export interface Form {
  readonly roles: readonly string[];
  readonly orders: readonly string[];
  readonly rules: readonly string[];
  /** Names of the fields: what stays the same over a session, what each text is about, and the manner. */
  readonly fields: readonly [string, string, string];
  readonly manners: readonly string[];
}

const form = (roles: string, orders: string, rules: string, fields: Form["fields"], manners: string): Form => ({
  roles: list(roles),
  orders: list(orders),
  rules: list(rules),
  fields,
  manners: list(manners),
});

export const PRODUCTS = ["descriptions", "letters", "speeches"] as const;
export type Product = (typeof PRODUCTS)[number];

type ByLanguage = Partial<Record<Language, Form>> & { readonly en: Form };

export const FORMS: Record<Product, ByLanguage> = {
  descriptions: {
    en: form(
      `You are a copywriter for online shops. | You write product pages that sell. | You are the voice of small brands.`,
      `Write a product description from the details below, with a headline, three paragraphs and a list of features. | Turn these notes into a product page that makes people want to buy. | Describe the product for our shop; begin with the customer's problem and end with an invitation to order.`,
      `No emojis. | Do not invent any facts. | Use the brand's name twice. | At least 300 words. | Add five keywords at the end. | British spelling. | Return HTML.`,
      ["Brand", "Product details", "Tone"],
      `friendly | luxurious | playful | matter-of-fact | bold | warm and homely`,
    ),
    de: form(
      `Du textest für Onlineshops. | Du schreibst Produktseiten, die verkaufen.`,
      `Schreibe aus den Angaben eine Produktbeschreibung mit Überschrift, drei Absätzen und einer Liste der Merkmale. | Mach aus diesen Notizen eine Produktseite, die Lust auf das Produkt macht.`,
      `Keine Emojis. | Erfinde nichts dazu. | Mindestens 300 Wörter. | Am Ende fünf Suchbegriffe. | Sprich die Kundschaft mit du an.`,
      ["Marke", "Angaben zum Produkt", "Ton"],
      `freundlich | edel | verspielt | sachlich | frech`,
    ),
    es: form(
      `Redactas textos para tiendas en línea. | Escribes fichas de producto que venden.`,
      `Escribe una descripción del producto con título, tres párrafos y una lista de características. | Convierte estas notas en una ficha que dé ganas de comprar.`,
      `Sin emojis. | No inventes datos. | Al menos 300 palabras. | Añade cinco palabras clave. | Trata de tú.`,
      ["Marca", "Datos del producto", "Tono"],
      `cercano | elegante | divertido | sobrio | atrevido`,
    ),
    zh: form(
      `你是电商文案写手。 | 你为小品牌撰写商品详情。`,
      `根据下面的信息写一篇商品详情：一个标题、三段正文和卖点列表。 | 把这些要点写成让人想下单的商品介绍。`,
      `不用表情符号。 | 不要编造参数。 | 不少于四百字。 | 末尾给出五个关键词。`,
      ["品牌", "商品信息", "风格"],
      `亲切 | 高级 | 俏皮 | 朴实`,
    ),
  },
  letters: {
    en: form(
      `You are an experienced career coach. | You help people to apply for jobs. | You write cover letters that get read.`,
      `Write a cover letter of one page for this applicant and this position. | Write the applicant's letter: why this job, what they bring, and one story that proves it. | Draft a convincing application letter from the two texts below.`,
      `No clichés. | Do not claim anything that is not in the CV. | Four paragraphs. | Close by asking for an interview. | First person. | No placeholder in brackets.`,
      ["CV", "Job advertisement", "Style"],
      `confident | modest | formal | enthusiastic | short sentences`,
    ),
    de: form(
      `Du bist Bewerbungscoach. | Du hilfst Menschen bei der Bewerbung.`,
      `Schreibe für diese Person ein Anschreiben von einer Seite auf diese Stelle. | Entwirf aus den beiden Texten ein überzeugendes Bewerbungsschreiben.`,
      `Keine Floskeln. | Behaupte nichts, was nicht im Lebenslauf steht. | Vier Absätze. | Schließe mit der Bitte um ein Gespräch.`,
      ["Lebenslauf", "Stellenanzeige", "Stil"],
      `selbstbewusst | bescheiden | förmlich | begeistert`,
    ),
    pt: form(
      `Você é orientador de carreira. | Você ajuda pessoas a conseguir emprego.`,
      `Escreva uma carta de apresentação de uma página para esta vaga. | Redija a carta a partir dos dois textos abaixo: por que esta vaga, o que a pessoa traz e uma história que o comprove.`,
      `Sem clichês. | Não afirme nada que não esteja no currículo. | Quatro parágrafos. | Termine pedindo uma entrevista.`,
      ["Currículo", "Vaga", "Estilo"],
      `confiante | modesto | formal | entusiasmado`,
    ),
    zh: form(
      `你是求职顾问。 | 你帮人写求职信。`,
      `根据简历和职位写一封一页的求职信。 | 结合下面两段文字写求职信：为什么应聘、能带来什么、用一件事证明。`,
      `不说套话。 | 不写简历里没有的内容。 | 四段。 | 结尾请求面谈。`,
      ["简历", "职位", "风格"],
      `自信 | 谦虚 | 正式 | 热情`,
    ),
  },
  speeches: {
    en: form(
      `You write speeches for private occasions. | You are a speech writer with humour and tact. | You help people who have to say a few words.`,
      `Write a speech of about five minutes from what the speaker tells you. | Write the speech in full, ready to be read aloud, with a beginning that catches, two anecdotes and a toast. | Turn the notes into a heartfelt speech.`,
      `No jokes at anybody's expense. | Short sentences that can be spoken. | Do not make up events. | Mark pauses with a dash. | Finish with a toast.`,
      ["About the person", "To be mentioned", "Mood"],
      `funny | moving | dignified | relaxed | a little cheeky`,
    ),
    de: form(
      `Du schreibst Reden für private Feiern. | Du bist Redenschreiber mit Humor und Takt.`,
      `Schreibe aus den Angaben eine Rede von etwa fünf Minuten. | Schreibe die Rede ganz aus, mit einem Anfang, der packt, zwei Anekdoten und einem Trinkspruch.`,
      `Keine Witze auf Kosten anderer. | Kurze Sätze zum Vorlesen. | Erfinde keine Ereignisse. | Am Ende ein Trinkspruch.`,
      ["Über die Person", "Soll vorkommen", "Stimmung"],
      `lustig | rührend | würdevoll | locker`,
    ),
    es: form(
      `Escribes discursos para celebraciones. | Escribes discursos con humor y tacto.`,
      `Escribe un discurso de unos cinco minutos con lo que cuenta quien habla. | Escribe el discurso completo, listo para leer, con dos anécdotas y un brindis.`,
      `Sin bromas a costa de nadie. | Frases cortas. | No inventes hechos. | Termina con un brindis.`,
      ["Sobre la persona", "Que se mencione", "Ambiente"],
      `divertido | emotivo | solemne | relajado`,
    ),
    pt: form(
      `Você escreve discursos para festas. | Você escreve discursos com humor e tato.`,
      `Escreva um discurso de uns cinco minutos com o que a pessoa conta. | Escreva o discurso inteiro, pronto para ler, com duas histórias e um brinde.`,
      `Sem piadas à custa de ninguém. | Frases curtas. | Não invente fatos. | Termine com um brinde.`,
      ["Sobre a pessoa", "Mencionar", "Clima"],
      `engraçado | comovente | solene | descontraído`,
    ),
  },
};
