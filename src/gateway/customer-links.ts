import { UserError } from "../kit/user-error.ts";

/** Where a customer is sent; each address holds `{reference}`, which stands for the id of the decision. */
export interface CustomerLinks {
  /** To say that a decision is wrong. */
  readonly appeal: string;
  /** To show who one is, where that is asked for. */
  readonly verify: string;
}

/**
 * Checks the addresses that customers will be sent to, once, at start.
 * @throws {UserError} if one is no http(s) address or has no `{reference}`
 */
export function customerLinks(links: CustomerLinks): CustomerLinks {
  for (const [name, template] of Object.entries({ appeal: links.appeal, verify: links.verify })) {
    if (!/^https?:/i.test(template) || !URL.canParse(template) || !template.includes("{reference}"))
      throw new UserError(
        `the address for customers "${name}" can't be used: ${template}`,
        `give an http(s) address with {reference} in it, such as https://example.com/${name}/{reference}`,
      );
  }
  return links;
}

/** The address for one decision. */
export function linkFor(template: string, reference: string): string {
  return template.replaceAll("{reference}", encodeURIComponent(reference));
}
