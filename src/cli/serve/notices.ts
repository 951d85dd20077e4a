import { webhookChannel } from "../../api/notices/webhook.ts";
import { createNotifier } from "../../decide/notices/notifier.ts";
import type { Notifier } from "../../decide/notices/notifier.ts";
import type { Clock } from "../../kit/clock.ts";
import type { Wait } from "../../kit/wait.ts";
import type { State } from "../../store/state/state.ts";
import type { ServeConfig } from "./config.ts";
import { readSecretFile } from "./secret-file.ts";

// Defaults.
/** A customer is told within so long of what was decided. */
const stepMs = 1_000;

interface NoticesOptions {
  readonly state: State;
  readonly clock: Clock;
  readonly wait: Wait;
  readonly signal: AbortSignal;
  readonly onFailure: (error: unknown) => void;
}

/** Who tells customers, where that is configured. Throws a `UserError` where the secret won't do. */
export async function openNotices(
  config: ServeConfig,
  { state, onFailure }: Pick<NoticesOptions, "state" | "onFailure">,
): Promise<Notifier | null> {
  if (config.notices === undefined) return null;
  const secret = await readSecretFile(config.notices["secret-file"], "notices");
  const channel = webhookChannel({ url: config.notices.url, secret });
  return createNotifier({ state, channel, appealUrl: config.customers.appeal, onFailure });
}

/** Tells until the signal. By itself, so that a slow receiver holds nothing else up. */
export async function runNotices(
  notifier: Notifier,
  { clock, wait, signal, onFailure }: Omit<NoticesOptions, "state">,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await notifier.step(clock.nowMs());
    } catch (error) {
      onFailure(error);
    }
    await wait(stepMs, signal);
  }
}
