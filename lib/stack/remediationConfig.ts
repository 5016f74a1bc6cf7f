import * as z from 'zod';
import { severities } from '../events/severity.ts';

/** Most remedies: EventBridge has 300 rules for a bus, and each remedy is one. */
const maxRemedies = 100;

const texts = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], 'must be text or a list of texts');

/** `arn:aws:lambda:REGION:ACCOUNT:function:NAME` or `arn:aws:states:REGION:ACCOUNT:stateMachine:NAME`. */
const runnable =
  /^arn:aws[a-z-]*:(lambda:[a-z0-9-]+:\d{12}:function|states:[a-z0-9-]+:\d{12}:stateMachine):[A-Za-z0-9_-]{1,80}$/;

/** One entry of `remediation`: which incidents start which automation. */
export const remedySchema = z.strictObject({
  /** Names the rule. */
  id: z
    .string('must be text')
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,39}$/, 'must be 1 to 40 letters, digits and dashes and begin with a letter'),
  /** What has to be true of the event; of what is left out, everything is. */
  match: z.strictObject({
    cluster: texts.optional(),
    namespace: texts.optional(),
    /** The effective reason, such as CrashLoopBackOff or OOMKilled. */
    reason: texts.optional(),
    kind: texts.optional(),
    minSeverity: z.enum(severities, `must be one of ${severities.join(', ')}`).optional(),
  }),
  /** Moments of an incident. */
  on: z
    .array(
      z.enum(
        ['received', 'ongoing', 'escalated', 'resolved', 'storm'],
        'must be of received, ongoing, escalated, resolved, storm',
      ),
      'must be a list of moments, for example [received, escalated]',
    )
    .min(1, 'must name at least one moment')
    .default(['received', 'escalated']),
  /** What is started, with the whole event as its input. */
  run: z
    .string('must be text')
    .regex(
      runnable,
      'must be the ARN of a Lambda function or of a Step Functions state machine, without version or alias',
    ),
});

/** Remedies whose ids differ. */
export const remediationSchema = z
  .array(remedySchema, 'must be a list')
  .max(maxRemedies, `must be at most ${maxRemedies} entries, each a rule of the 300 that an event bus has`)
  .superRefine((remedies, context) => {
    const ids = remedies.map(({ id }) => id.toLowerCase());
    for (const [index, id] of ids.entries()) {
      if (ids.indexOf(id) === index) continue;
      context.addIssue({
        code: 'custom',
        path: [index, 'id'],
        message: `is "${remedies[index]?.id}" a second time; rename one`,
      });
    }
  });

/** An automation of yours, and which incidents start it. */
export type Remedy = z.input<typeof remedySchema>;

/** Why a remedy cannot be started from a bus in this place, or undefined. What is not known is not complained about. */
export function remedyMisplaced(run: string, place: { region?: string | undefined; account?: string | undefined }) {
  const [, , , region, account] = run.split(':');
  const isHere = region === (place.region ?? region) && account === (place.account ?? account);
  return isHere
    ? undefined
    : `is in ${region}, account ${account}, but a rule starts only what is beside its bus, in ${place.region ?? region}, ` +
        `account ${place.account ?? account}: put a function there that calls on, or send events to the other place with "onEvent"`;
}
