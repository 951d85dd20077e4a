/*
 * The terms of an appeal. The EU's Digital Services Act, article 20, asks for six months in which to complain, for an answer
 * without undue delay, and for a person who answers; most of those who are wrongly hit object within days.
 */

// Limits.
/** Days after a decision in which it can be appealed. */
export const fileDaysMax = 183;
/** Days in which an appeal is answered. */
export const answerDaysMax = 7;
/** Appeals of one account in one case: the first, and two more if there is something new to say. */
export const appealsPerCaseMax = 3;
/** Days for which a reinstated account is left alone in the same case. */
export const reinstatedDaysMax = 180;
