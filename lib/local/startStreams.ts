import { KefError } from '../errors.ts';
import type { Activity } from './activity.ts';
import type { Database } from './dynamodb/Database.ts';
import { StreamTap, type WriteIntent } from './dynamodb/StreamTap.ts';
import type { TableDefinition } from './dynamodb/tableDefinition.ts';
import type { GiveUp } from './giveUp.ts';
import type { Journal } from './journal.ts';
import type { LambdaFunction } from './lambda/LambdaFunction.ts';
import type { LocalEvent } from './localEvent.ts';
import type { Shutdown } from './Shutdown.ts';
import { EventSourceMapping } from './stream/EventSourceMapping.ts';
import type { MappingSettings } from './stream/mappingSettings.ts';
import type { StreamRecord } from './stream/record.ts';
import { StreamLog } from './stream/StreamLog.ts';

/** What the streams are made of and connected to. */
export interface StreamsOptions {
  readonly region: string;
  readonly database: Database;
  readonly tables: readonly TableDefinition[];
  readonly mappings: readonly MappingSettings[];
  readonly activity: Activity;
  readonly shutdown: Shutdown;
  readonly giveUp: GiveUp;
  readonly retryDelayMs: number;
  readonly now: () => number;
  readonly emit: (event: LocalEvent) => void;
  journal<Value>(name: string): Journal<Value>;
  functionNamed(name: string): LambdaFunction;
}

/** The tables' streams with their mappings, behind the tap that fills them. */
export interface Streams {
  readonly tap: StreamTap;
  /** Takes up what an earlier process left; call once everything else is ready. */
  resume(): Promise<void>;
}

/** Connects tables to functions as the event source mappings say. */
export function startStreams(options: StreamsOptions): Streams {
  const { region, database, tables, mappings, activity, giveUp, now, emit } = options;
  const logs = new Map(
    tables.flatMap(({ name, stream }): [string, StreamLog][] => {
      if (stream === undefined) return [];
      const journal = options.journal<StreamRecord>(`stream-${name}`);
      return [[name, new StreamLog({ ...stream, region, now, journal })]];
    }),
  );
  for (const log of logs.values()) {
    log.subscribe((records) => {
      const count = records.filter(({ eventName }) => eventName === 'INSERT').length;
      if (count > 0) emit({ type: 'stored', count });
      log.finish(records.map(({ dynamodb }) => dynamodb.SequenceNumber));
    });
  }
  for (const settings of mappings) {
    const log = [...logs.values()].find(({ arn }) => arn === settings.streamArn);
    if (log === undefined) {
      throw new KefError('ConfigInvalid', `${settings.id} reads a stream no table has: ${settings.streamArn}`);
    }
    const { functionName } = settings;
    const mapping = new EventSourceMapping({
      settings,
      log,
      function: options.functionNamed(functionName),
      activity,
      now,
      retryDelayMs: options.retryDelayMs,
      onReceived: (count) => emit({ type: 'streamed', function: functionName, count }),
      onDelivered: (count) => emit({ type: 'routed', function: functionName, count }),
      onAbandoned: (abandoned) => giveUp.records(abandoned),
    });
    options.shutdown.add('work', () => mapping.close());
  }
  const tap = new StreamTap({ database, tables, logs, intents: options.journal<WriteIntent>('writes') });
  return {
    tap,
    async resume() {
      for (const log of logs.values()) log.resume();
      await tap.resume();
    },
  };
}
