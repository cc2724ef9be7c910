// What an operator may say about monitoring agents on this machine.
import type { Static } from 'typebox/type';
import * as Type from 'typebox/type';
import { durationPattern } from '../../contract/duration.ts';
import { defaultCaptureFolder } from '../../formats/capture.ts';

const closed = { additionalProperties: false } as const;

const duration = (description: string, fallback?: string) =>
  Type.String({ pattern: durationPattern, description, ...(fallback === undefined ? {} : { default: fallback }) });

const names = (description: string) => Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { description, default: [], maxItems: 64 });

const path = (description: string, fallback?: string) =>
  Type.String({ pattern: '^/', maxLength: 1_024, description, ...(fallback === undefined ? {} : { default: fallback }) });

export const DescribedAgentSchema = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]*$', maxLength: 64, description: 'What findings call it' }),
    unit: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9@_.:-]+\\.(service|timer|socket|path)$',
        maxLength: 255,
        description: 'systemd unit that runs it',
      }),
    ),
    process: Type.Optional(
      Type.String({ minLength: 1, maxLength: 255, description: 'Name of its program: the last part of the path it was started by' }),
    ),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535, description: 'TCP port on which it listens on this machine' })),
    log: Type.Optional(
      Type.Object(
        {
          path: path('File that grows while it delivers'),
          freshWithin: duration('How old the last write may be', '10m'),
        },
        { ...closed, description: 'Delivery is proven by a file that is written' },
      ),
    ),
    http: Type.Optional(
      Type.Object(
        {
          url: Type.String({ pattern: '^https?://', maxLength: 2_048, description: 'Health address of the agent' }),
          status: Type.Integer({ minimum: 100, maximum: 599, default: 200, description: 'The status that means it delivers' }),
        },
        { ...closed, description: 'Delivery is proven by an HTTP answer' },
      ),
    ),
    version: Type.Optional(
      Type.Object(
        {
          command: Type.Array(Type.String({ minLength: 1, maxLength: 1_024 }), {
            minItems: 1,
            maxItems: 16,
            description: 'Program and arguments, run without a shell; the first version number printed counts',
          }),
        },
        { ...closed, description: 'How its version is asked' },
      ),
    ),
  },
  { ...closed, description: 'A monitoring agent that this probe does not know by itself' },
);

export type DescribedAgent = Static<typeof DescribedAgentSchema>;

export const MonitoringSettingsSchema = Type.Object(
  {
    required: names('Agents that must deliver from this machine; anything less is a blocker'),
    expectAbsent: names('Agents that must not be installed here'),
    expectOff: names('Agents that are installed but off on purpose while this machine is passive'),
    describe: Type.Array(DescribedAgentSchema, {
      default: [],
      maxItems: 64,
      description: 'Further agents; each one described here is also required unless expectOff or expectAbsent names it',
    }),
    secondLookAfter: duration(
      'Where no earlier look is known, wait this long and count again, so that a single look can tell whether counters advance; 0s leaves that to the next look, 30s is enough',
      '0s',
    ),
    instanceMetadata: Type.Boolean({
      default: true,
      description: 'Ask 169.254.169.254 for the desired plugin states where Oracle Cloud Agent is installed',
    }),
    splunkHome: path('Where the Splunk forwarder is installed', '/opt/splunkforwarder'),
    captureFolder: path(
      'Folder with what root’s commands printed (datadog-agent status), read where the agent may not run them',
      defaultCaptureFolder,
    ),
  },
  closed,
);

export type MonitoringSettings = Static<typeof MonitoringSettingsSchema>;

/** Every default filled in. */
export const defaultSettings: MonitoringSettings = {
  required: [],
  expectAbsent: [],
  expectOff: [],
  describe: [],
  secondLookAfter: '0s',
  instanceMetadata: true,
  splunkHome: '/opt/splunkforwarder',
  captureFolder: defaultCaptureFolder,
};

export const isRequired = (settings: MonitoringSettings, name: string): boolean =>
  !settings.expectAbsent.includes(name) &&
  !settings.expectOff.includes(name) &&
  (settings.required.includes(name) || settings.describe.some((described) => described.name === name));
