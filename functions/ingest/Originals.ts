import { createHash } from 'node:crypto';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { KefError } from '../../lib/errors.ts';

/** What {@link Originals} needs. */
export interface OriginalsOptions {
  readonly client: S3Client;
  readonly bucket: string;
}

/** The archive of batches as they came, for replay and for questions nobody has thought of yet. */
export class Originals {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor({ client, bucket }: OriginalsOptions) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /**
   * Keeps a batch under its own hash: a batch sent twice is one object, and `IfNoneMatch` keeps the second from
   * replacing the first.
   *
   * @param day UTC day of the newest event in it, not of its arrival, so that a replay lands on the same key
   * @throws KefError `StoreUnavailable`
   */
  async keep(cluster: string, day: string, gzip: Uint8Array): Promise<void> {
    const hash = createHash('sha256').update(gzip).digest('hex');
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: `cluster=${cluster}/dt=${day}/${hash}.json.gz`,
      Body: gzip,
      ContentType: 'application/gzip',
      IfNoneMatch: '*',
    });
    try {
      await this.#client.send(command);
    } catch (error) {
      if (error instanceof Error && error.name === 'PreconditionFailed') return;
      throw new KefError('StoreUnavailable', 'The archive of originals did not take the batch; try again shortly.', {
        cause: error,
      });
    }
  }
}
