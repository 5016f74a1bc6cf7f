/** Calls a service with the function's own keys, without an SDK: the body is `{ service, target?, path?, method?, body?, type? }`. */
export const handler = async (event) => {
  const {
    service,
    target,
    path = '/',
    method = 'POST',
    body = '',
    type = 'application/x-amz-json-1.0',
  } = JSON.parse(event.body);
  const response = await fetch(`${process.env.AWS_ENDPOINT_URL}${path}`, {
    method,
    ...(method === 'GET' ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    headers: {
      'content-type': type,
      ...(target ? { 'x-amz-target': target } : {}),
      authorization: `AWS4-HMAC-SHA256 Credential=${process.env.AWS_ACCESS_KEY_ID}/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`,
    },
  });
  return { status: response.status, text: await response.text() };
};
