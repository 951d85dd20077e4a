/**
 * An error that a person can mend: the message says what is wrong, `hint` says what to do.
 * The command line prints both without a stack; everything else is a defect and keeps its stack.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly hint: string | undefined;

  constructor(message: string, hint?: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}
