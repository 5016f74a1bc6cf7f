import { createHash } from 'node:crypto';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { Originals } from './Originals.ts';

const s3 = mockClient(S3Client);
const originals = new Originals({ client: new S3Client({}), bucket: 'originals' });
const body = Buffer.from('gzip');

beforeEach(() => s3.reset());

describe('the archive of originals', () => {
  it('keeps a batch under cluster, day and its own hash, and never over another', async () => {
    s3.on(PutObjectCommand).resolves({});
    await originals.keep('prod', '2026-11-20', body);
    const hash = createHash('sha256').update(body).digest('hex');
    expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({
      Bucket: 'originals',
      Key: `cluster=prod/dt=2026-11-20/${hash}.json.gz`,
      Body: body,
      IfNoneMatch: '*',
    });
  });

  it('has a batch already when it is sent again', async () => {
    s3.on(PutObjectCommand).rejects(Object.assign(new Error('exists'), { name: 'PreconditionFailed' }));
    await expect(originals.keep('prod', '2026-11-20', body)).resolves.toBeUndefined();
  });

  it('says so when it could not keep one', async () => {
    s3.on(PutObjectCommand).rejects(Object.assign(new Error('slow down'), { name: 'SlowDown' }));
    await expect(originals.keep('prod', '2026-11-20', body)).rejects.toMatchObject({ code: 'StoreUnavailable' });
  });
});
