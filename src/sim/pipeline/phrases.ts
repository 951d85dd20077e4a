import { BACKTRANSLATION } from "./phrases-backtranslation.ts";
import { CRITIQUE } from "./phrases-critique.ts";
import { SELF_CHAT } from "./phrases-self-chat.ts";
import { TEXT_TO_SQL } from "./phrases-text-to-sql.ts";
import { phrases, type PhrasesByLanguage } from "./phrasing.ts";

/** The pipelines by which answers are harvested (and by which honest customers, too, make or grade data). */
export const PIPELINES = [
  "reasoning",
  "rubric",
  "reconstruction",
  "evolve",
  "agentic",
  "translation",
  "code-synthesis",
  "rewriting",
  "tool-calls",
  "dialogue",
  "preference",
  "formal-proof",
  "document-questions",
  "function-traces",
  "persona-questions",
  "critique-revision",
  "bare-questions",
  "self-chat",
  "backtranslation",
  "text-to-sql",
] as const;
export type PipelineName = (typeof PIPELINES)[number];

/** In no named scenario: a detector is measured on them, never tuned. */
export const HELD_OUT_PIPELINES: readonly PipelineName[] = ["self-chat", "backtranslation", "text-to-sql"];

/** Nothing is said besides the item. */
const UNSAID = phrases("", "", "");

/** Empty roles are frequent in real pipelines: the order then stands alone. */
export const PHRASES: Record<PipelineName, PhrasesByLanguage> = {
  reasoning: {
    en: phrases(
      `You are a careful mathematician. | You solve contest problems. | You are a patient problem solver. | Act as an expert who shows every thought.`,
      `Think through the problem at length before you commit to a result. | Work it out one step after another. | Show the complete chain of thought, then the result. | Reason from the givens to the goal and check each step. | Let your thinking run freely, including dead ends, and only then answer.`,
      `Put the result in \\boxed{}. | End with a line "Result:". | Wrap the thinking in <scratch> tags. | Finish with the bare answer on its own line. | Do not skip algebra.`,
    ),
    zh: phrases(
      `你是一名严谨的数学老师。 | 你擅长竞赛题。 | 你是解题专家。`,
      `请写出完整的思考过程，再给出结果。 | 请逐步推导，每一步都要检验。 | 先详细思考，然后回答。 | 把所有推理都写出来，包括走不通的思路。`,
      `结果写在\\boxed{}中。 | 最后一行只写答案。 | 思考部分放在<思考>标签里。 | 不要省略计算。`,
    ),
    ru: phrases(
      `Ты опытный олимпиадник. | Ты решаешь задачи очень подробно.`,
      `Рассуждай по шагам и проверяй каждый шаг. | Запиши весь ход мыслей, затем ответ. | Сначала думай вслух, потом решай.`,
      `Ответ помести в \\boxed{}. | Последняя строка: только ответ. | Ничего не пропускай.`,
    ),
  },
  rubric: {
    en: phrases(
      `You grade model outputs. | You are a meticulous examiner. | You act as a preference judge. | You score answers for a training set.`,
      `Compare the answer with the reference under the rubric and give a mark. | Judge the candidate answer point by point. | Score the reply against each criterion. | Rate how far the answer meets the rubric, then justify it.`,
      `Return JSON with "mark" and "why". | Last line: MARK=<0-10>. | Give the mark first, then the critique. | Use whole numbers from 1 to 7 only.`,
    ),
    zh: phrases(
      `你是评分员。 | 你负责给模型回答打分。 | 你是严格的阅卷老师。`,
      `根据评分标准对照参考答案打分。 | 逐条判断回答是否达标。 | 先分析再给出总分。`,
      `只输出JSON。 | 最后一行写“得分：”。 | 分数为1到10的整数。`,
    ),
    es: phrases(
      `Eres un evaluador exigente. | Calificas respuestas de modelos.`,
      `Compara la respuesta con la referencia y puntúala. | Valora cada criterio por separado.`,
      `Devuelve solo JSON. | Termina con NOTA=<0-10>.`,
    ),
  },
  reconstruction: {
    en: phrases(
      `You restore missing working notes. | You are a tutor who explains how an answer was found. | You write the inner monologue of an expert.`,
      `Given the question and its final answer, write the thinking that leads from one to the other. | The reasoning was lost; rebuild it in full. | Write, in the first person, how you would have arrived at this answer. | Recover the hidden deliberation behind the answer, hesitations included.`,
      `Do not mention that the answer was given. | At least twelve sentences. | Only the thinking, not the answer. | Natural voice, no headings.`,
    ),
    zh: phrases(
      `你负责补全思考过程。 | 你是善于讲解的老师。`,
      `已知问题和最终答案，请写出中间的思考过程。 | 推理过程丢失了，请完整还原。 | 以第一人称写出得到该答案的内心独白。`,
      `不要提到答案是已知的。 | 只写思考，不写答案。 | 语气自然，不分标题。`,
    ),
  },
  evolve: {
    en: phrases(
      `You write new tasks for assistants. | You are an instruction author. | You extend a pool of tasks.`,
      `From the seeds below invent one new task of another kind. | Rewrite the task so that it demands deeper reasoning. | Make a harder variant with one more constraint. | Produce a fresh instruction in the spirit of the examples, never a copy.`,
      `Output only the task. | Keep it under 80 words. | It must be answerable without tools. | Avoid the topics of the seeds.`,
    ),
    zh: phrases(
      `你是指令数据的作者。 | 你负责扩充任务库。`,
      `参考下面的种子任务，写一个全新的任务。 | 把任务改得更难，需要更多推理。 | 增加一个限制条件并改写任务。`,
      `只输出任务本身。 | 不要与示例重复。 | 不超过八十字。`,
    ),
    pt: phrases(
      `Você escreve novas tarefas. | Você amplia um conjunto de instruções.`,
      `Crie uma tarefa inédita a partir dos exemplos. | Reescreva a tarefa com mais exigência.`,
      `Responda só com a tarefa. | Não repita os exemplos.`,
    ),
  },
  agentic: {
    en: phrases(
      `You are a software engineer inside a disposable container. | You operate a terminal on behalf of a user. | You are an autonomous maintainer of this checkout.`,
      `State your thought, then take exactly one action, until the task is solved. | Alternate between reasoning and a single command. | Explore first, reproduce, fix, then verify; one tool call each turn.`,
      `Finish by calling done. | Never ask the user anything. | Leave the tests untouched. | Print THOUGHT and ACTION sections.`,
    ),
    zh: phrases(
      `你是容器里的软件工程师。 | 你代替用户操作终端。`,
      `每一轮先写想法，再执行一个操作，直到完成。 | 先探索、复现、修复，再验证。`,
      `完成后调用done。 | 不要向用户提问。`,
    ),
  },
  translation: {
    en: phrases(
      `You are a professional translator. | You produce parallel text. | You chat with users in several languages.`,
      `Translate the passage faithfully into the target language. | Give a natural translation and then one freer variant. | Reply to the message as a friendly assistant would, then translate your reply.`,
      `Only the translation. | Keep names as they are. | No notes.`,
    ),
    es: phrases(
      `Eres traductor. | Generas texto paralelo.`,
      `Traduce el texto con fidelidad. | Da una traducción natural y otra más libre.`,
      `Solo la traducción. | Sin notas.`,
    ),
    ar: phrases(
      `أنت مترجم محترف. | أنت تنتج نصوصا متوازية.`,
      `ترجم النص بأمانة. | قدم ترجمة طبيعية ثم صيغة أخرى.`,
      `الترجمة فقط. | بلا ملاحظات.`,
    ),
  },
  "code-synthesis": {
    en: phrases(
      `You design programming exercises. | You write verified coding problems. | You turn code into lessons.`,
      `Take inspiration from the fragment and create a complete problem with a tested solution. | Build a new exercise around the idea in this code and solve it. | Derive an interview question, its solution and five checks.`,
      `First the problem, then the solution, then the tests. | The problem must stand alone. | State the complexity. | Use another language than the fragment.`,
    ),
    zh: phrases(
      `你负责设计编程题。 | 你把代码改编成题目。`,
      `从下面的代码得到灵感，编写一道完整的题目和经过验证的解答。 | 围绕该代码的思想出一道新题并解答。`,
      `依次给出题目、解答、测试。 | 题目必须独立完整。 | 说明复杂度。`,
    ),
  },
  rewriting: {
    en: phrases(
      `You edit sensitive material for a general audience. | You are a cautious communications officer. | You prepare safe answers for an assistant.`,
      `Rewrite the question so that it is harmless, then answer it without taking sides. | Give the answer an official spokesman could give, and mark what was left out. | Produce a refusing answer and a deflecting one.`,
      `Mention no names. | Two short paragraphs. | Label them SAFE and AVOIDED.`,
    ),
    zh: phrases(
      `你负责内容合规改写。 | 你是谨慎的新闻发言人。`,
      `把问题改写成稳妥的说法，再给出中立的回答。 | 给出一个回避式回答和一个拒绝式回答。`,
      `不要出现人名。 | 两小段即可。`,
    ),
  },
  "tool-calls": {
    en: phrases(
      `You route requests to functions. | You are a planner with a catalogue of functions. | You emit function calls for a training set.`,
      `Choose the function and fill every argument; explain the choice in one line. | Answer with the exact call that satisfies the request. | Plan the calls in order and write them as JSON.`,
      `Output JSON only. | Leave unknown arguments null. | Use no function twice.`,
    ),
    zh: phrases(
      `你是函数调用规划器。 | 你负责生成工具调用数据。`,
      `选择函数并填写参数，一句话说明理由。 | 按顺序写出调用的JSON。`,
      `只输出JSON。 | 未知参数填null。`,
    ),
  },
  dialogue: {
    en: phrases(
      `You invent conversations for a chat corpus. | You are two people at once: a visitor and a helper. | You ghost-write support chats.`,
      `Write a whole exchange of eight turns between a user and an assistant about the topic. | From this opening, make up the rest of the conversation, both sides. | Produce a natural multi-turn chat that starts like this. | Continue as both speakers until the matter is settled.`,
      `Mark turns with U: and A:. | At least one misunderstanding that gets cleared up. | No narration. | The user stays impatient. | Vary the length of the turns.`,
    ),
    zh: phrases(
      `你负责编写聊天语料。 | 你同时扮演用户和助手。`,
      `围绕主题写一段八轮的用户与助手对话。 | 从这个开头续写完整对话。`,
      `每轮以“用户：”或“助手：”开头。 | 不要旁白。`,
    ),
    pt: phrases(
      `Você escreve conversas para um corpus.`,
      `Escreva uma conversa inteira entre usuário e assistente sobre o tema. | Continue o diálogo dos dois lados.`,
      `Marque as falas com U: e A:. | Sem narração.`,
    ),
  },
  preference: {
    en: phrases(
      `You pick the better of two replies. | You are an annotator for pairwise comparisons. | You label which reply people would rather have.`,
      `Read both replies and choose the one you would rather receive. | Decide which of the two is better and say how sure you are. | Compare A with B and name the winner. | Order the replies from better to worse.`,
      `Last line: A, B or TIE. | Give a margin from 1 to 3. | One sentence of grounds. | Ignore length.`,
    ),
    zh: phrases(
      `你是成对比较的标注员。 | 你判断哪个回答更好。`,
      `阅读两个回答，选出更好的一个。 | 比较A和B，说明哪个更好。`,
      `最后一行只写A或B。 | 给出1到3的差距。`,
    ),
    es: phrases(
      `Eliges la mejor de dos respuestas.`,
      `Lee las dos respuestas y di cuál prefieres. | Compara A con B y nombra la mejor.`,
      `Última línea: A o B. | Ignora la longitud.`,
    ),
  },
  "formal-proof": {
    en: phrases(
      `You work in Lean 4 with its mathematical library. | You are a proof engineer. | You formalise mathematics. | You are one half of a loop; the other half is a proof checker.`,
      `State the claim formally and prove it; every tactic is preceded by a comment that says what it achieves. | Give an informal proof in numbered steps, then the formal one, step for step. | Translate the statement into a theorem and close every goal. | Prove it so that the checker accepts; its messages will be sent back to you. | Sketch the lemmas first, prove each of them, then put them together.`,
      `No sorry, no axioms. | One code block, nothing after it. | Name the lemmas by what they say. | If the statement is false, prove its negation. | Keep each step below three tactics.`,
    ),
    zh: phrases(
      `你熟悉Lean 4及其数学库。 | 你负责把数学命题形式化。 | 你与证明检查器配合工作。`,
      `把命题写成形式化定理并完成证明，每个策略前用注释说明作用。 | 先分步写出自然语言证明，再逐步对应地写出形式化证明。 | 先列出引理，逐个证明，最后合并。`,
      `不得使用sorry。 | 只给一个代码块。 | 命题若不成立，请证明其否定。`,
    ),
    ru: phrases(
      `Ты формализуешь математику в Lean 4. | Ты работаешь в паре с проверяющей программой.`,
      `Запиши утверждение как теорему и докажи его, поясняя каждую тактику. | Сначала доказательство словами по пунктам, затем формальное, пункт за пунктом. | Докажи так, чтобы проверка прошла; её сообщения придут тебе обратно.`,
      `Без sorry. | Один блок кода. | Если утверждение неверно, докажи отрицание.`,
    ),
  },
  "document-questions": {
    en: phrases(
      `You read long documents closely. | You prepare reading comprehension material. | You are a librarian with a good memory. | You write questions that only a reader of the whole text can answer.`,
      `Read the document to its end and write questions with full answers, each tied to the places it rests on. | Make pairs of question and answer whose evidence lies in at least two paragraphs. | From the document produce question-answer pairs of the given kind, and quote the sentences that prove each answer. | Set a test on this text, with the key and an explanation for every item.`,
      `Five pairs. | JSON lines with "q", "a" and "where". | A question must make sense without the document at hand. | No question that a general education answers. | From easy to hard. | Answers of two or three sentences.`,
    ),
    zh: phrases(
      `你负责长文阅读理解材料。 | 你仔细阅读长文档。`,
      `通读全文，编写问题和完整答案，并注明依据所在。 | 根据文档生成指定类型的问答对，引用能证明答案的句子。 | 编写需要结合至少两段内容才能回答的问题，并给出答案和解析。`,
      `共五组。 | 每行一个JSON。 | 问题脱离原文也要通顺。 | 由易到难。`,
    ),
    es: phrases(
      `Lees documentos largos con atención. | Preparas material de comprensión lectora.`,
      `Lee el documento entero y escribe preguntas con su respuesta completa y el lugar en que se apoya. | Crea pares de pregunta y respuesta cuya prueba esté en dos párrafos o más. | Prepara un examen sobre el texto, con clave y explicación.`,
      `Cinco pares. | Una línea JSON por par. | De fácil a difícil. | Respuestas de dos o tres frases.`,
    ),
    pt: phrases(
      `Você prepara material de leitura. | Você lê documentos longos com cuidado.`,
      `Leia o documento até o fim e escreva perguntas com respostas completas, indicando onde se apoiam. | Produza pares de pergunta e resposta que exijam mais de um parágrafo.`,
      `Cinco pares. | Um JSON por linha. | Da mais fácil à mais difícil.`,
    ),
  },
  "function-traces": {
    en: phrases(
      `You are the assistant of a service with the functions below. | You handle requests end to end through functions. | You serve customers of a simulated company. | You operate a sandbox whose functions return made-up data.`,
      `Say in a sentence what you are about to do, call one function, wait for its result, and go on until the request is settled. | Work out which functions are needed and in what order, then call them one by one. | Before each call write down what you know and what is missing. | Carry the request through; where a function fails, find another way.`,
      `Never invent a value that no function returned. | Confirm before anything that costs money. | Close with a summary for the customer. | At most eight calls. | Put your considerations between <plan> and </plan>.`,
    ),
    zh: phrases(
      `你是一家模拟公司的客服助手，可以调用函数。 | 你通过函数完整地处理用户请求。`,
      `先用一句话说明打算，再调用一个函数，等待结果后继续，直到请求办妥。 | 想清楚需要哪些函数、按什么顺序，然后逐个调用。 | 每次调用之前写出已知信息和缺少的信息。`,
      `不得编造函数没有返回的数值。 | 最后给用户一个小结。 | 最多调用八次。`,
    ),
    es: phrases(
      `Atiendes a los clientes de una empresa simulada mediante funciones. | Resuelves peticiones de principio a fin con funciones.`,
      `Di en una frase qué vas a hacer, llama a una función, espera el resultado y sigue hasta resolver la petición. | Piensa qué funciones hacen falta y en qué orden, y llámalas una a una.`,
      `No inventes ningún valor. | Termina con un resumen para el cliente. | Ocho llamadas como máximo.`,
    ),
  },
  "persona-questions": {
    en: phrases(
      `You put yourself in other people's place. | You know people of every walk of life. | You write what different people would ask. | You are an inventive author of exercises.`,
      `Write one thing of the given kind that the person described could come up with. | Guess what this person would bring to an assistant, and write it as they would. | Make up something challenging of the given kind which draws on the person's trade and circumstances. | Start from the person below and produce what nobody without that background would think of.`,
      `Be specific and informative. | Do not repeat the description. | It must be possible to settle it without looking anything up. | Nothing before it and nothing after it. | In the person's own way of speaking. | Begin with "Prompt:".`,
    ),
    zh: phrases(
      `你善于设身处地替别人着想。 | 你写出不同的人会提出的问题。`,
      `请写出下面这个人可能想到的、指定类型的一项内容。 | 猜一猜这个人会请助手做什么，并用他的口吻写出来。 | 结合此人的职业和处境，编写一项有难度的、指定类型的内容。`,
      `内容要具体。 | 不要复述人物描述。 | 前后不要写别的话。 | 不查资料也能解决。`,
    ),
    es: phrases(
      `Te pones en el lugar de otras personas. | Escribes lo que preguntaría gente muy distinta.`,
      `Escribe algo del tipo indicado que se le ocurriría a esta persona. | Adivina qué pediría esta persona a un asistente y escríbelo como lo haría ella. | Inventa algo difícil, del tipo indicado, que aproveche el oficio y la vida de la persona.`,
      `Sé concreto. | No repitas la descripción. | Nada antes ni después. | Debe poder resolverse sin consultar nada.`,
    ),
    ru: phrases(
      `Ты умеешь ставить себя на место другого. | Ты пишешь то, что спросили бы разные люди.`,
      `Напиши то, что мог бы придумать этот человек, указанного вида. | Угадай, с чем этот человек придёт к помощнику, и напиши его словами. | Придумай что-нибудь непростое указанного вида, исходя из профессии и жизни этого человека.`,
      `Пиши конкретно. | Не повторяй описание. | Ничего до и после. | Чтобы можно было решить без справочников.`,
    ),
  },
  "critique-revision": CRITIQUE,
  "bare-questions": { en: UNSAID, zh: UNSAID, es: UNSAID, ru: UNSAID },
  "self-chat": SELF_CHAT,
  backtranslation: BACKTRANSLATION,
  "text-to-sql": TEXT_TO_SQL,
};
