/** What a check found, in words that the page has in each of its languages. */

/** It holds, it fails, or there is nothing to check. */
export type Outcome = 'holds' | 'fails' | 'none';

export interface Step {
  /** Its name is the words `step.<name>`. */
  name: string;
  outcome: Outcome;
  /** Why: the words `found.<why>`, with what they are filled with. */
  why: string;
  filling?: Record<string, string | number>;
}

export const holds = (name: string, why: string, filling?: Step['filling']): Step => ({
  name,
  outcome: 'holds',
  why,
  filling,
});
export const fails = (name: string, why: string, filling?: Step['filling']): Step => ({
  name,
  outcome: 'fails',
  why,
  filling,
});
export const none = (name: string, why: string, filling?: Step['filling']): Step => ({
  name,
  outcome: 'none',
  why,
  filling,
});

export const failed = (steps: Step[]): Step | undefined => steps.filter((step) => step.outcome === 'fails')[0];
