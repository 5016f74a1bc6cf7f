import type { Member, Members } from '../incidents/members.ts';

/** Name, occurrences, then seconds: since when, and the rest as differences, because those are short. */
type Row = [
  name: string,
  total: number,
  since: number,
  sinceArrived: number,
  last: number,
  lastArrived: number,
  sequence?: number,
];

/** Members as JSON text, oldest first: a DynamoDB map would lose the order, and names may hold any character. */
export function packMembers(members: Members['members']): string {
  return JSON.stringify(
    Object.entries(members).map(([name, { total, since, last, sequence }]): Row => {
      const row: Row = [
        name,
        total,
        since.at,
        since.arrivedAt - since.at,
        last.at - since.at,
        last.arrivedAt - last.at,
      ];
      if (sequence !== undefined) row.push(sequence);
      return row;
    }),
  );
}

/** Reverses {@link packMembers}. */
export function unpackMembers(packed: string): Members['members'] {
  const rows = JSON.parse(packed) as Row[]; // packed by packMembers, kept by us
  return Object.fromEntries(
    rows.map(([name, total, since, sinceArrived, last, lastArrived, sequence]): [string, Member] => [
      name,
      {
        total,
        since: { at: since, arrivedAt: since + sinceArrived },
        last: { at: since + last, arrivedAt: since + last + lastArrived },
        ...(sequence === undefined ? {} : { sequence }),
      },
    ]),
  );
}
