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

/** Several of them at once, such as all that is wrong with a file: who mends one wants to see the others. */
export class UserErrors extends UserError {
  readonly messages: readonly string[];

  constructor(messages: readonly string[], hint?: string) {
    super(messages.join("\n"), hint);
    this.messages = messages;
  }
}
