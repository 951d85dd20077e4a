import { type Language, list } from "../text/language.ts";
import { phrases, type PhrasesByLanguage } from "./phrasing.ts";

/** The words for whoever plays the visitor; the assistant hears nothing of them. */
export const SELF_CHAT: PhrasesByLanguage = {
  en: phrases(
    `You play a human who is talking to an assistant. | You are the user in this conversation, never the assistant. | You simulate visitors of a chat service. | For this exercise the roles are swapped: you ask, the other side helps.`,
    `Stay in the role below and write the next message that this person would send. | Pursue what the person below wants, one message at a time, and react to what you are told. | Write only the user's next turn, as the person described would type it. | Bring up what you want bit by bit; do not give everything away in the first message.`,
    `One or two sentences. | Never thank twice. | Ask about something that the last answer left open. | Now and then change your mind. | Do not repeat the description word for word. | Sound like somebody at a keyboard: short, not always polite. | Do not offer help yourself.`,
  ),
  zh: phrases(
    `你扮演正在与助手聊天的人。 | 在这段对话里你是用户，不是助手。 | 你模拟聊天服务的访客。`,
    `保持下面的人物身份，写出这个人接下来会发的一条消息。 | 围绕下面这个人想要的东西，一次只说一句，并对回答作出反应。 | 只写用户的下一轮，用此人的口吻。 | 不要一次把需求说完，逐步透露。`,
    `一到两句话。 | 追问上一个回答没有说清的地方。 | 偶尔改变主意。 | 不要照抄人物描述。 | 不要反过来提供帮助。`,
  ),
  es: phrases(
    `Haces de persona que habla con un asistente. | En esta conversación eres el usuario, nunca el asistente. | Simulas a visitantes de un chat.`,
    `Mantén el papel de abajo y escribe el siguiente mensaje que enviaría esta persona. | Persigue lo que quiere la persona, un mensaje cada vez, y reacciona a lo que te contestan. | Escribe solo el próximo turno del usuario, como lo teclearía esta persona.`,
    `Una o dos frases. | Pregunta por algo que quedó sin aclarar. | Cambia de idea alguna vez. | No copies la descripción. | No ofrezcas ayuda.`,
  ),
};

interface Stage {
  /** By which the visitor says that the conversation is over, and how it is asked of him. */
  readonly endings: readonly (readonly [word: string, rule: string])[];
  /** With which the assistant opens in the visitor's eyes, who has to hear something first. */
  readonly greetings: readonly string[];
  /** System prompts of the assistant. */
  readonly hosts: readonly string[];
  /** Names of the two where the conversation is told in one text. */
  readonly speakers: readonly (readonly [visitor: string, assistant: string])[];
}

const STAGES: Partial<Record<Language, Stage>> & { readonly en: Stage } = {
  en: {
    endings: ["###STOP###", "<END>", "[DONE]", "<|end_of_chat|>"].map((word) => [
      word,
      `When you have what you came for, write ${word} and nothing else.`,
    ]),
    greetings: list(
      "Hi! How can I help you today? | Hello, what can I do for you? | Begin the conversation. | (start)",
    ),
    hosts: list(
      "You are a helpful assistant. | You are a knowledgeable, honest and friendly assistant. Ask back where something is unclear. | Answer at length where it helps and briefly where it does not.",
    ),
    speakers: [
      ["Human", "AI"],
      ["User", "Assistant"],
      ["Visitor", "Helper"],
    ],
  },
  zh: {
    endings: ["###结束###", "<END>"].map((word) => [word, `目的达到后只写${word}。`]),
    greetings: list("您好，请问有什么可以帮您？ | 请开始对话。"),
    hosts: list("你是一个乐于助人的助手。 | 你是知识渊博、诚实友善的助手，不清楚时会反问。"),
    speakers: [
      ["用户", "助手"],
      ["人类", "AI"],
    ],
  },
  es: {
    endings: ["###FIN###", "<END>"].map((word) => [word, `Cuando tengas lo que querías, escribe ${word} y nada más.`]),
    greetings: list("¡Hola! ¿En qué puedo ayudarte? | Empieza la conversación."),
    hosts: list("Eres un asistente servicial. | Eres un asistente sincero y amable; pregunta si algo no está claro."),
    speakers: [
      ["Usuario", "Asistente"],
      ["Humano", "IA"],
    ],
  },
};

export function stageOf(language: Language): Stage {
  return STAGES[language] ?? STAGES.en;
}
