import { type Language, list } from "../text/language.ts";

/** What a marketplace's templates are for. */
export const WORKFLOW_KINDS = ["lead-scoring", "ticket-triage", "invoice-extraction", "review-reply"] as const;
export type WorkflowKind = (typeof WORKFLOW_KINDS)[number];

/** One kind of template in one language. */
interface TemplateWords {
  /** `%firm` stands for whoever uses the template, `%choices` for what he chose. */
  readonly orders: readonly string[];
  /** Criteria, queues, fields or manners to choose from. */
  readonly choices: readonly string[];
  readonly forms: readonly string[];
}

const words = (orders: string, choices: string, forms: string): TemplateWords => ({
  orders: list(orders),
  choices: list(choices),
  forms: list(forms),
});

type Templates = Readonly<Record<WorkflowKind, TemplateWords>>;

const TEMPLATES: Partial<Record<Language, Templates>> & { readonly en: Templates } = {
  en: {
    "lead-scoring": words(
      `Score this CRM lead for %firm from 0 to 100 by this rubric: %choices. | You qualify leads for the sales team of %firm. Rate the lead below, 0 to 100. Rubric: %choices.`,
      `budget is named | decision maker | asks for a demo | more than 50 employees | our industry | wants to start this quarter | uses a competitor | business address | clear need | in a country that we serve | came by recommendation | student or job seeker (minus)`,
      `Answer with JSON {"score": number, "reason": string}. | Return only JSON with "score" and a one-sentence "reason".`,
    ),
    "ticket-triage": words(
      `Triage this support ticket for %firm. Queues: %choices. Priority 1 (outage) to 4 (question). | You route tickets at %firm. Choose one queue of %choices, a priority from P1 to P4, and say whether the customer is upset.`,
      `billing | delivery | returns | login | bug | feature request | warranty | cancellation | sales | spare parts | appointments | data protection | other`,
      `Answer with JSON {"queue": string, "priority": number, "reason": string}. | JSON only: queue, priority, upset (true or false), summary.`,
    ),
    "invoice-extraction": words(
      `Extract these fields from the invoice for the books of %firm: %choices. Dates as YYYY-MM-DD, amounts with a point. | You are the bookkeeping assistant of %firm. Read the invoice text and fill in: %choices. Use null where nothing is stated.`,
      `supplier | invoice number | date | due date | net | tax | total | currency | IBAN | order number | cost centre | line items | discount | tax number`,
      `Answer with one JSON object and nothing else. | Return valid JSON with exactly these keys.`,
    ),
    "review-reply": words(
      `Draft a reply of %firm to this customer review. %choices. | You answer reviews for %firm. Write a reply that can be posted as it is. Rules: %choices.`,
      `Thank the customer by name | At most 60 words | No excuses | Offer a phone call below three stars | Mention what they liked | Never offer refunds | Sign as the owner | Informal tone | Formal tone | Invite them back | No emoji`,
      `Answer with JSON {"reply": string, "sentiment": string}. | JSON only, with "reply" and "needs_a_human".`,
    ),
  },
  es: {
    "lead-scoring": words(
      `Puntúa de 0 a 100 este contacto del CRM de %firm según esta rúbrica: %choices. | Calificas contactos para el equipo comercial de %firm. Rúbrica: %choices. Nota de 0 a 100.`,
      `indica presupuesto | decide la compra | pide una demostración | más de 50 empleados | es de nuestro sector | empieza este trimestre | usa a un competidor | necesidad clara | viene recomendado`,
      `Responde con JSON {"score": número, "reason": texto}. | Devuelve solo JSON con "score" y "reason".`,
    ),
    "ticket-triage": words(
      `Clasifica esta incidencia de %firm. Colas: %choices. Prioridad de 1 (caída) a 4 (duda). | Repartes las incidencias de %firm entre %choices y les das prioridad de P1 a P4.`,
      `facturación | envíos | devoluciones | acceso | error | mejora | garantía | bajas | ventas | repuestos | citas | otros`,
      `Responde con JSON {"queue": texto, "priority": número, "reason": texto}. | Solo JSON: queue, priority, summary.`,
    ),
    "invoice-extraction": words(
      `Extrae estos campos de la factura para la contabilidad de %firm: %choices. Fechas AAAA-MM-DD. | Eres el asistente contable de %firm. Lee la factura y rellena: %choices. Usa null si falta.`,
      `proveedor | número | fecha | vencimiento | base | IVA | total | moneda | IBAN | pedido | centro de coste | líneas`,
      `Responde con un solo objeto JSON. | Devuelve JSON válido con esas claves exactas.`,
    ),
    "review-reply": words(
      `Redacta la respuesta de %firm a esta reseña. %choices. | Respondes reseñas en nombre de %firm. Reglas: %choices.`,
      `Da las gracias por su nombre | Máximo 60 palabras | Sin excusas | Ofrece una llamada si hay menos de tres estrellas | No ofrezcas reembolsos | Firma el dueño | Trata de tú | Trata de usted | Sin emojis`,
      `Responde con JSON {"reply": texto, "sentiment": texto}. | Solo JSON con "reply".`,
    ),
  },
  de: {
    "lead-scoring": words(
      `Bewerte diesen Lead aus dem CRM von %firm mit 0 bis 100 Punkten nach diesem Raster: %choices. | Du qualifizierst Leads für den Vertrieb von %firm. Raster: %choices. 0 bis 100 Punkte.`,
      `Budget genannt | entscheidet selbst | möchte eine Vorführung | über 50 Mitarbeiter | unsere Branche | Start in diesem Quartal | nutzt einen Mitbewerber | klarer Bedarf | auf Empfehlung`,
      `Antworte mit JSON {"score": Zahl, "reason": Text}. | Gib nur JSON mit "score" und "reason" zurück.`,
    ),
    "ticket-triage": words(
      `Ordne dieses Ticket an %firm ein. Warteschlangen: %choices. Priorität 1 (Ausfall) bis 4 (Frage). | Du verteilst Tickets bei %firm auf %choices und vergibst P1 bis P4.`,
      `Rechnung | Versand | Rückgabe | Anmeldung | Fehler | Wunsch | Garantie | Kündigung | Vertrieb | Ersatzteile | Termine | Sonstiges`,
      `Antworte mit JSON {"queue": Text, "priority": Zahl, "reason": Text}. | Nur JSON: queue, priority, summary.`,
    ),
    "invoice-extraction": words(
      `Lies diese Felder aus der Rechnung für die Buchhaltung von %firm: %choices. Datum als JJJJ-MM-TT. | Du hilfst der Buchhaltung von %firm. Fülle aus dem Rechnungstext: %choices. Fehlt etwas, dann null.`,
      `Lieferant | Rechnungsnummer | Datum | Fälligkeit | netto | Steuer | brutto | Währung | IBAN | Bestellnummer | Kostenstelle | Positionen`,
      `Antworte mit genau einem JSON-Objekt. | Gib gültiges JSON mit genau diesen Schlüsseln zurück.`,
    ),
    "review-reply": words(
      `Entwirf die Antwort von %firm auf diese Bewertung. %choices. | Du beantwortest Bewertungen für %firm. Regeln: %choices.`,
      `Mit Namen danken | Höchstens 60 Wörter | Keine Ausreden | Unter drei Sternen einen Anruf anbieten | Keine Erstattung zusagen | Die Inhaberin unterschreibt | Duzen | Siezen | Keine Emojis`,
      `Antworte mit JSON {"reply": Text, "sentiment": Text}. | Nur JSON mit "reply".`,
    ),
  },
  zh: {
    "lead-scoring": words(
      `请按以下标准为%firm的这条CRM线索打0到100分：%choices。 | 你为%firm的销售团队筛选线索，标准：%choices，满分100。`,
      `说明了预算 | 是决策人 | 要求演示 | 超过50人 | 属于我们的行业 | 本季度启动 | 正在用竞品 | 需求明确 | 有人推荐`,
      `用JSON回答：{"score": 数字, "reason": 文字}。 | 只返回包含score和reason的JSON。`,
    ),
    "ticket-triage": words(
      `为%firm的这张工单分类。队列：%choices。优先级1（故障）到4（咨询）。 | 你在%firm分派工单，从%choices中选一个队列并给出P1到P4。`,
      `账单 | 物流 | 退货 | 登录 | 故障 | 建议 | 保修 | 注销 | 销售 | 配件 | 预约 | 其他`,
      `用JSON回答：{"queue": 文字, "priority": 数字, "reason": 文字}。 | 只要JSON：queue、priority、summary。`,
    ),
    "invoice-extraction": words(
      `为%firm的账务从发票中提取字段：%choices。日期写成YYYY-MM-DD。 | 你是%firm的记账助手，读发票并填写：%choices，没有的填null。`,
      `供应商 | 发票号 | 日期 | 到期日 | 不含税 | 税额 | 合计 | 币种 | 账号 | 订单号 | 成本中心 | 明细`,
      `只用一个JSON对象回答。 | 返回合法JSON，键名一致。`,
    ),
    "review-reply": words(
      `替%firm起草对这条评价的回复。%choices。 | 你代表%firm回复评价，要求：%choices。`,
      `称呼对方名字并致谢 | 不超过60字 | 不找借口 | 三星以下请对方来电 | 不承诺退款 | 店主署名 | 语气亲切 | 语气正式 | 不用表情`,
      `用JSON回答：{"reply": 文字, "sentiment": 文字}。 | 只返回包含reply的JSON。`,
    ),
  },
};

/** Who a template says that it works for, where its author left no place for a name. */
const SOMEBODY: Partial<Record<Language, string>> & { readonly en: string } = {
  en: "our company",
  es: "nuestra empresa",
  de: "uns",
  zh: "我们",
};

export function somebody(language: Language): string {
  return SOMEBODY[language] ?? SOMEBODY.en;
}

/** A marketplace's templates as somebody of that language gets them. */
export function templateWords(kind: WorkflowKind, language: Language): TemplateWords {
  return (TEMPLATES[language] ?? TEMPLATES.en)[kind];
}

const COLUMNS: Partial<Record<Language, readonly string[]>> & { readonly en: readonly string[] } = {
  en: list(
    `Name | Company | Contact | Account manager | Product | Branch | Reference | Customer number | Employees | Amount | Stage | Source | City | Campaign | Owner | Order`,
  ),
  es: list(
    `Nombre | Empresa | Contacto | Producto | Sucursal | Referencia | Importe | Fase | Origen | Ciudad | Pedido`,
  ),
  de: list(
    `Name | Firma | Ansprechpartner | Produkt | Filiale | Kundennummer | Betrag | Phase | Quelle | Ort | Auftrag`,
  ),
  zh: list(`姓名 | 公司 | 联系人 | 产品 | 门店 | 客户编号 | 金额 | 阶段 | 来源 | 城市 | 订单`),
};

/** What the columns of a record may be called; software without a translation keeps the English names. */
export function columnNames(language: Language): readonly string[] {
  return COLUMNS[language] ?? COLUMNS.en;
}
