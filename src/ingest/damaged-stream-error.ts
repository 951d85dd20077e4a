import { UserError } from "../kit/user-error.ts";

/** The compressed stream of a file is cut or damaged; everything before that place was handed out already. */
export class DamagedStreamError extends UserError {}
