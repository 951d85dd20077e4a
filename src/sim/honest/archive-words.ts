import { type Language, list } from "../text/language.ts";

/** What a project's script says about a scanned page, and about the text that came of it. */
export interface ArchiveWords {
  /** Kinds of papers that such projects read. */
  readonly papers: readonly string[];
  readonly orders: readonly string[];
  readonly rules: readonly string[];
  readonly indexing: readonly string[];
  /** Before what a volunteer adds for the papers of his own corner. */
  readonly notes: readonly string[];
}

const words = (papers: string, orders: string, rules: string, indexing: string, notes: string): ArchiveWords => ({
  papers: list(papers),
  orders: list(orders),
  rules: list(rules),
  indexing: list(indexing),
  notes: list(notes),
});

const ARCHIVE_WORDS: Partial<Record<Language, ArchiveWords>> & { readonly en: ArchiveWords } = {
  en: words(
    `Parish Register | Harbour Log | County Gazette | School Chronicle | Guild Minutes | Weather Diary`,
    `The text below was read by a machine from a scanned page. Correct the misread letters and return the page as it was printed. | Restore this page of a scanned volume: mend broken words, keep the old spelling. | You help to make old papers readable. Put right what the scanner got wrong in the page below, and nothing else.`,
    `Join words that were broken at the end of a line. | Never modernise spelling or names. | Mark what cannot be read with [?]. | Keep the header of the page. | Keep dates as they stand. | Do not comment on the contents. | Return plain text.`,
    `List all persons, places and dates in this text as JSON. | Make index entries of this page: name, place, date, one a line.`,
    `Names that are often misread here: | Families in this volume: | Local names:`,
  ),
  de: words(
    `Kirchenbuch | Hafenbuch | Kreisblatt | Schulchronik | Zunftprotokolle | Wettertagebuch`,
    `Der folgende Text wurde von einer eingescannten Seite maschinell gelesen. Berichtige falsch erkannte Buchstaben und gib die Seite so wieder, wie sie gedruckt war. | Stelle diese Seite wieder her: setze zerrissene Wörter zusammen und behalte die alte Schreibung.`,
    `Verbinde getrennte Wörter. | Schreibung und Namen nie modernisieren. | Unleserliches mit [?] kennzeichnen. | Kopfzeile behalten. | Keine Anmerkungen. | Nur Text.`,
    `Nenne alle Personen, Orte und Daten in diesem Text als JSON. | Mach aus der Seite Registereinträge: Name, Ort, Datum, je Zeile einer.`,
    `Hier oft falsch gelesene Namen: | Familien in diesem Band:`,
  ),
  es: words(
    `Libro parroquial | Diario del puerto | Gaceta provincial | Crónica escolar | Actas del gremio`,
    `El texto siguiente lo leyó una máquina de una página escaneada. Corrige las letras mal leídas y devuelve la página como se imprimió. | Restaura esta página de un tomo escaneado: une las palabras partidas y conserva la ortografía antigua.`,
    `Une las palabras cortadas. | No modernices nombres ni ortografía. | Marca lo ilegible con [?]. | Conserva el encabezado. | Sin comentarios.`,
    `Enumera personas, lugares y fechas de este texto en JSON. | Haz entradas de índice de esta página: nombre, lugar, fecha.`,
    `Nombres que aquí se leen mal: | Familias de este tomo:`,
  ),
  ru: words(
    `Метрическая книга | Портовый журнал | Губернские ведомости | Школьная летопись`,
    `Текст ниже распознан машиной со скана страницы. Исправь ошибки распознавания и верни страницу такой, какой она была напечатана. | Восстанови страницу: соедини разорванные слова, старую орфографию сохрани.`,
    `Соединяй переносы. | Имена и орфографию не осовременивай. | Неразборчивое отмечай [?]. | Заголовок страницы оставь. | Без пояснений.`,
    `Выпиши всех людей, места и даты из этого текста в JSON. | Составь записи указателя: имя, место, дата.`,
    `Имена, которые здесь часто читаются неверно: | Фамилии в этом томе:`,
  ),
};

export const ARCHIVE_LANGUAGES: readonly Language[] = ["en", "de", "es", "ru"];

export function archiveWords(language: Language): ArchiveWords {
  return ARCHIVE_WORDS[language] ?? ARCHIVE_WORDS.en;
}
