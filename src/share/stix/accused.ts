import { z } from "zod";

/*
 * Who is accused, and where that can be read: all that a person words in what is shared. A sentence of a prompt does not fit where a name
 * goes; that the name is the right one, and the source public, no schema can tell, and is for whoever releases it.
 */

// Limits.
const actorCharactersMax = 48;
const actorWordsMax = 5;
const sourceCharactersMax = 64;
const sourceWordsMax = 6;
const addressCharactersMax = 200;
const sourcesMax = 4;
/** A longer word of small letters alone belongs to a sentence rather than to a name. */
const smallWordCharactersMax = 3;

const nameOf = (charactersMax: number, wordsMax: number) =>
  z
    .string()
    .max(charactersMax)
    .refine((text) => {
      const words = text.split(" ");
      return words.length <= wordsMax && words.every(isWordOfName);
    }, `not a name: at most ${wordsMax} words of letters and digits, each of more than ${smallWordCharactersMax} with a capital`);

/** Scripts without small letters have none to tell a name by: there, length is the bound. */
function isWordOfName(word: string): boolean {
  if (!/^[\p{L}\p{M}\p{N}.&'’-]+$/u.test(word)) return false;
  return word.length <= smallWordCharactersMax || /[\p{Lu}\p{Lt}\p{Lo}\p{N}]/u.test(word);
}

/** A page by its host's name and its path: what else an address can hold carries what it likes. */
const addressSchema = z
  .string()
  .max(addressCharactersMax)
  .regex(
    /^https:\/\/(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*(?:\/[\w.~%,+:@()/-]*)?$/,
    "not an https address of a page: no user, port, query or fragment, and no number in place of the host's name",
  );

const sourceSchema = z.strictObject({ source_name: nameOf(sourceCharactersMax, sourceWordsMax), url: addressSchema });

export const namedActorSchema = z.strictObject({
  name: nameOf(actorCharactersMax, actorWordsMax),
  sources: z.array(sourceSchema).min(1).max(sourcesMax).readonly(),
});
export type NamedActor = Readonly<z.infer<typeof namedActorSchema>>;
