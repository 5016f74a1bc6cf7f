/**
 * What SNS refuses in a Publish request and fauxqs lets pass: subjects are up to 100 printable ASCII characters, begin with
 * a letter, digit or punctuation mark, and have no line breaks.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 * @returns the rule that is broken, or undefined
 */
export function snsRefusal(form: URLSearchParams): string | undefined {
  for (const [name, value] of form) {
    if (name !== 'Subject' && !/^PublishBatchRequestEntries\.member\.\d+\.Subject$/.test(name)) continue;
    if (value === '' || value.length > 100 || !/^[!-~][ -~]*$/.test(value)) return 'Invalid parameter: Subject';
  }
  return undefined;
}
