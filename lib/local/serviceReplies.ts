import type { ServerResponse } from 'node:http';

/** Answers in the JSON protocol of DynamoDB, EventBridge and SQS. */
export function reply(response: ServerResponse, status: number, answer: object): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = JSON.stringify(answer);
  response
    .writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'content-length': Buffer.byteLength(body) })
    .end(body);
}

/** Each protocol has its own way to say no, and the SDKs read the code from there. */
export function replyDenied(response: ServerResponse, service: string, message: string): void {
  if (service === 's3') {
    response
      .writeHead(403, { 'content-type': 'application/xml' })
      .end(`<Error><Code>AccessDenied</Code><Message>${escapeXml(message)}</Message></Error>`);
  } else if (service === 'sns') {
    replySnsError(response, 403, 'AuthorizationError', message);
  } else {
    reply(response, 400, { __type: 'AccessDeniedException', message });
  }
}

/** Answers with an error of SNS's query protocol. */
export function replySnsError(response: ServerResponse, status: number, code: string, message: string): void {
  const error = `<Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message>`;
  response
    .writeHead(status, { 'content-type': 'text/xml' })
    .end(`<ErrorResponse><Error>${error}</Error></ErrorResponse>`);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
