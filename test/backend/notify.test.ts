import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context, EventBridgeEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findAffected, nobody } from '../../functions/notify/affected.ts';
import { commandsFor } from '../../functions/notify/commands.ts';
import { composeText } from '../../functions/notify/composeText.ts';
import { notifyOnce } from '../../functions/notify/notifyOnce.ts';
import type { DeliveredPublication } from '../../functions/notify/readPublication.ts';
import { KefError } from '../../lib/errors.ts';
import type { StandardEvent } from '../../lib/events/standardEvent.ts';
import type { Claim } from '../../lib/store/incidentNotifications.ts';
import { startDynamo } from './dynamo.ts';
import { memoryIncidents } from './memoryIncidents.ts';
import { FaultyWorld, second, streamRecord } from './routeHarness.ts';

function publication(parts: Partial<StandardEvent> & { detailType?: string } = {}): DeliveredPublication {
  const { detailType = 'event.k8s.received', ...detail } = parts;
  return {
    detailType,
    detail: {
      id: 'f3a1c0de',
      type: 'k8s_event',
      source: 'kubernetes',
      timestamp: '2026-11-20T10:04:31Z',
      processedAt: '2026-11-20T10:04:33Z',
      clusterId: 'prod',
      namespace: 'shop',
      severity: 'high',
      fingerprint: 'prod/shop/Pod/web-7d9/ImagePullBackOff',
      ...detail,
      labels: {
        event_type: 'Normal',
        reason: 'BackOff',
        effective_reason: 'ImagePullBackOff',
        involved_kind: 'Pod',
        involved_name: 'web-7d9',
        involved_namespace: 'shop',
        container: 'app',
        component: 'kubelet',
        category: 'image',
        count: '7',
        occurrences: '7',
        opened_at: '2026-11-20T10:02:00.000000Z',
        notify: 'true',
        ...detail.labels,
      },
      annotations: {
        message: 'Back-off pulling image "registry.example/web:9"',
        summary: 's',
        remedy: 'Check the image name, its tag and the pull secret.',
        ...detail.annotations,
      },
    },
  };
}

describe('the text', () => {
  it('says what happened, where, since when, and what to look at first', () => {
    const { subject, body } = composeText(publication());
    expect(subject).toBe('[HIGH] ImagePullBackOff pod/web-7d9 in prod/shop');
    expect(body).toBe(
      [
        'ImagePullBackOff on pod/web-7d9.',
        '',
        'Severity   high',
        'Cluster    prod',
        'Namespace  shop',
        'Object     pod/web-7d9, container app',
        'Since      2026-11-20 10:02:00 UTC',
        'Last seen  2026-11-20 10:04:31 UTC',
        'Happened   7 times',
        '',
        'Kubernetes says (kubelet):',
        '  Back-off pulling image "registry.example/web:9"',
        '',
        'What usually helps:',
        '  Check the image name, its tag and the pull secret.',
        '',
        'Look at this first:',
        '  kubectl describe pod web-7d9 -n shop',
        '  kubectl get events -n shop --sort-by=.lastTimestamp --field-selector involvedObject.name=web-7d9',
        '',
        'Event f3a1c0de',
      ].join('\n'),
    );
  });

  it('of an escalation says what changed', () => {
    const more = publication({ detailType: 'event.k8s.escalated', labels: { repeated_count: '25', suppressed: '12' } });
    expect(composeText(more).body).toMatch(/^ImagePullBackOff on pod\/web-7d9 keeps happening: 25 times by now\./);
    expect(composeText(more).body).toContain('Kept quiet 12 times since the last message');
    const worse = publication({ detailType: 'event.k8s.escalated', labels: { previous_severity: 'medium' } });
    expect(composeText(worse).body).toMatch(/^ImagePullBackOff on pod\/web-7d9 got worse: medium before, high now\./);
  });

  it('names the workload and its pods, as far as they are known', () => {
    const labels = { incident: 'prod/shop/Deployment/web/ImagePullBackOff' };
    const names = Array.from({ length: 20 }, (_, index) => `web-7d9f8b6c5d-${index}`);
    const { subject, body } = composeText(publication({ labels }), { names, hasMore: false });
    expect(subject).toBe('[HIGH] ImagePullBackOff deployment/web in prod/shop (20 pods)');
    expect(body).toMatch(/^ImagePullBackOff on deployment\/web, 20 pods affected\.\n/);
    expect(body).toContain('Workload   deployment/web\nObject     pod/web-7d9, container app\n');
    expect(body).toMatch(/Affected {3}20 pods: web-7d9f8b6c5d-0, .*-14 and 5 more\n/);
  });

  it('of a lost node says how many pods went with it', () => {
    const node = publication({
      labels: { involved_kind: 'Node', involved_name: 'n1', effective_reason: 'NodeNotReady', involved_namespace: '' },
    });
    const { body } = composeText(node, { names: ['shop/web-1', 'shop/web-2'], hasMore: false });
    expect(body).toMatch(/^NodeNotReady on node\/n1, 2 pods affected\./);
    expect(body).toContain('Affected   2 pods: shop/web-1, shop/web-2');
  });

  it('of trouble that lasts says so', () => {
    const lasting = publication({ detailType: 'event.k8s.escalated', labels: { lasting: '120' } });
    expect(composeText(lasting).body).toMatch(/has lasted for 2 minutes now, and nothing says that it ends\./);
  });

  it('of trouble that spreads says how far', () => {
    const wider = publication({ detailType: 'event.k8s.escalated', labels: { objects: '12' } });
    expect(composeText(wider).body).toMatch(/spreads: 12 objects by now\./);
  });

  it('names who answers for it and where they wrote down what to do', () => {
    const owned = publication({ labels: { team: 'checkout' }, annotations: { runbook: 'https://wiki.example/web' } });
    expect(composeText(owned).body).toContain('Team       checkout\nRunbook    https://wiki.example/web');
  });

  it('for many objects names them all, as route publishes it', async () => {
    const world = new FaultyWorld(memoryIncidents().port);
    await world.deliver(Array.from({ length: 6 }, (_, index) => streamRecord(index * second, { pod: `web${index}` })));
    await world.pass(120 * second);
    const digest = world.entries.find(({ detailType }) => detailType === 'event.k8s.storm');
    if (digest === undefined) throw new Error('no message about many objects was published');
    const { subject, body } = composeText(digest);
    expect(subject).toBe('[MEDIUM] FailedMount on 6 objects in prod/shop');
    expect(body).toContain('6 objects report FailedMount.');
    for (const index of [0, 1, 2, 3, 4, 5]) expect(body).toContain(`Pod shop/web${index} (medium, 1×)`);
  });

  it('of a storm lists the worst objects, as route publishes it', async () => {
    const world = new FaultyWorld(memoryIncidents().port, { stormLimitPerMinute: 3 });
    await world.deliver(Array.from({ length: 9 }, (_, index) => streamRecord(index * second, { pod: `web${index}` })));
    const storm = world.entries.find(({ detailType }) => detailType === 'event.k8s.storm');
    if (storm === undefined) throw new Error('no storm was published');
    const { subject, body } = composeText(storm);
    expect(subject).toBe('[MEDIUM] FailedMount storm: 4 in a minute in prod/shop');
    expect(body).toContain('This message stands for all of them');
    expect(body).toMatch(/Worst objects:\n {2}Pod\/web\d \(medium, 1×\)\n/);
    expect(body).toContain('  kubectl get pod -n shop');
  });

  it('has a subject SNS accepts, whatever the names are', () => {
    const odd = publication({ labels: { involved_name: `été\n${'x'.repeat(300)}`, effective_reason: 'Überlauf' } });
    const { subject } = composeText(odd);
    expect(subject).toMatch(/^[\x20-\x7e]{1,100}$/);
    expect(subject).toContain('[HIGH] ?berlauf pod/?t??xxx');
  });

  it('stays short when Kubernetes is not', () => {
    expect(composeText(publication({ annotations: { message: 'm'.repeat(16_000) } })).body.length).toBeLessThan(3_500);
  });
});

describe('who else is in trouble', () => {
  const pace = { sleep: async () => undefined };
  const asked: string[] = [];
  const incidents = {
    objectsOf: async (fingerprint: string) => {
      asked.push(fingerprint);
      const at = Date.parse('2026-11-20T10:04:33Z');
      return {
        objects: [
          { name: 'new', lastSeen: at },
          { name: 'old', lastSeen: at - 3_600_000 },
        ],
        hasMore: false,
      };
    },
  };

  it('are the objects of the incident that several share', async () => {
    const incident = 'prod/shop/Deployment/web/ImagePullBackOff';
    expect((await findAffected(publication({ labels: { incident } }), incidents, pace)).names).toEqual(['new', 'old']);
    expect(asked.splice(0)).toEqual([incident]);
  });

  it('are the pods of this outage when a node is lost', async () => {
    const node = publication({ labels: { involved_kind: 'Node', effective_reason: 'NodeNotReady' } });
    expect((await findAffected(node, incidents, pace)).names).toEqual(['new']);
    expect(asked.splice(0)).toEqual(['prod/default/Pod/*/NodeNotReady']);
  });

  it('are nobody when the object has its incident for itself', async () => {
    expect(await findAffected(publication(), incidents, pace)).toBe(nobody);
    expect(asked).toEqual([]);
  });
});

describe('the commands', () => {
  const of = (labels: Record<string, string>, namespace = 'shop') =>
    commandsFor(publication({ labels, namespace }).detail);

  it('for a node need no namespace', () => {
    expect(
      of({ involved_kind: 'Node', involved_name: 'ip-10-0-1-7.ec2.internal', involved_namespace: '' }, 'default'),
    ).toEqual([
      'kubectl describe node ip-10-0-1-7.ec2.internal',
      'kubectl get pods -A --field-selector spec.nodeName=ip-10-0-1-7.ec2.internal -o wide',
    ]);
  });

  it('for other kinds show the object and its events', () => {
    expect(of({ involved_kind: 'Deployment', involved_name: 'web' })).toEqual([
      'kubectl describe deployment web -n shop',
      'kubectl get events -n shop --sort-by=.lastTimestamp --field-selector involvedObject.name=web',
    ]);
  });

  it.each([
    ['container', 'kubectl logs web-7d9 -n shop -c app --tail=50 --previous'],
    ['probe', 'kubectl logs web-7d9 -n shop -c app --tail=50'],
    ['scheduling', 'kubectl get nodes -o wide'],
    ['storage', 'kubectl get events -n shop --sort-by=.lastTimestamp --field-selector involvedObject.name=web-7d9'],
  ])('for a pod go where its trouble is: %s', (category, command) => {
    expect(of({ category })).toEqual(['kubectl describe pod web-7d9 -n shop', command]);
  });

  it('cannot be made to run something else by a name', () => {
    expect(of({ involved_name: "x'; rm -rf /", container: '$(reboot)', category: 'container' })).toEqual([
      "kubectl describe pod 'x'\\''; rm -rf /' -n shop",
      "kubectl logs 'x'\\''; rm -rf /' -n shop -c '$(reboot)' --tail=50 --previous",
    ]);
    expect(of({ involved_name: '--kubeconfig=/tmp/evil' }).join(' ')).not.toContain('evil');
  });
});

/** The claim table, the clock and the topic, each step of which can fail before or after it took effect. */
class NotifyWorld {
  now = 0;
  sent = 0;
  readonly steps: string[] = [];
  #claim: { state: 'pending' | 'sent'; leaseUntil: number } | undefined;
  #fault: { at: number; when: 'before' | 'after'; isCrash: boolean } | undefined;
  #isDead = false;

  failAt(at: number, when: 'before' | 'after', isCrash: boolean): this {
    this.#fault = { at, when, isCrash };
    return this;
  }

  /** Lambda's asynchronous invocation: tries again after one and two minutes, then EventBridge's queue takes over. */
  async deliver(): Promise<string[]> {
    const outcomes: string[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      this.#isDead = false;
      const outcome = await notifyOnce(publication(), this.#ports()).catch((error: unknown) => {
        return error instanceof KefError ? error.code : 'died';
      });
      outcomes.push(outcome);
      if (outcome === 'told' || outcome === 'known') break;
      this.now += (attempt + 1) * 60_000;
    }
    return outcomes;
  }

  #ports() {
    return {
      claims: {
        claim: async () =>
          this.#step('claim', (): Claim => {
            if (this.#claim?.state === 'sent') return 'sent';
            if (this.#claim !== undefined && this.#claim.leaseUntil > this.now) return 'held';
            this.#claim = { state: 'pending', leaseUntil: this.now + 60_000 };
            return 'claimed';
          }),
        markSent: async () =>
          this.#step('markSent', () => {
            this.#claim = { state: 'sent', leaseUntil: 0 };
          }),
        release: async () =>
          this.#step('release', () => {
            if (this.#claim?.state === 'pending') this.#claim = { state: 'pending', leaseUntil: 0 };
          }),
      },
      affected: async () => nobody,
      topic: {
        publish: async () =>
          this.#step('publish', () => {
            this.sent += 1;
          }),
      },
    };
  }

  #step<T>(name: string, effect: () => T): T {
    if (this.#isDead) throw new Error('dead');
    const place = this.steps.push(name) - 1;
    const fault = this.#fault?.at === place ? this.#fault : undefined;
    if (fault?.when === 'before') this.#fail(fault.isCrash, name);
    const result = effect();
    if (fault?.when === 'after') this.#fail(fault.isCrash, name);
    return result;
  }

  #fail(isCrash: boolean, name: string): never {
    this.#isDead = isCrash;
    throw new Error(`${name} failed`);
  }
}

describe('telling once', () => {
  it('tells once however often the publication is delivered', async () => {
    const world = new NotifyWorld();
    expect(await world.deliver()).toEqual(['told']);
    expect(await world.deliver()).toEqual(['known']);
    expect(world.sent).toBe(1);
  });

  it('leaves it to the one who holds the lease, and asks to be called again', async () => {
    const world = new NotifyWorld().failAt(0, 'after', true);
    expect(await world.deliver()).toEqual(['died', 'told']);
    const held = new NotifyWorld().failAt(1, 'before', true);
    expect((await held.deliver())[0]).toBe('PublishFailed');
  });

  it.each([
    [0, 'claim'],
    [1, 'publish'],
    [2, 'markSent'],
  ])(
    'survives a failure at call %i (%s): people are told, twice only when it died between telling and noting',
    async (at) => {
      for (const when of ['before', 'after'] as const) {
        for (const isCrash of [false, true]) {
          const world = new NotifyWorld().failAt(at, when, isCrash);
          const outcomes = await world.deliver();
          await world.deliver();
          expect(outcomes.at(-1), `${when} ${isCrash}`).toMatch(/told|known/);
          const isAmbiguous = (at === 1 && when === 'after') || (at === 2 && when === 'before');
          expect(world.sent, `${when} ${isCrash}`).toBe(isAmbiguous ? 2 : 1);
        }
      }
    },
  );
});

describe('the function', () => {
  let dynamo: Awaited<ReturnType<typeof startDynamo>>;
  let topic: Server;
  const published: URLSearchParams[] = [];
  let handler: (event: EventBridgeEvent<string, unknown>, context: Context) => Promise<void>;

  beforeAll(async () => {
    dynamo = await startDynamo();
    topic = createServer(async (request, response) => {
      published.push(new URLSearchParams(Buffer.concat(await request.toArray()).toString()));
      response.setHeader('content-type', 'text/xml');
      response.end('<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>');
    });
    await new Promise<void>((resolve) => topic.listen(0, '127.0.0.1', resolve));
    const endpoint = await dynamo.client.config.endpoint?.();
    Object.assign(process.env, {
      INCIDENTS_TABLE: 'incidents',
      TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:news',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${endpoint?.port}`,
      AWS_ENDPOINT_URL_SNS: `http://127.0.0.1:${(topic.address() as AddressInfo).port}`, // a TCP server has one
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      POWERTOOLS_METRICS_DISABLED: 'true',
    });
    const module = await import('../../functions/notify/index.ts');
    handler = module.handler as typeof handler; // middy's own type also allows callbacks
  });

  afterAll(async () => {
    topic.close();
    await dynamo.close();
  });

  const context = { functionName: 'notify', awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 } as Context; // what middy and the logger read
  const delivery = ({ detailType, detail }: DeliveredPublication) =>
    ({ id: 'e', 'detail-type': detailType, detail }) as EventBridgeEvent<string, unknown>; // what the function reads

  it('publishes subject, text and attributes to the topic, once for two deliveries', async () => {
    const event = delivery(publication({ id: 'once' }));
    await handler(event, context);
    await handler(event, context);
    expect(published).toHaveLength(1);
    const form = Object.fromEntries(published[0] ?? []);
    expect(form).toMatchObject({ TopicArn: 'arn:aws:sns:us-east-1:000000000000:news' });
    expect(form.Subject).toBe('[HIGH] ImagePullBackOff pod/web-7d9 in prod/shop');
    expect(form.Message).toContain('Look at this first:');
    expect(Object.values(form)).toEqual(
      expect.arrayContaining(['severity', 'high', 'cluster', 'prod', 'namespace', 'shop', 'fingerprint']),
    );
  });

  it('refuses what is no standard event by name', async () => {
    const wrong = { id: 'e', 'detail-type': 'x', detail: { id: 1 } } as EventBridgeEvent<string, unknown>; // wrong on purpose
    await expect(handler(wrong, context)).rejects.toThrow(/event e carries no standard event/);
  });
});
