/**
 * What the program needs is not to be had at this time: room on a disk, a database. It may pass by itself. Message and hint are for
 * whoever runs the program, and hold nothing that somebody sent: they can be written down and shown.
 */
export class UnavailableError extends Error {
  override readonly name: string = "UnavailableError";
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}
