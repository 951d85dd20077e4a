import { list, type Language } from "../text/language.ts";

/** The parts from which a pipeline's wording is drawn, in one language. */
export interface Phrases {
  readonly roles: readonly string[];
  readonly orders: readonly string[];
  readonly rules: readonly string[];
}

export const phrases = (roles: string, orders: string, rules: string): Phrases => ({
  roles: list(roles),
  orders: list(orders),
  rules: list(rules),
});

export type PhrasesByLanguage = Partial<Record<Language, Phrases>> & { readonly en: Phrases };
