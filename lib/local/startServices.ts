import { KefError } from '../errors.ts';
import { HttpApi } from './api/HttpApi.ts';
import { Database } from './dynamodb/Database.ts';
import { Messaging } from './messaging/Messaging.ts';
import type { Shutdown } from './Shutdown.ts';

/**
 * Listens for API requests, 0 for a free port.
 *
 * @throws KefError `ConfigInvalid` when the port is taken
 */
export async function listenForApi(port: number): Promise<HttpApi> {
  try {
    return await HttpApi.listen(port);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    const rule = `port ${port} is taken; choose another with --port, or 0 for a free one`;
    throw new KefError('ConfigInvalid', rule, { cause: error });
  }
}

/** DynamoDB with the tables of the templates, in memory without a directory. */
export async function startDatabase(
  directory: string | undefined,
  tables: Parameters<Database['createTables']>[0],
  shutdown: Shutdown,
): Promise<Database> {
  const database = await Database.start(directory);
  shutdown.add('services', () => database.close());
  await database.createTables(tables);
  return database;
}

/** SQS, SNS and S3, in memory without a directory. */
export async function startMessaging(
  region: string,
  directory: string | undefined,
  shutdown: Shutdown,
): Promise<Messaging> {
  const messaging = await Messaging.start(region, directory);
  shutdown.add('services', () => messaging.close());
  return messaging;
}
