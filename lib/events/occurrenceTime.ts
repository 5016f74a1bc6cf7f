// Days, hours and minutes are range-checked here; the length of the month below. Seconds stop at 59 as in Go's parser.
const rfc3339 =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,12}))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

/** True for RFC 3339 text that names a real instant, at any precision and offset. */
export function isTimeText(text: string): boolean {
  const match = rfc3339.exec(text);
  if (match === null) return false;
  const day = Number(match[3]);
  return day <= 28 || day <= new Date(Date.UTC(Number(match[1]), Number(match[2]), 0)).getUTCDate();
}

/**
 * True for the ways a clock says "not set": Go's zero time (year 1) and the Unix epoch. Kubernetes is younger than both,
 * so nothing real is lost.
 */
export function isUnsetTime(text: string): boolean {
  return text < '1971';
}

/**
 * The same instant as UTC text with exactly six decimals, so that the order of the text is the order of time.
 * Digits past the microsecond are dropped: Kubernetes' `MicroTime` has none.
 *
 * @param text RFC 3339, as {@link isTimeText} accepts it; returned unchanged when it is not.
 */
export function utcMicroseconds(text: string): string {
  // The two shapes a Kubernetes server writes: metav1.Time and metav1.MicroTime.
  if (text.length === 20 && text.endsWith('Z')) return `${text.slice(0, 19)}.000000Z`;
  if (text.length === 27 && text.endsWith('Z')) return text;
  const match = rfc3339.exec(text);
  if (match === null) return text;
  const fraction = (match[7] ?? '').slice(0, 6).padEnd(6, '0');
  const [, year, month, day, hour, minute, second] = match.map(Number);
  const offsetMinutes = (Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0)) * (match[8] === '-' ? -1 : 1);
  const utc = new Date(
    Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1, hour ?? 0, (minute ?? 0) - offsetMinutes, second ?? 0),
  );
  return `${utc.toISOString().slice(0, 19)}.${fraction}Z`;
}
